package json

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// A layout says what rows the elements of a list become.
type layout struct {
	flatten  bool     // members of members are columns too
	geo      bool     // objects are GeoJSON features
	geometry bool     // objects are GeoJSON geometries
	points   bool     // there are points among them
	crs      string   // the name of their coordinate reference system, if that is not WGS 84
	bindings bool     // values of members are terms of a SPARQL result
	id       bool     // the first of them has an id, so that may be the primary key
	keyed    bool     // the list is an object, and the names of its members go to _key
	objects  bool     // each element must be an object
	scalars  bool     // elements are neither objects nor arrays
	arrays   arrays   // what becomes of an array
	header   []string // the names of an array's values, if they are known
	depth    int      // limit of nesting
}

// arrays says what an element that is an array becomes.
type arrays uint8

const (
	arrayText   arrays = iota // JSON text in the column value
	arrayRow                  // a row: a column for each position
	arraySpread               // a row for each of its elements
)

// A builder makes rows of the elements in a chunk. Members of objects are columns. Since
// they usually come in the same order in each row, every name remembers the one that came
// after it, and is compared with the text before it is looked up.
type builder struct {
	decoder
	row
	layout

	keys      []key // the first ones are reserved, then as they turn up
	byPath    map[path]int32
	positions []int32 // keys of the values of an array
	scratch   []byte
	spelled   [2][2]int // where the position of the last point stands
	usual     usual
	plain     bool // a row is the members of an object, and nothing else
}

// A path is a member's name and the key of what holds it.
type path struct {
	parent int32
	name   string
}

// A key is a member as it turns up in rows.
type key struct {
	word, mask uint64 // the first 8 bytes of text, and which of them count
	text       string // name, quotes and colon as they usually stand in the document
	next       int32  // the key that came after this one
	first      int32  // the first key below this one
	slot       int32
	depth      int32
	id         int32 // which key this is
}

// The first keys are what a path may begin with.
const (
	noKey     int32 = iota // is never found
	inObject               // members of the object that is a row, or of a feature's properties
	inFeature              // members of a feature itself
	inArray                // values of the array that is a row
	inKeyed                // the name of the member that is a row
	firstOfOwn
)

// begin makes the builder ready for a chunk: the first n bytes of data.
func (r *builder) begin(data []byte, n int, l layout) {
	r.open(data, n, l.depth)
	r.row.reset()
	r.layout = l
	r.keys = append(r.keys[:0], make([]key, firstOfOwn)...)
	r.keys[noKey] = key{word: 1}
	r.positions = r.positions[:0]
	if r.byPath == nil {
		r.byPath = map[path]int32{}
	}
	clear(r.byPath)
	r.usual.keys, r.usual.columns, r.usual.departed = r.usual.keys[:0], r.usual.columns[:0], 0
	r.plain = !(l.flatten || l.bindings || l.geo || l.geometry || l.keyed)
}

// key returns the key of that path, and for a new one makes a column of that name.
func (r *builder) key(parent int32, name []byte) int32 {
	if k, ok := r.byPath[path{parent, string(name)}]; ok {
		return k
	}
	p := path{parent, string(name)}
	above := &r.keys[parent]
	switch {
	case parent >= firstOfOwn:
		return r.newKey(p, r.slots[above.slot].name+"_"+p.name, above.depth+1)
	case parent == inFeature || parent == inKeyed:
		return r.newKey(p, p.name, 0) // goes before a member of the same name
	}
	return r.newKey(p, p.name, 1)
}

func (r *builder) newKey(p path, column string, depth int32) int32 {
	k := key{slot: r.slot(column), depth: depth, word: 1}
	if plainName(p.name) {
		var head [8]byte
		k.text = `"` + p.name + `":`
		size := copy(head[:], k.text)
		k.word = binary.LittleEndian.Uint64(head[:])
		k.mask = ^uint64(0) >> (64 - 8*size)
	}
	k.id = int32(len(r.keys))
	r.keys = append(r.keys, k)
	r.byPath[p] = k.id
	return k.id
}

// plainName reports whether a name can stand in JSON without escapes.
func plainName(name string) bool {
	for i := range len(name) {
		if b := name[i]; b < ' ' || b == '"' || b == '\\' {
			return false
		}
	}
	return true
}

// is reports whether the key's text stands at p.
func (k *key) is(s []byte, p int) bool {
	if binary.LittleEndian.Uint64(s[p:])&k.mask != k.word {
		return false
	}
	n := len(k.text)
	return n <= 8 || p+n <= len(s) && string(s[p+8:p+n]) == k.text[8:]
}

// find reads a name and its colon, and tells the key. before is the key that should have
// told, or the parent if this is the first name.
func (r *builder) find(p int, parent, before int32) (int32, int) {
	if r.s[p] != '"' {
		return noKey, r.want(p, "a name in quotes")
	}
	end, escaped := r.str(p + 1)
	if end < 0 {
		return noKey, end
	}
	name := r.s[p+1 : end-1]
	if escaped {
		r.scratch, _ = appendString(r.scratch[:0], name)
		name = r.scratch
	}
	k := r.key(parent, name)
	if before == parent {
		r.keys[before].first = k
	} else {
		r.keys[before].next = k
	}
	return k, r.colon(end)
}

