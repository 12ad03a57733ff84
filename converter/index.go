package converter

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// An index is one that is written behind the rows. Its entries are collected as rows are
// written.
type index struct {
	Index
	unique bool
	list   *extsort.List
	rows   int64 // that have their entries in the list
	tally  tally
	name   string       // once it is written
	of     *wantedIndex // that it is, if it is for any table that has the columns

	off    bool // entries are not needed, or not yet
	hidden bool // the statement that makes the table makes it, or nobody sees it

	// Of an index that nobody named; see candidate.go.
	auto   bool
	at     []int32 // where its columns are, if it is one of a candidate
	always bool    // it is of a foreign key; others have no list, but postings
}

// indexing is what a task needs to know to make the entries of its rows.
type indexing struct {
	of     *index
	places []int32 // of the columns in the table; -1 of those that it does not have yet
	rowid  int32   // the column that is the rowid, which records don't repeat; -1: none
}

// ruleIndexes adds the indexes that a rule wants of a table. It runs in order.
func (db *database) ruleIndexes(t *table, rule *TableRule) {
	if t.ruled || t.skipped {
		return
	}
	t.ruled = true
	for _, x := range rule.Indexes {
		db.newIndex(t, x)
	}
	db.autoIndexes(t, rule)
	t.asked = rule.Search
}

// wantIndexes adds the indexes to a table that any is to have. It runs in order.
func (db *database) wantIndexes(t *table) {
	if t.wants || t.skipped {
		return
	}
	t.wants = true
	for _, wanted := range db.wanted {
		db.newIndex(t, wanted.Index).of = wanted
	}
}

// newIndex adds an index to the table, unless it has the same already.
func (db *database) newIndex(t *table, of Index) *index {
	for _, x := range t.indexes {
		if !x.hidden && slices.Equal(x.Columns, of.Columns) {
			return x
		}
	}
	return db.addIndex(t, of)
}

func (db *database) addIndex(t *table, of Index) *index {
	x := &index{Index: of, list: db.sorting().NewList()}
	t.addIndex(x)
	return x
}

func (t *table) addIndex(x *index) {
	t.indexes = append(t.indexes, x)
	t.indexing, t.indexed = nil, -1
}

// sorting returns the space that entries are sorted in.
func (db *database) sorting() *extsort.Space {
	if db.sorter == nil {
		db.sorter = extsort.New(db.ctx, extsort.Limits{Memory: db.opts.SortMemory, Disk: db.opts.SortFile})
	}
	return db.sorter
}

// find returns where the table has a column, or -1. What the document calls it goes before
// what it became.
func (t *table) find(name string) int32 {
	if places := t.byName[name]; len(places) > 0 {
		return places[0]
	}
	for i := range t.columns {
		if spell := spellings[1]; spell(t.columns[i].name) == spell(name) {
			return int32(i)
		}
	}
	return -1
}

// places returns where the table has the index's columns, and how many it has.
func (x *index) places(t *table) (places []int32, found int) {
	if x.at != nil {
		return x.at, len(x.at)
	}
	for _, c := range x.Columns {
		place := t.find(c.Name)
		if places = append(places, place); place >= 0 {
			found++
		}
	}
	return places, found
}

// toIndex returns what indexes the next rows have entries in. It runs in order.
func (t *table) toIndex() []indexing {
	if len(t.indexes) == 0 || t.indexed == len(t.columns) {
		return t.indexing
	}
	t.indexing, t.indexed = nil, len(t.columns)
	for _, x := range t.indexes {
		if x.off || x.list == nil {
			continue
		}
		if places, found := x.places(t); found > 0 || t.rowid >= 0 {
			t.indexing = append(t.indexing, indexing{x, places, int32(t.rowid)})
		}
	}
	return t.indexing
}

// index makes the entries of the task's rows.
func (task *batchTask) index() {
	if len(task.indexing) == 0 {
		return
	}
	for len(task.chunks) < len(task.indexing) {
		task.chunks = append(task.chunks, extsort.Chunk{})
	}
	last := int32(-1)
	for _, x := range task.indexing {
		for _, place := range x.places {
			last = max(last, place)
		}
	}
	var r sqlitefile.Record
	from := uint32(0)
	for row, to := range task.enc.ends {
		r.Read(task.enc.out[from:to], int(last)+1)
		from = to
		for i, x := range task.indexing {
			x.entry(&task.chunks[i], &r, task.rowid(row))
		}
	}
}

// entry appends the entry of a row.
func (x *indexing) entry(c *extsort.Chunk, r *sqlitefile.Record, rowid int64) {
	var room [8]byte
	as := room[:0]
	from := len(c.Data)
	for k, place := range x.places {
		serial, value := r.Value(int(place))
		if place >= 0 && place == x.rowid {
			var kind byte
			value, kind = sqlitefile.AppendInt(nil, rowid)
			serial = uint64(kind)
		}
		var a byte
		c.Data, a = sqlitefile.AppendKey(c.Data, serial, value, x.of.Columns[k].Descending)
		as = append(as, a)
	}
	key := len(c.Data) - from
	c.Data = sqlitefile.AppendKeyRowid(c.Data, rowid, as)
	c.End(key)
}

// add takes the entries of n rows from first on.
func (x *index) add(c *extsort.Chunk, first, n int64) error {
	if err := x.blank(first - 1); err != nil {
		return err
	}
	x.rows += n
	return x.list.Add(c)
}

// blank adds entries for rows that came before the table had any of the index's columns.
func (x *index) blank(rows int64) error {
	var c extsort.Chunk
	for x.rows < rows {
		for c.Reset(); x.rows < rows && len(c.Ends) < 4096; c.End(len(x.Columns)) {
			x.rows++
			for _, column := range x.Columns {
				c.Data, _ = sqlitefile.AppendKey(c.Data, sqlitefile.SerialNull, nil, column.Descending)
			}
			c.Data = sqlitefile.AppendKeyRowid(c.Data, x.rows, nil)
		}
		if err := x.list.Add(&c); err != nil {
			return err
		}
	}
	return nil
}

// reader returns a reader of the index's entries.
func (x *index) reader() *sqlitefile.KeyReader {
	desc := make([]bool, len(x.Columns))
	for i, c := range x.Columns {
		desc[i] = c.Descending
	}
	return sqlitefile.NewKeyReader(desc)
}

// names returns the names of the columns, for people.
func (x *index) names() string {
	var names []string
	for _, c := range x.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// sql returns the statement that makes the index.
func (x *index) sql(name string, t *table, places []int32) string {
	var sql strings.Builder
	sql.WriteString("CREATE ")
	if x.unique {
		sql.WriteString("UNIQUE ")
	}
	sql.WriteString("INDEX " + quoteName(name) + " ON " + quoteName(t.name) + " (")
	for i, place := range places {
		if i > 0 {
			sql.WriteString(", ")
		}
		sql.WriteString(quoteName(t.columns[place].name))
		if x.Columns[i].Descending {
			sql.WriteString(" DESC")
		}
	}
	return sql.String() + ")"
}
