package converter

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/fts5"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A search is a full-text index that is written behind the rows. What it is made of is
// collected as rows are written.
type search struct {
	*Search
	index     *fts5.Index
	list      *extsort.List
	sizes     treeBuilder
	tokens    []int64 // by column
	gatherers sync.Pool

	as      searching // for the next rows
	indexed int       // columns that the table had then
}

// searching is what a task needs to know to collect the text of its rows.
type searching struct {
	of     *search
	places []int32 // of the columns in the table; -1 of those that it does not have yet
	rowid  int32   // the column that is the rowid, which records don't repeat; -1: none
	reals  []bool  // of them, those whose integers read as reals
}

// newSearch adds a full-text index to the table.
func (db *database) newSearch(t *table, of *Search) error {
	index, err := fts5.New(of.Tokenize, of.Prefix)
	if err != nil {
		return &RuleError{of.Origin, fmt.Errorf("search: %w", err)}
	}
	for _, c := range of.Columns {
		if folded := foldName(c); folded == "rank" || folded == "rowid" {
			return &RuleError{of.Origin, fmt.Errorf("search: FTS5 can't have a column %s", c)}
		}
	}
	x := &search{Search: of, index: index, list: db.sorting().NewList(), sizes: db.file.NewTree(), tokens: make([]int64, len(of.Columns)), indexed: -1}
	x.gatherers.New = func() any { return index.NewGatherer() }
	t.search = x
	return nil
}

// wantSearch gives a table that is about to have its first rows its full-text index: that which
// any is to have, if it has the columns, or else that of its rule.
func (db *database) wantSearch(t *table) error {
	if t.search != nil || t.rows > 0 {
		return nil
	}
	of := db.opts.Rule.Search
	if of == nil || slices.ContainsFunc(of.Columns, func(c string) bool { return t.find(c) < 0 }) {
		of = t.asked
	}
	if of == nil {
		return nil
	}
	return db.newSearch(t, of)
}

// missingSearch returns an error if no table has the columns of the full-text index that any is
// to have.
func (db *database) missingSearch() error {
	of := db.opts.Rule.Search
	if of == nil || slices.ContainsFunc(db.tables, func(t *table) bool { return t.search != nil && t.search.Search == of }) {
		return nil
	}
	return &RuleError{of.Origin, fmt.Errorf("no table has the columns %s with its first rows", strings.Join(of.Columns, ", "))}
}

// toSearch returns how the text of the next rows is collected, or nil. It runs in order. again
// reports whether rows before were collected in another way.
func (t *table) toSearch() (_ *searching, again bool) {
	x := t.search
	if x == nil {
		return nil, false
	}
	if x.indexed != len(t.columns) {
		x.as, x.indexed = searching{of: x, reals: make([]bool, len(x.Columns))}, len(t.columns)
		for _, c := range x.Columns {
			x.as.places = append(x.as.places, t.find(c))
		}
		for i := range x.as.places {
			x.as.reals[i] = t.readsReal(x.as.places[i])
		}
	}
	for i, place := range x.as.places {
		if real := t.readsReal(place); real != x.as.reals[i] {
			reals := append([]bool(nil), x.as.reals...)
			reals[i] = real
			x.as.reals = reals
			again = again || t.rows > 0
		}
	}
	as := x.as
	as.rowid = int32(t.rowid)
	return &as, again
}

// readsReal reports whether the column's integers read as reals.
func (t *table) readsReal(place int32) bool {
	return place >= 0 && t.columns[place].summary().Type == "REAL"
}

// gathered is what a task has collected for a full-text index.
type gathered struct {
	chunk  extsort.Chunk
	sizes  *sqlitefile.Run
	tokens []int64
}

