package json

import (
	"errors"
	"hash/maphash"
	"strconv"
	"strings"
)

// A node is what is known of an object, or of an array of objects or arrays, before its
// conversion. It takes little memory whatever its size.
type node struct {
	name   string // of the member that it is; "" for the root
	parent *node
	kind   nodeKind
	off    int64  // of what stands behind its bracket, in the text
	size   int64  // in bytes
	typ    string // of a GeoJSON object: "FeatureCollection", …
	crs    string // the name of a GeoJSON object's coordinate reference system
	orient string // as asked for
	whole  bool   // nothing is missing

	members int
	objects int     // members that are objects
	tables  int     // members that are arrays of objects or arrays
	grids   int     // of these, arrays of arrays
	below   []*node // members that are nodes, up to a limit
	lists   []named // members that list names
	lister  bool    // it is one of them
	body    bool    // it has a member that GeoJSON's features have
	coords  bool    // it has one that GeoJSON's geometries have

	columns []listing // members that are arrays of scalars, while all are and have as many
	even    bool      // all members are columns

	names   []uint64 // hashes of the first members' names
	order   uint64   // a hash of all names in their order
	counted bool     // the names are 0, 1, 2, …
	dated   bool     // the names are dates or times
	values  uint8    // kinds of the values: bits
}

type nodeKind uint8

const (
	objectNode  nodeKind = iota
	objectsNode          // an array of objects
	gridNode             // an array of arrays
)

// A listing is a column: an array of scalars, or an object whose names are the rows'.
type listing struct {
	name  string
	off   int64 // of its first element or closing bracket, in the text
	count int
	keyed bool // elements have names
}

// named is a member that lists names.
type named struct {
	name  string
	names []string
}

// Bounds of an index.
const (
	maxListings = 32_000  // columns of a column-oriented document
	maxNodes    = 10_000  // what is beyond is not looked into
	maxShared   = 32      // names of an object that are compared with those of others
	maxList     = 4 << 20 // bytes of a list of names
)

// An indexer makes the index of a text.
type indexer struct {
	*stream
	depth  int // limit of nesting
	orient string
	nodes  int
	seed   maphash.Seed
}

// errBroken says that the text is broken; whoever converts it says where.
var errBroken = errors.New("not JSON")

// index makes the index of the object that t begins with. If the text ends too early or is
// broken, the index is not whole. It returns errors of reading.
func (d *document) index(t *stream) (*node, error) {
	i := indexer{stream: t, depth: d.depth(), orient: d.Orient, seed: maphash.MakeSeed()}
	root := &node{kind: objectNode}
	if t.space() != '{' {
		return root, nil
	}
	err := i.object(root, 1)
	if err != nil && !errors.Is(err, errBroken) {
		return root, err
	}
	return root, t.failed()
}

// object reads the object that comes next.
func (i *indexer) object(x *node, depth int) error {
	x.off, x.orient = i.off+1, i.orient
	x.even, x.counted, x.dated = true, true, true
	defer func() { x.size = i.off - x.off }()
	for more := i.first('}'); more; {
		if i.space() != '"' {
			return errBroken
		}
		raw, err := i.value()
		if err != nil {
			return err
		}
		if len(raw) < 2 || raw[len(raw)-1] != '"' || i.check(len(raw), i.depth) != nil {
			return errBroken
		}
		name, _ := appendString(nil, raw[1:len(raw)-1])
		i.drop(len(raw))
		if i.space() != ':' {
			return errBroken
		}
		i.drop(1)
		kind := i.space()
		if kind == 0 {
			return errBroken
		}
		i.note(x, name, kind)
		if err := i.member(x, string(name), kind, depth); err != nil {
			return err
		}
		if more, err = i.next('}'); err != nil {
			return errBroken
		}
	}
	x.whole = true
	return nil
}

// note records a member's name and kind.
func (i *indexer) note(x *node, name []byte, kind byte) {
	hash := maphash.Bytes(i.seed, name)
	if len(x.names) < maxShared {
		x.names = append(x.names, hash)
	}
	x.order = (x.order ^ hash) * 0x9e3779b97f4a7c15
	x.counted = x.counted && string(name) == strconv.Itoa(x.members)
	x.dated = x.dated && isDate(name)
	switch kind {
	case 'n', 'N':
	case '{', '[':
		x.values |= 1
	case '"':
		x.values |= 2
	case 't', 'f':
		x.values |= 4
	default:
		x.values |= 8
	}
	x.members++
	switch string(name) {
	case "geometry", "properties", "features":
		x.body = true
	case "coordinates":
		x.coords = kind == '['
	}
}