// members reads the members of an object, from behind its brace, into columns.
func (r *builder) members(p int, parent int32, depth int) int {
	p, more := r.first(p, '}')
	if !more {
		return p
	}
	return r.membersFrom(p, parent, parent, depth)
}

// membersFrom reads the members of an object from the name at p on. before is the key of the
// member before that, or the parent if this is the first one.
func (r *builder) membersFrom(p int, before, parent int32, depth int) int {
	s, k := r.s, r.keys[before].next
	if before == parent {
		k = r.keys[parent].first
	}
	for {
		if key := &r.keys[k]; key.is(s, p) {
			p += len(key.text)
			if s[p] <= ' ' {
				p = r.space(p)
			}
		} else if k, p = r.find(p, parent, before); p < 0 {
			return p
		}
		if p = r.member(p, k, depth); p < 0 {
			return p
		}
		if p = r.skip(p); s[p] != ',' {
			return r.shut(p, '}')
		}
		p = r.skip(p + 1)
		before, k = k, r.keys[k].next
	}
}

// member reads the value of a member.
func (r *builder) member(p int, k int32, depth int) int {
	if r.s[p] == '{' && (r.flatten || r.bindings) {
		if end, ok := r.inner(p, k, depth); ok {
			return end
		}
	}
	c, end := r.cell(p, depth)
	if end >= 0 {
		r.set(k, c)
		if r.nans > 0 {
			r.lose(k, p, end)
		}
	}
	return end
}

// inner reads an object of which more becomes than a cell. ok is false if it is just that.
func (r *builder) inner(p int, k int32, depth int) (end int, ok bool) {
	if r.bindings {
		return r.binding(p, k, depth)
	}
	if r.mayBeBase64(p+1) || depth >= r.limit || r.s[r.space(p+1)] == '}' {
		return p, false
	}
	return r.members(p+1, k, depth+1), true
}

// lose records that the member of a key, from p to end, is or holds NaN or Infinity.
func (r *builder) lose(k int32, p, end int) {
	r.nans = 0
	kind := oddNaN
	if bytes.Contains(r.s[p:end], []byte("Infinity")) {
		kind = oddInfinity
	}
	r.odd = append(r.odd, oddity{slot: r.keys[k].slot, kind: kind, from: p, to: end})
}

// start begins a row.
func (r *builder) start() {
	r.row.start()
	r.nans = 0
}

// set adds a cell for a key to the current row.
func (r *builder) set(k int32, c converter.Cell) {
	key := &r.keys[k]
	s := &r.slots[key.slot]
	if s.row == r.current {
		r.addAgain(s, field{key.slot, k, key.depth, c})
		return
	}
	s.row, s.key, s.depth, s.at = r.current, k, key.depth, int32(len(r.cells))
	if s.column == noColumn {
		r.fresh = true
	}
	r.cells = append(r.cells, c)
	r.columns = append(r.columns, s.column)
	r.places = append(r.places, key.slot)
}

// element reads an element of a list at p into the current row.
func (r *builder) element(p int) int {
	from := p
	switch b := r.s[p]; {
	case b == '{' && r.geo:
		p = r.feature(p + 1)
	case b == '{' && r.plain:
		p = r.plainRow(p + 1)
	case b == '{':
		p = r.members(p+1, inObject, 1)
		if r.geometry && p >= 0 {
			r.position(r.point(from + 1))
		}
	case b == '[' && r.arrays == arrayRow:
		p = r.values(p + 1)
	default:
		var c converter.Cell
		if c, p = r.cell(p, 0); p >= 0 && (c.Kind() != converter.KindNull || r.scalars || r.nans > 0) {
			k := r.key(inObject, []byte("value"))
			r.set(k, c)
			if r.nans > 0 {
				r.lose(k, from, p)
			}
		}
	}
	if p >= 0 && len(r.clash) > maxClash {
		return r.failed(tooMuch, from, fmt.Sprintf("more than %d members of a row want the name of another one", maxClash))
	}
	if p >= 0 && len(r.cells) > maxCells {
		return r.failed(tooMuch, from, fmt.Sprintf("more than %d members in a row", maxCells))
	}
	return p
}

// values reads the values of an array, from behind its bracket, into columns.
func (r *builder) values(p int) int {
	p, more := r.first(p, ']')
	for i := 0; more; i++ {
		if i == len(r.positions) {
			r.positions = append(r.positions, r.column(i))
		}
		if p = r.member(p, r.positions[i], 1); p < 0 {
			return p
		}
		if p = r.skip(p); r.s[p] != ',' {
			return r.shut(p, ']')
		}
		p = r.skip(p + 1)
	}
	return p
}

// column makes the key of an array's ith value.
func (r *builder) column(i int) int32 {
	name := "column_" + strconv.Itoa(i+1)
	column := name
	if i < len(r.header) {
		column = r.header[i]
	}
	return r.newKey(path{inArray, name}, column, 1)
}

// keyedElement reads a name and its value into the current row.
func (r *builder) keyedElement(p int) int {
	if r.s[p] != '"' {
		return r.want(p, "a name in quotes")
	}
	c, end := r.cell(p, 0)
	if end < 0 {
		return end
	}
	r.set(r.key(inKeyed, []byte("_key")), c)
	if end = r.colon(end); end < 0 {
		return end
	}
	if r.objects && r.s[end] != '{' && r.s[end] > ' ' {
		return r.failed(otherShape, end, "this is no object, though others are")
	}
	return r.element(end)
}