// gather collects the text of the task's rows.
func (db *database) gather(task *batchTask) {
	s := task.searching
	if s == nil {
		return
	}
	if task.gathered == nil {
		task.gathered = &gathered{sizes: db.file.NewRun()}
	}
	out := task.gathered
	out.tokens = append(out.tokens[:0], make([]int64, len(s.places))...)
	g := s.of.gatherers.Get().(*fts5.Gatherer)
	defer s.of.gatherers.Put(g)
	last := int32(-1)
	for _, place := range s.places {
		last = max(last, place)
	}
	var r sqlitefile.Record
	var text, size []byte
	counts := make([]int, len(s.places))
	from := uint32(0)
	for row, to := range task.enc.ends {
		r.Read(task.enc.out[from:to], int(last)+1)
		from = to
		rowid := task.rowid(row)
		g.Row(rowid)
		for i, place := range s.places {
			serial, value := r.Value(int(place))
			if x := task.extracting(place); x != nil {
				text = x.text(text[:0], row)
				value = text
			} else if place >= 0 && place == s.rowid {
				text = strconv.AppendInt(text[:0], rowid, 10)
				value = text
			} else if serial < 12 {
				text = appendText(text[:0], serial, value, s.reals[i])
				value = text
			}
			counts[i] = 0
			if len(value) > 0 {
				counts[i] = g.Text(i, value)
			}
			out.tokens[i] += int64(counts[i])
		}
		size = fts5.AppendSizes(size[:0], counts)
		out.sizes.Add(rowid, record([]Value{{}, {kind: KindBlob, str: string(size)}}))
	}
	g.Flush(&out.chunk)
}

// appendText appends a number as SQLite spells it.
func appendText(b []byte, serial uint64, value []byte, real bool) []byte {
	switch {
	case serial == sqlitefile.SerialNull:
		return b
	case serial == sqlitefile.SerialReal:
		return appendRealText(b, sqlitefile.DecodeReal(value))
	case real:
		return appendRealText(b, float64(sqlitefile.DecodeInt(serial, value)))
	}
	return strconv.AppendInt(b, sqlitefile.DecodeInt(serial, value), 10)
}

