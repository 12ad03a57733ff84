package converter

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

const (
	maxDistinct  = 1000     // values of a column that are counted one by one
	maxSketched  = 32 << 20 // bytes that the values of all columns may take
	sketchedSize = 100      // bytes of a text or a blob that are kept
	sketchedRoom = 128      // bytes that a counted value takes besides its own
)

// A sketch is what is known of the values that a table's columns hold, in bounded memory. It
// grows in order, batch by batch, and so does not depend on timing.
type sketch struct {
	room    *int // bytes that are left for values, of all sketches
	rows    int64
	columns []columnSketch
	many    atomic.Pointer[[]bool] // by column, for workers: its values need not be counted any more
}

// A columnSketch is what is known of a column's values.
type columnSketch struct {
	values   int64                   // that are not NULL
	many     bool                    // there are too many different ones to count
	counts   map[string]*valueSketch // by key; nil if there are many
	min, max valueSketch
}

// A valueSketch is a value: what an index would have for it, cut to sketchedSize. If it was
// cut, its hash follows.
type valueSketch struct {
	key   string
	as    byte // see sqlitefile.AppendKey
	count int64
}

// merge adds what a batch of rows holds, after those that were added before.
func (s *sketch) merge(b *batchSketch) {
	s.rows += b.rows
	changed := false
	for i := range b.columns[:b.width] {
		if i == len(s.columns) {
			s.columns = append(s.columns, columnSketch{counts: map[string]*valueSketch{}})
		}
		before := s.columns[i].many
		s.columns[i].merge(s, &b.columns[i])
		changed = changed || before != s.columns[i].many
	}
	if !changed {
		return
	}
	many := make([]bool, len(s.columns))
	for i := range s.columns {
		many[i] = s.columns[i].many
	}
	s.many.Store(&many)
}

func (c *columnSketch) merge(s *sketch, b *batchColumn) {
	c.values += b.values
	b.extremes(c.bound)
	if b.many {
		c.giveUp(s)
	}
	for i := range b.counted {
		v := &b.counted[i]
		b.key, b.as = appendSketched(b.key[:0], v.serial, v.value)
		c.bound(b.key[:len(b.key)-hashSize(v)], b.as)
		if c.many {
			continue
		}
		if known := c.counts[string(b.key)]; known != nil {
			known.count += v.count
			continue
		}
		if *s.room -= len(b.key) + sketchedRoom; len(c.counts) == maxDistinct || *s.room < 0 {
			*s.room += len(b.key) + sketchedRoom
			c.giveUp(s)
			continue
		}
		key := string(b.key)
		c.counts[key] = &valueSketch{key, b.as, v.count}
	}
}

// bound has a value be the least or the greatest, if it is; of 1 and 1.0, it is the former.
func (c *columnSketch) bound(key []byte, as byte) {
	if least := c.min.key; least == "" || string(key) < least || string(key) == least && as < c.min.as {
		c.min = valueSketch{key: string(key), as: as}
	}
	if most := c.max.key; string(key) > most || string(key) == most && as < c.max.as {
		c.max = valueSketch{key: string(key), as: as}
	}
}

