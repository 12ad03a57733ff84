package converter

import (
	"bytes"
	"math"
	"slices"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// Which columns get an index that nobody named: those with few values, in a table of many
// rows. All of a table's first columns are candidates at the beginning; the rows of each value are
// collected until a column turns out to have too many values, or too long ones.
const (
	autoRows   = 50_000 // a table with no more has none
	autoBegin  = 64     // columns that are candidates
	autoMost   = 16     // that are left after autoRows
	autoNearly = 95     // percent of the rows that may have one value
)

// autoIndexes adds those indexes that a rule's choice brings at once. It runs in order.
func (db *database) autoIndexes(t *table, rule *TableRule) {
	t.auto = rule.Index == IndexAuto || rule.Index == IndexUnsaid && db.opts.ChooseIndexes
	if !t.auto {
		return
	}
	if t.sketch == nil {
		t.sketch = newSketch(db.sketcher)
	}
	for _, k := range rule.ForeignKeys {
		before := len(t.indexes)
		if x := db.newIndex(t, Index{Columns: columnsOf(k.Columns), Origin: k.Origin}); len(t.indexes) > before {
			x.auto, x.always = true, true
		}
	}
}

// A candidate is what is known of a column before it has values.
type candidate struct {
	is     bool
	before spans // the rows that were there before it
}

// addCandidates makes candidates of columns that are new. It runs in order.
func (db *database) addCandidates(t *table) {
	if !t.auto || t.lookup != nil || t.rows > autoRows {
		return
	}
	for place := len(t.candidates); place < min(len(t.columns), autoBegin); place++ {
		c := candidate{is: place != t.rowid && place != t.extra}
		if c.is {
			column := &t.columns[place]
			x := &index{Index: Index{Columns: columnsOf([]string{column.name})}, auto: true, at: []int32{int32(place)}}
			if column.refers != nil {
				x.always, x.list, c.is = true, db.sorting().NewList(), false
			} else if t.rowid >= 0 {
				c.before = slices.Clone(t.spans)
			} else if t.rows > 0 {
				c.before = spans{{1, t.rows}}
			}
			t.addIndex(x)
		}
		t.candidates = append(t.candidates, c)
	}
}

// sketchRows adds the task's rows to its sketch.
func (task *batchTask) sketchRows() {
	s := task.sketched
	if s == nil {
		return
	}
	rows := sketchedRows{data: task.enc.out, ends: task.enc.ends, first: task.first, rowid: task.idPlace}
	if len(task.enc.ids) > 0 {
		rows.ids = task.enc.ids
	}
	task.sketch.reset()
	task.sketch.wants = s.wants(task.sketch.wants, task.width, task.candidates)
	task.sketch.add(&rows, s.of)
}

// winnow has columns be candidates no longer, by all rows so far.
func (s *sketch) winnow() {
	left := 0
	for i := range s.columns {
		if c := &s.columns[i]; c.candidate && s.rows > autoRows && (left == autoMost || !c.selective(s.rows)) {
			c.disregard(s)
		} else if c.candidate {
			left++
		}
	}
	for ; s.of.postings > maxPostings && left > 0; left-- {
		largest := &s.columns[0]
		for i := range s.columns {
			if c := &s.columns[i]; c.posted() > largest.posted() {
				largest = c
			}
		}
		largest.disregard(s)
	}
}

// column returns what is known of a column.
func (s *sketch) column(place int32) *columnSketch {
	if place < 0 || int(place) >= len(s.columns) {
		return &columnSketch{}
	}
	return &s.columns[place]
}

// selective reports whether the column has several values, few in all, none of them nearly
// everywhere.
func (c *columnSketch) selective(rows int64) bool {
	if c.many || len(c.counts) < 2 || c.nearly(rows, rows-c.values) {
		return false
	}
	for _, v := range c.counts {
		if c.nearly(rows, v.count) {
			return false
		}
	}
	return true
}

func (c *columnSketch) nearly(rows, count int64) bool { return count > rows/100*autoNearly }

// choose reports whether an index that nobody named is to be written.
func (db *database) choose(t *table, x *index) bool {
	places, found := x.places(t)
	if found < len(places) || t.rowid == int(places[0]) && len(places) == 1 {
		return false
	}
	for _, other := range t.indexes {
		if other == x || other.auto && (!other.always || x.always) || other.hidden && !t.hasKey(other) {
			continue
		}
		if led, found := other.places(t); found == len(led) && len(led) >= len(places) && slices.Equal(led[:len(places)], places) {
			return false // that does as well
		}
	}
	if c := t.sketch.column(places[0]); !x.always && (t.rows <= autoRows || !c.candidate || !c.selective(t.rows)) {
		return false
	}
	return true
}

// hasKey reports whether the index is that of a key that holds.
func (t *table) hasKey(x *index) bool {
	return slices.ContainsFunc(t.keys, func(k *key) bool { return k.index == x && k.places != nil && !k.rowid })
}

// writePostings writes the index of a candidate and returns its root page.
func (db *database) writePostings(x *index, c *columnSketch) (uint32, error) {
	type entry struct {
		key   []byte
		place int
	}
	entries := make([]entry, 0, len(c.table.entries))
	for i, v := range c.table.entries {
		if c.postings[i].count > 0 {
			key, _ := sqlitefile.AppendKey(nil, uint64(v.serial), v.value, false)
			entries = append(entries, entry{key, i})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
	x.tally = tally{distinct: []int64{0}}
	tree := db.file.NewIndex()
	for len(entries) > 0 {
		n := 1
		for n < len(entries) && bytes.Equal(entries[n].key, entries[0].key) {
			n++
		}
		var same []valueRows
		for _, e := range entries[:n] {
			x.tally.entries += c.postings[e.place].count
			same = append(same, valueRows{tableValue: c.table.entries[e.place], rows: c.postings[e.place].reader()})
		}
		x.tally.distinct[0]++
		if err := addRows(tree, same); err != nil {
			return 0, err
		}
		entries = entries[n:]
	}
	return tree.Finish()
}

// valueRows are the rows of a value.
type valueRows struct {
	tableValue
	rows postingsReader
	room []int64
	ids  []int64 // those that come next, in room
}

// addRows adds the rows of values that are equal, as 1 and 1.0 are, to an index.
func addRows(tree *sqlitefile.Index, same []valueRows) error {
	for i := range same {
		v := &same[i]
		v.room = make([]int64, 1024)
		v.ids = v.rows.read(v.room)
	}
	for {
		next := &same[0]
		bound := int64(math.MaxInt64) // of the others' rows
		for i := range same[1:] {
			v := &same[1+i]
			if len(v.ids) > 0 && (len(next.ids) == 0 || v.ids[0] < next.ids[0]) {
				v, next = next, v
			}
			if len(v.ids) > 0 {
				bound = min(bound, v.ids[0])
			}
		}
		n, _ := slices.BinarySearch(next.ids, bound)
		if n == 0 && len(next.ids) > 0 {
			n = 1 // the greatest id there is
		}
		if n == 0 {
			return nil
		}
		if err := tree.AddAlike(uint64(next.serial), next.value, next.ids[:n]); err != nil {
			return err
		}
		if next.ids = next.ids[n:]; len(next.ids) == 0 {
			next.ids = next.rows.read(next.room)
		}
	}
}
