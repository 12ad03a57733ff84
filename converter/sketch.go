package converter

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

const (
	maxDistinct  = 1000     // values of a column that are counted one by one
	maxSketched  = 32 << 20 // bytes that the values of all columns may take
	maxPostings  = 64 << 20 // bytes that their rows' ids may take
	sketchedSize = 100      // bytes of a text or a blob that are kept
	wholeSize    = 250      // bytes of a text or a blob in an index that nobody named
	sketchedRoom = 192      // bytes that a counted value takes besides its own
)

// A sketcher is what the sketches of a database share.
type sketcher struct {
	describe bool // the least and the greatest values are asked for, too
	hasher   hasher
	room     int // bytes that are left for values, of all sketches
	postings int // bytes that postings take
}

func newSketcher(describe bool) *sketcher {
	return &sketcher{describe: describe, hasher: newHasher(), room: maxSketched}
}

// A sketch is what is known of the values that a table's columns hold, in bounded memory. It
// grows in order, batch by batch, and so does not depend on timing.
type sketch struct {
	of      *sketcher
	rows    int64
	columns []columnSketch
	wanted  atomic.Pointer[[]want] // by column, for workers: what is still to be known
}

// A columnSketch is what is known of a column's values.
type columnSketch struct {
	values    int64                   // that are not NULL
	took      int                     // bytes of sketcher.room
	many      bool                    // there are too many different ones to count
	counts    map[string]*valueSketch // by key; nil if there are many
	min, max  valueSketch             // of values that are not counted any more
	table     valueTable              // what they are in records, unless they are longer than wholeSize
	of        []*valueSketch          // by place in the table
	candidate bool                    // for an index that nobody named; see candidate.go
	postings  []postings              // if it is one, by place in the table
}

// A valueSketch is a value: what an index would have for it, cut to sketchedSize. If it was
// cut, its hash follows.
type valueSketch struct {
	key   string
	size  int  // of the key, without the hash
	as    byte // see sqlitefile.AppendKey
	count int64
}

func newSketch(of *sketcher) *sketch { return &sketch{of: of} }

// newWant returns what is to be known of a column of which nothing is yet.
func (s *sketch) newWant(place int, candidates []candidate) want {
	switch {
	case place < len(candidates) && candidates[place].is:
		return wantPostings
	case s.of.describe:
		return wantValues
	}
	return wantNothing
}

// wants appends what is to be known of the columns.
func (s *sketch) wants(wants []want, columns int, candidates []candidate) []want {
	if known := s.wanted.Load(); known != nil {
		wants = append(wants, (*known)[:min(len(*known), columns)]...)
	}
	for len(wants) < columns {
		wants = append(wants, s.newWant(len(wants), candidates))
	}
	return wants
}

// want returns what is still to be known of the column.
func (c *columnSketch) want(s *sketch) want {
	switch {
	case c.candidate:
		return wantPostings
	case s.of.describe && c.many:
		return wantExtent
	case s.of.describe:
		return wantValues
	}
	return wantNothing
}

// merge adds what a batch of rows holds, after those that were added before.
func (s *sketch) merge(b *batchSketch, candidates []candidate) {
	before := len(s.columns)
	for i := range b.wants {
		if i == len(s.columns) {
			c := columnSketch{counts: map[string]*valueSketch{}, of: []*valueSketch{nil}}
			c.table.reset()
			if c.candidate = i < len(candidates) && candidates[i].is; c.candidate {
				c.postings = []postings{{}}
				for _, rows := range candidates[i].before {
					c.postings[0].addSpan(rows)
				}
				s.of.postings += c.posted()
			}
			s.columns = append(s.columns, c)
		}
		s.columns[i].merge(s, b, &b.columns[i], b.wants[i])
	}
	s.rows += b.rows
	s.winnow()
	changed := before < len(s.columns)
	known := s.wanted.Load()
	wants := make([]want, len(s.columns))
	for i := range s.columns {
		wants[i] = s.columns[i].want(s)
		changed = changed || wants[i] != (*known)[i]
	}
	if changed {
		s.wanted.Store(&wants)
	}
}

func (c *columnSketch) merge(s *sketch, b *batchSketch, of *batchColumn, w want) {
	c.values += of.values
	if w == wantNothing || c.want(s) == wantNothing {
		return
	}
	of.extent.each(func(serial uint32, value []byte) { c.bound(b.sketched(serial, value)) })
	if of.many {
		c.giveUp(s)
	}
	if w == wantExtent || of.many {
		return
	}
	for i := range of.table.entries {
		if v := &of.table.entries[i]; v.count > 0 {
			place := c.add(s, b, v)
			if c.candidate {
				c.post(s, place, of.postings.group(i), v.count)
			}
		}
	}
}