// giveUp counts the column's values no longer.
func (c *columnSketch) giveUp(s *sketch) {
	for key := range c.counts {
		*s.room += len(key) + sketchedRoom
	}
	c.many, c.counts = true, nil
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

// A batchSketch is what a batch of rows holds. Values are bytes of the rows' records, so it is
// to be merged before these are gone.
type batchSketch struct {
	rows    int64
	width   int // columns that there are
	columns []batchColumn
	record  sqlitefile.Record
}

// A batchColumn is what a column of a batch holds.
type batchColumn struct {
	values  int64
	many    bool
	counted []batchValue
	slots   []int16 // hash table: one more than the place in counted; its size is a power of two
	spans   batchSpan
	ids     []byte // of rowids, which records don't have
	key     []byte
	as      byte
}

// A batchValue is a value, and how often there is one.
type batchValue struct {
	serial uint64
	value  []byte
	hash   uint32
	count  int64
}

// A batchSpan is the least and the greatest value of each kind.
type batchSpan struct {
	hasInt, hasReal, hasText bool // text or blobs
	ints                     [2]int64
	reals                    [2]float64
	texts                    [2]batchValue
}

// reset makes the sketch empty.
func (b *batchSketch) reset() {
	for i := range b.columns[:b.width] {
		c := &b.columns[i]
		clear(c.slots)
		clear(c.counted)
		*c = batchColumn{counted: c.counted[:0], slots: c.slots, ids: c.ids[:0], key: c.key[:0]}
	}
	b.rows, b.width = 0, 0
}

// add adds a row. many says which columns' values need not be counted; rowid is the column
// that has none in the record but is the row's id, or -1.
func (b *batchSketch) add(record []byte, id int64, rowid int, many []bool) {
	b.rows++
	b.record.Read(record, maxColumns)
	n := max(b.record.Len(), rowid+1)
	for len(b.columns) < n {
		b.columns = append(b.columns, batchColumn{})
	}
	for i := b.width; i < n; i++ {
		b.columns[i].many = i < len(many) && many[i]
	}
	b.width = max(b.width, n)
	for i := range n {
		serial, value := b.record.Value(i)
		c := &b.columns[i]
		if i == rowid {
			from := len(c.ids)
			var kind byte
			c.ids, kind = sqlitefile.AppendInt(c.ids, id)
			serial, value = uint64(kind), c.ids[from:]
		}
		if serial != sqlitefile.SerialNull {
			c.add(serial, value)
		}
	}
}

func (c *batchColumn) add(serial uint64, value []byte) {
	c.values++
	if c.many {
		c.span(serial, value)
		return
	}
	if len(c.slots) < 2*len(c.counted)+2 {
		c.grow()
	}
	h := hashed(serial, value)
	mask := uint32(len(c.slots) - 1)
	at := h & mask
	for ; c.slots[at] != 0; at = (at + 1) & mask {
		v := &c.counted[c.slots[at]-1]
		if v.hash == h && v.serial == serial && bytes.Equal(v.value, value) {
			v.count++
			return
		}
	}
	if len(c.counted) > 2*maxDistinct { // 1 and 1.0 are two here, but one value
		c.many = true
		for _, v := range c.counted {
			c.span(v.serial, v.value)
		}
		c.counted = c.counted[:0]
		c.span(serial, value)
		return
	}
	c.counted = append(c.counted, batchValue{serial, value, h, 1})
	c.slots[at] = int16(len(c.counted))
}

// grow makes the hash table larger.
func (c *batchColumn) grow() {
	c.slots = make([]int16, max(16, 2*len(c.slots)))
	mask := uint32(len(c.slots) - 1)
	for i, v := range c.counted {
		at := v.hash & mask
		for c.slots[at] != 0 {
			at = (at + 1) & mask
		}
		c.slots[at] = int16(i + 1)
	}
}

// hashed returns a hash of a value, the same in each process.
func hashed(serial uint64, value []byte) uint32 {
	const prime = 0x9e3779b97f4a7c15
	h := serial * prime
	for len(value) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(value)) * prime
		h ^= h >> 29
		value = value[8:]
	}
	for _, b := range value {
		h = (h ^ uint64(b)) * prime
	}
	return uint32(h >> 32)
}

// span widens the span of the value's kind.
func (c *batchColumn) span(serial uint64, value []byte) {
	s := &c.spans
	switch {
	case serial == sqlitefile.SerialReal:
		f := sqlitefile.DecodeReal(value)
		if !s.hasReal {
			s.hasReal, s.reals = true, [2]float64{f, f}
		} else if f < s.reals[0] {
			s.reals[0] = f
		} else if f > s.reals[1] {
			s.reals[1] = f
		}
	case serial < 12:
		n := sqlitefile.DecodeInt(serial, value)
		if !s.hasInt {
			s.hasInt, s.ints = true, [2]int64{n, n}
		} else if n < s.ints[0] {
			s.ints[0] = n
		} else if n > s.ints[1] {
			s.ints[1] = n
		}
	default:
		v := batchValue{serial: serial, value: value}
		if !s.hasText {
			s.hasText, s.texts = true, [2]batchValue{v, v}
		} else if v.before(&s.texts[0]) {
			s.texts[0] = v
		} else if s.texts[1].before(&v) {
			s.texts[1] = v
		}
	}
}

// before reports whether a text or a blob comes before another.
func (v *batchValue) before(w *batchValue) bool {
	if text := v.serial & 1; text != w.serial&1 {
		return text == 1 // all text comes before all blobs
	}
	return bytes.Compare(v.value, w.value) < 0
}

// extremes calls f with the keys of the ends of the column's spans.
func (c *batchColumn) extremes(f func(key []byte, as byte)) {
	add := func(v *batchValue) {
		c.key, c.as = appendSketched(c.key[:0], v.serial, v.value)
		f(c.key[:len(c.key)-hashSize(v)], c.as)
	}
	for i := range 2 {
		if c.spans.hasInt {
			value, serial := sqlitefile.AppendInt(nil, c.spans.ints[i])
			add(&batchValue{serial: uint64(serial), value: value})
		}
		if c.spans.hasReal {
			add(&batchValue{serial: sqlitefile.SerialReal, value: binary.BigEndian.AppendUint64(nil, math.Float64bits(c.spans.reals[i]))})
		}
		if c.spans.hasText {
			add(&c.spans.texts[i])
		}
	}
}

var zeroReal [8]byte

// appendSketched appends a value's key, and the hash of one that is cut.
func appendSketched(key []byte, serial uint64, value []byte) ([]byte, byte) {
	if serial == sqlitefile.SerialReal && sqlitefile.DecodeReal(value) == 0 {
		value = zeroReal[:] // and not -0.0
	}
	if serial < 12 || len(value) <= sketchedSize {
		return sqlitefile.AppendKey(key, serial, value, false)
	}
	key, _ = sqlitefile.AppendKey(key, serial, value[:sketchedSize], false)
	hash := sha256.Sum256(value)
	return append(key, hash[:]...), 0
}

// hashSize returns how many bytes of the value's key are a hash.
func hashSize(v *batchValue) int {
	if v.serial < 12 || len(v.value) <= sketchedSize {
		return 0
	}
	return sha256.Size
}