// isDate reports whether a name is a date as ISO 8601 has it, or a time in milliseconds.
func isDate(name []byte) bool {
	if len(name) < 10 {
		return false
	}
	for i, c := range name[:10] {
		if (i == 4 || i == 7) && c == '-' {
			continue
		}
		if c < '0' || c > '9' {
			return false
		}
	}
	return name[4] == '-' && name[7] == '-' || len(name) >= 12 && len(name) <= 20
}

// node adds a node below x, if there may be more. It returns nil if not.
func (i *indexer) node(x *node, name string, kind nodeKind) *node {
	if i.nodes++; i.nodes > maxNodes {
		return nil
	}
	n := &node{name: name, parent: x, kind: kind}
	x.below = append(x.below, n)
	return n
}

// member reads the value of a member, which begins with kind.
func (i *indexer) member(x *node, name string, kind byte, depth int) error {
	switch kind {
	case '{':
		x.objects++
		x.even, x.columns = false, nil
		if name == "crs" {
			raw, err := i.value()
			if err == nil {
				x.crs = crsName(raw)
				i.drop(len(raw))
			}
			return err
		}
		n := i.node(x, name, objectNode)
		if n == nil || x.members > maxColumns || depth >= i.depth {
			return i.pass()
		}
		return i.object(n, depth+1)
	case '[':
		return i.array(x, name)
	}
	x.even, x.columns = false, nil
	raw, err := i.value()
	if err != nil {
		return err
	}
	if len(raw) > 2 && len(raw) < 100 && raw[0] == '"' && name == "type" {
		x.typ = string(raw[1 : len(raw)-1])
	}
	i.drop(len(raw))
	return nil
}

// pass goes behind the object or array that comes next.
func (i *indexer) pass() error {
	i.drop(1)
	if !i.skip() {
		return errBroken
	}
	return nil
}

// array reads the array that comes next.
func (i *indexer) array(x *node, name string) error {
	second := i.second()
	var names []string
	if mayListNames(name) && (second == '"' || second == '{') {
		if names = i.listed(); names != nil {
			x.lists = append(x.lists, named{name, names})
		}
	}
	if !i.rows() {
		i.drop(1)
		return i.scalars(x, name)
	}
	x.even, x.columns = false, nil
	x.tables++
	kind := objectsNode
	if second == '[' {
		x.grids++
		kind = gridNode
	}
	from := i.off
	n := i.node(x, name, kind)
	err := i.pass()
	if n != nil {
		n.off, n.size, n.whole, n.lister = from, i.off-from, err == nil, names != nil
	}
	return err
}

// mayListNames reports whether a member may list the names of columns.
func mayListNames(name string) bool {
	if len(name) > 40 {
		return false
	}
	name = strings.ToLower(name)
	for _, part := range [...]string{"col", "field", "head", "name", "var", "schema", "label"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// listed returns the names that the array lists that comes next.
func (i *indexer) listed() []string {
	for size := i.ahead; size <= maxList; size *= 2 {
		i.need(size)
		w := i.text(size)
		if end := new(cutter).value(w); end >= 0 {
			h := newSniff(w[:end])
			if names := h.names(0); names != nil {
				return names
			}
			return h.fields(0)
		}
		if len(w) < size {
			break
		}
	}
	return nil
}

// scalars reads an array of scalars from behind its bracket.
func (i *indexer) scalars(x *node, name string) error {
	l := listing{name: name}
	b := i.space()
	l.off = i.off
	for b != ']' {
		if b == '{' || b == '[' || !x.even {
			x.even, x.columns = false, nil
			if !i.skip() {
				return errBroken
			}
			return nil
		}
		raw, err := i.value()
		if err != nil {
			return err
		}
		if len(raw) == 0 || i.check(len(raw), i.depth) != nil {
			return errBroken
		}
		l.count++
		i.drop(len(raw))
		if b = i.space(); b == ',' {
			i.drop(1)
			b = i.space()
			if b == ']' {
				return errBroken
			}
		} else if b != ']' {
			return errBroken
		}
	}
	i.drop(1)
	if l.count == 0 || len(x.columns) >= maxListings || len(x.columns) > 0 && x.columns[0].count != l.count {
		x.even, x.columns = false, nil
	}
	if x.even {
		x.columns = append(x.columns, l)
	}
	return nil
}
