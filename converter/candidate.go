package converter

import (
	"slices"
)

// Which columns get an index that nobody named: those with few values, in a table of many
// rows. All of a table's first columns are candidates at the beginning; entries are collected
// until a column turns out to have too many values.
const (
	autoRows   = 50_000 // a table with no more has none
	autoBegin  = 64     // columns that are candidates
	autoMost   = 16     // that are left after autoRows
	autoNearly = 95     // percent of the rows that may have one value
)

// autoIndexes adds those indexes that a rule's choice brings at once. It runs in order.
func (db *database) autoIndexes(t *table, rule *TableRule) {
	if rule.Index == IndexAuto {
		t.auto = true
		if t.sketch == nil {
			t.sketch = &sketch{room: &db.sketchRoom}
		}
	}
	if !t.auto {
		return
	}
	for _, k := range rule.ForeignKeys {
		before := len(t.indexes)
		if x := db.newIndex(t, Index{Columns: columnsOf(k.Columns), Origin: k.Origin}); len(t.indexes) > before {
			x.auto, x.always = true, true
		}
	}
}

// addCandidates makes candidates of columns that are new. It runs in order.
func (db *database) addCandidates(t *table) {
	if !t.auto || t.lookup != nil || t.rows > autoRows {
		return
	}
	for ; t.tried < min(len(t.columns), autoBegin); t.tried++ {
		c := &t.columns[t.tried]
		if t.tried == t.rowid || t.tried == t.extra {
			continue
		}
		x := db.addIndex(t, Index{Columns: columnsOf([]string{c.name})})
		x.auto, x.always, x.at = true, c.refers != nil, []int32{int32(t.tried)}
	}
}

// sketchRows adds the task's rows to its sketch.
func (task *batchTask) sketchRows() {
	if task.sketched == nil {
		return
	}
	var many []bool
	if known := task.sketched.many.Load(); known != nil {
		many = *known
	}
	task.sketch.reset()
	from := uint32(0)
	for row, to := range task.enc.ends {
		task.sketch.add(task.enc.out[from:to], task.rowid(row), task.idPlace, many)
		from = to
	}
}

// dropCandidates drops those of the task's indexes that are not to be, by all rows so far. It
// runs in order.
func (task *batchTask) dropCandidates() error {
	s := task.sketched
	t := task.handle.table
	late := s.rows > autoRows
	left := 0
	for _, x := range task.indexing {
		if !x.of.auto || x.of.always || x.of.dropped.Load() {
			continue
		}
		c := s.column(x.places[0])
		if c.many || late && (left == autoMost || !c.selective(s.rows)) {
			x.of.dropped.Store(true)
			t.drops.Add(1)
			if err := x.of.list.Drop(); err != nil {
				return err
			}
			continue
		}
		left++
	}
	return nil
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
	if x.dropped.Load() || found < len(places) || t.rowid == int(places[0]) && len(places) == 1 {
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
	if !x.always && (t.rows <= autoRows || !t.sketch.column(places[0]).selective(t.rows)) {
		return false
	}
	db.chosen = true
	return true
}

// hasKey reports whether the index is that of a key that holds.
func (t *table) hasKey(x *index) bool {
	return slices.ContainsFunc(t.keys, func(k *key) bool { return k.index == x && k.places != nil && !k.rowid })
}