// add counts a value and returns its place in the table, or -1 if it is not there.
func (c *columnSketch) add(s *sketch, b *batchSketch, v *tableValue) int {
	if v.serial == sqlitefile.SerialNull {
		return 0
	}
	if place := c.table.find(&v.valueKey, v.value); place >= 0 {
		c.of[place].count += v.count
		return place
	}
	found := b.sketched(v.serial, v.value)
	if c.many {
		c.bound(found)
		return -1
	}
	known := c.counts[string(found.key)]
	if known == nil {
		room := len(found.key) + len(v.value) + sketchedRoom
		if len(c.counts) == maxDistinct || s.of.room < room {
			c.giveUp(s)
			c.bound(found)
			return -1
		}
		s.of.room -= room
		c.took += room
		known = &valueSketch{key: string(found.key), size: found.size, as: found.as}
		c.counts[known.key] = known
	}
	known.count += v.count
	known.as = min(known.as, found.as)
	if len(v.value) > wholeSize {
		c.disregard(s)
		return -1
	}
	c.of = append(c.of, known)
	if c.candidate {
		c.postings = append(c.postings, postings{})
	}
	return c.table.add(tableValue{valueKey: v.valueKey, value: slices.Clone(v.value)})
}

// post adds the rows of a value.
func (c *columnSketch) post(s *sketch, place int, rows postingGroup, n int64) {
	p := &c.postings[place]
	s.of.postings -= cap(p.diffs)
	p.add(rows, n)
	s.of.postings += cap(p.diffs)
}

// bound has a value that is not counted be the least or the greatest, if it is; of 1 and 1.0, it
// is the former.
func (c *columnSketch) bound(v sketchedValue) {
	key := v.key[:v.size]
	if least := c.min.key; least == "" || string(key) < least || string(key) == least && v.as < c.min.as {
		c.min = valueSketch{key: string(key), size: v.size, as: v.as}
	}
	if most := c.max.key; string(key) > most || string(key) == most && v.as < c.max.as {
		c.max = valueSketch{key: string(key), size: v.size, as: v.as}
	}
}

// giveUp counts the column's values no longer.
func (c *columnSketch) giveUp(s *sketch) {
	if c.many {
		return
	}
	c.boundCounted()
	c.disregard(s)
	s.of.room += c.took
	c.many, c.took, c.counts, c.of = true, 0, nil, nil
	c.table.reset()
}

// boundCounted has the values that are counted be the least and the greatest, if they are.
func (c *columnSketch) boundCounted() {
	for _, v := range c.counts {
		c.bound(sketchedValue{key: []byte(v.key), size: v.size, as: v.as})
	}
}

// disregard has the column be a candidate no longer.
func (c *columnSketch) disregard(s *sketch) {
	s.of.postings -= c.posted()
	c.candidate, c.postings = false, nil
}

// posted returns how much memory the column's postings take.
func (c *columnSketch) posted() (n int) {
	for i := range c.postings {
		n += cap(c.postings[i].diffs)
	}
	return n
}

// frequent returns the n most frequent values, of those that are as frequent the least; nil
// if they were not counted.
func (c *columnSketch) frequent(n int) []*valueSketch {
	var list []*valueSketch
	for _, v := range c.counts {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b *valueSketch) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key))
	})
	return list[:min(n, len(list))]
}

// A sketchedValue is what a valueSketch is made of.
type sketchedValue struct {
	key  []byte
	size int
	as   byte
}

var zeroReal [8]byte

// sketched returns what is kept of a value, until the next call.
func (b *batchSketch) sketched(serial uint32, value []byte) (v sketchedValue) {
	if serial == sqlitefile.SerialReal && sqlitefile.DecodeReal(value) == 0 {
		value = zeroReal[:] // and not -0.0
	}
	cut := serial >= 12 && len(value) > sketchedSize
	kept := value
	if cut {
		kept = value[:sketchedSize]
	}
	b.key, v.as = sqlitefile.AppendKey(b.key[:0], uint64(serial), kept, false)
	v.size = len(b.key)
	if cut {
		hash := sha256.Sum256(value)
		b.key = append(b.key, hash[:]...)
	}
	v.key = b.key
	return v
}