// appendRealText appends a real with 15 digits, and always with a point. SQLite rounds a little
// differently from version to version, so the last digit of one that has more may be another.
func appendRealText(b []byte, f float64) []byte {
	if math.IsInf(f, 0) {
		return append(b, strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+")...)
	}
	text := strconv.AppendFloat(nil, f, 'e', 14, 64)
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	e, _ := strconv.Atoi(string(exponent))
	if e >= -4 && e < 15 {
		text = strconv.AppendFloat(nil, f, 'f', 14-e, 64)
		mantissa, exponent = text, nil
	}
	mantissa = bytes.TrimRight(mantissa, "0")
	if bytes.HasSuffix(mantissa, []byte(".")) {
		mantissa = append(mantissa, '0')
	} else if !bytes.Contains(mantissa, []byte(".")) {
		mantissa = append(mantissa, ".0"...)
	}
	b = append(b, mantissa...)
	if exponent != nil {
		b = append(append(b, 'e'), exponent...)
	}
	return b
}

// add takes what a task has collected. It runs in order.
func (db *database) addSearch(x *search, of *gathered) error {
	for i, n := range of.tokens {
		x.tokens[i] += n
	}
	if err := db.file.Place(x.sizes, of.sizes); err != nil {
		return err
	}
	return x.list.Add(&of.chunk)
}

// finishSearch writes the tables of the table's full-text index.
func (db *database) finishSearch(t *table) ([]sqlitefile.Object, error) {
	if err := db.wantSearch(t); err != nil {
		return nil, err
	}
	x := t.search
	if x == nil {
		return nil, nil
	}
	t.toSearch() // where there were no rows
	for i, place := range x.as.places {
		if place < 0 {
			return nil, &RuleError{x.Origin, fmt.Errorf("table %s: search can't be: %s", t.name, t.lacks(x.Columns[i]))}
		}
	}
	if err := x.list.Sort(); errors.Is(err, extsort.ErrFull) {
		return nil, fmt.Errorf("%s: search: %w: %w", x.Origin, err, ErrLimit)
	} else if err != nil {
		return nil, err
	}
	merge, err := x.list.Merge(nil, nil)
	if err != nil {
		return nil, err
	}
	data, run := db.file.NewHeldTree(), db.file.NewRun()
	pages := db.file.NewIndex()
	blocks, keys := int64(0), int64(0)
	put := func(b fts5.Block) error {
		blocks++
		if run.Add(b.ID, record([]Value{{}, {kind: KindBlob, str: string(b.Bytes)}})); run.Size() < batchBytes {
			return nil
		}
		defer run.Reset()
		return db.file.Place(data, run)
	}
	leaves, err := fts5.Write(merge.Next, put, func(term []byte, number int64) error {
		keys++
		return pages.Add(record([]Value{Int(fts5.SegmentID), {kind: KindBlob, str: string(term)}, Int(number)}))
	})
	if err != nil {
		return nil, err
	}
	if err := db.file.Place(data, run); err != nil {
		return nil, err
	}
	run.Reset()
	for _, b := range fts5.Heads(t.rows, x.tokens, leaves) {
		run.Add(b.ID, record([]Value{{}, {kind: KindBlob, str: string(b.Bytes)}}))
		blocks++
	}
	if err := db.file.PlaceFirst(data, run); err != nil {
		return nil, err
	}
	config := db.file.NewIndex()
	if err := config.Add(record([]Value{Text("version"), Int(fts5.Version)})); err != nil {
		return nil, err
	}
	return db.searchTables(t, []shadow{
		{fts5.DataTable, "(id INTEGER PRIMARY KEY, block BLOB)", data.Finish, strconv.FormatInt(blocks, 10), false},
		{fts5.PagesTable, "(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID", pages.Finish, fmt.Sprintf("%d %[1]d 1", keys), true},
		{fts5.SizesTable, "(id INTEGER PRIMARY KEY, sz BLOB)", x.sizes.Finish, strconv.FormatInt(t.rows, 10), false},
		{fts5.ConfigTable, "(k PRIMARY KEY, v) WITHOUT ROWID", config.Finish, "1 1", true},
	})
}

// A shadow is a table of a full-text index.
type shadow struct {
	suffix, columns string
	finish          func() (root uint32, err error)
	stat            string // its statistics
	keyed           bool   // without rowid
}

// searchTables returns what the schema says of a full-text index.
func (db *database) searchTables(t *table, shadows []shadow) ([]sqlitefile.Object, error) {
	name := db.searchName(t.name + "_fts")
	var columns []string
	for _, place := range t.search.as.places {
		columns = append(columns, quoteName(t.columns[place].name))
	}
	options := ", content=" + quoteName(t.name)
	if t.find("rowid") >= 0 {
		options += ", content_rowid=_rowid_"
	}
	if s := t.search.Tokenize; s != "" {
		options += ", tokenize=" + quoteText(s)
	}
	if s := t.search.Prefix; s != "" {
		options += ", prefix=" + quoteText(s)
	}
	objects := []sqlitefile.Object{{Type: "table", Name: name, Table: name,
		SQL: "CREATE VIRTUAL TABLE " + quoteName(name) + " USING fts5(" + strings.Join(columns, ", ") + options + ")"}}
	for _, s := range shadows {
		root, err := s.finish()
		if err != nil {
			return nil, err
		}
		of := name + s.suffix
		objects = append(objects, sqlitefile.Object{Type: "table", Name: of, Table: of, Root: root, SQL: "CREATE TABLE " + quoteText(of) + s.columns})
		row := []Value{Text(of), {}, Text(s.stat)}
		if s.keyed {
			row[1] = Text(of)
		}
		if !strings.HasPrefix(s.stat, "0") {
			db.searchStats = append(db.searchStats, row)
		}
	}
	return objects, nil
}

// searchName returns a name that is not taken, with those of its tables.
func (db *database) searchName(base string) string {
	suffixes := []string{"", fts5.DataTable, fts5.PagesTable, fts5.SizesTable, fts5.ContentTable, fts5.ConfigTable}
	name := base
next:
	for i := 2; ; i++ {
		for _, s := range suffixes {
			if db.taken.taken[foldName(name+s)] {
				name = fmt.Sprintf("%s_%d", base, i)
				continue next
			}
		}
		for _, s := range suffixes {
			db.taken.reserve(name + s)
		}
		return name
	}
}

// quoteText quotes text for SQL.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
