package converter

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// A Table takes rows. Its methods are for one goroutine at a time; encoding and packing
// run in parallel behind it. Columns are TEXT, INTEGER, REAL or without a type, as the
// whole document decides.
type Table struct {
	w       *Writer
	table   *table
	rule    TableRule               // what is said of it; not changed
	shape   *shape                  // what that makes of its columns; nil: nothing
	columns []string                // as this handle names them, by position; not changed once shared with a task
	places  atomic.Pointer[[]int32] // the shape's columns of these, or else the table's, as far as they are known
	batch   *batchTask              // of Append
}

// Column returns the position of the column with that name, adding it if there is none:
// a column may turn up in any row, and is NULL in the rows before.
func (t *Table) Column(name string) int {
	for i, c := range t.columns {
		if c == name {
			return i
		}
	}
	t.flush()
	t.columns = append(t.columns[:len(t.columns):len(t.columns)], name)
	t.declare()
	return len(t.columns) - 1
}

// Append adds a row: values by position of their columns. A row that is too short is NULL
// in its last columns; what a longer one has too many goes to the column _extra, as a JSON
// array. An error may be an earlier row's.
func (t *Table) Append(row ...Value) error {
	if t.batch == nil {
		t.batch = t.w.db.newTask(t)
	}
	b := &t.batch.Batch
	for _, v := range row {
		if len(v.str) > MaxCell {
			return fmt.Errorf("a value of %d bytes: %w", len(v.str), ErrLimit)
		}
		b.Add(v)
	}
	b.EndRow()
	if len(b.Data) >= batchBytes || len(b.Cells) >= batchCells {
		return t.flush()
	}
	return nil
}

const (
	batchBytes = 256 << 10
	batchCells = 32 << 10
)

// flush hands over the rows of Append.
func (t *Table) flush() error {
	task := t.batch
	if task == nil {
		return t.w.db.queue.Err()
	}
	t.batch = nil
	return t.w.db.run(task)
}

// AppendFunc adds the rows that fill puts into a Batch. fill runs on another goroutine, at
// the same time as other fills and the caller; still the rows come after all those
// appended before and before all those appended later. AppendFunc waits while too much is
// under way. Batches should hold some 64 KiB to 1 MiB, and where they are cut should
// depend on the document only, for the output to be the same each time.
func (t *Table) AppendFunc(fill func(b *Batch) error) error {
	if err := t.flush(); err != nil {
		return err
	}
	task := t.w.db.newTask(t)
	task.fill = fill
	return t.w.db.run(task)
}

// Reject records a piece of the document that could not be made a row.
func (t *Table) Reject(r Reject) error {
	if t.batch == nil {
		t.batch = t.w.db.newTask(t)
	}
	t.batch.Reject(r)
	if len(t.batch.rejects) >= 1000 {
		return t.flush()
	}
	return nil
}

// declare has the table gain the handle's columns, in order with its rows.
func (t *Table) declare() {
	columns := t.columns
	t.w.db.admit(func() error {
		t.table.writers[t.w] = true
		t.w.db.wantIndexes(t.table)
		if t.shape != nil {
			t.shape.begin()
		}
		t.place(columns)
		if t.shape != nil {
			return t.shape.err
		}
		t.w.db.ruleIndexes(t.table, &t.rule)
		return nil
	})
}

// place finds the table's columns for names by position, adding those that it lacks.
// It runs in order.
func (t *Table) place(names []string) []int32 {
	if known := t.places.Load(); known != nil && len(*known) >= len(names) {
		return (*known)[:len(names)]
	}
	if t.shape != nil {
		places := t.shape.find(names)
		t.places.Store(&places)
		return places
	}
	before := len(t.table.columns)
	if before == 0 {
		t.table.columns = make([]column, 0, min(len(names), t.table.limit))
	}
	nth := map[string]int{}
	t.table.taken.promise(names)
	places := make([]int32, len(names))
	for i, name := range names {
		places[i] = t.table.column(name, nth[name], i)
		nth[name]++
	}
	if !slices.Contains(places, int32(overflow)) {
		t.table.taken.promised = nil // all are taken
	}
	if len(t.table.columns) > before {
		t.table.publish()
	}
	t.places.Store(&places)
	return places
}

// table is a table of the database, for all handles.
type table struct {
	name       string
	skipped    bool // nothing is made of it, and it is none of the database's
	columns    []column
	byName     map[string][]int32 // columns by the name that a document gave them
	taken      names
	limit      int // of columns, _extra not counted
	extra      int // the column _extra, or -1
	rows       int64
	wide       int64
	of         *DocumentTable   // that it was made of first; nil: of none
	indexes    []*index         // changed in order only
	auto       bool             // it gets indexes that nobody named
	sketch     *sketch          // or nil
	candidates []candidate      // which columns are some for one, by place; changed in order only
	search     *search          // or nil
	asked      *Search          // by its rule; nil: none
	keys       []*key           // changed in order only
	foreign    []*foreign       // changed in order only
	filled     []*filled        // changed in order only
	spans      spans            // of the rowids, if a column has them
	lookup     *lookup          // that it is; nil: none
	keyed      bool             // those of its rule are there
	shared     bool             // several documents have rows here, and a later row takes an earlier one's place
	parts      []part           // the documents' rows, if it is shared
	losers     []int64          // rows that others take the place of
	raw        int64            // rows, and those that others take the place of
	locate     *located         // rows whose lines are asked for
	textOnly   bool             // its rule says so
	ruled      bool             // the indexes that its rule wants are there
	wants      bool             // so are those that any table is to have
	rowid      int              // the column that is the rowid; -1: none
	last       int64            // rowid, if a column has them
	unordered  bool             // no column is, as its values do not ascend
	known      []column         // from an earlier run
	writers    map[*Writer]bool // of the documents with rows here; changed in order only

	plan atomic.Pointer[tablePlan]
	tree treeBuilder

	indexing []indexing // of the indexes that have columns, when there were so many columns:
	indexed  int
}

// tablePlan is what tasks that have not been admitted may know of a table.
type tablePlan struct {
	modes   []mode
	spelled []*Spelling
	near    []nearness // columns that may turn out to be text for little
	byName  map[string]int32
	extra   int
}

type column struct {
	name     string
	seen     seen
	declared string // by the user
	mode     mode   // if declared
	example  string // of what made it text
	row      int64

	spelled     *Spelling // of its numbers; nil: as usual
	pointsKnown bool      // someone said what a point is
	near        *nearMiss // of a column of text
	by          *Writer   // of the document that made it one
	but         string    // what is said of it
	about       string    // what the document says of it, for people

	// What rules say of it, and what comes of that.
	field   *FieldRule // or nil
	kept    bool       // it has a misfit, so cells stay as they are
	changed bool       // there are cells that are not as they were
	order   orders     // of its dates, once that is proved
	refers  *table     // the lookup table whose ids it has
}

func newTable(name string, known *knownTable) *table {
	t := &table{name: name, byName: map[string][]int32{}, limit: maxColumns, extra: -1, rowid: -1, writers: map[*Writer]bool{}}
	if known != nil {
		t.known, t.limit, t.unordered, t.losers, t.locate = known.columns, known.limit, known.unordered, known.losers, known.locate
	}
	t.publish()
	return t
}

// column returns the nth column of that name, or adds it; position is where the document
// has it. It is overflow if the table is full.
func (t *table) column(name string, nth, position int) int32 {
	if places := t.byName[name]; nth < len(places) {
		return places[nth]
	}
	place := int32(overflow)
	used := len(t.columns)
	if t.extra >= 0 {
		used--
	}
	if used < t.limit {
		place = t.add(t.taken.unique(name, blankName(position)))
	}
	t.byName[name] = append(t.byName[name], place)
	return place
}

// add appends a column to the table.
func (t *table) add(name string) int32 {
	c := column{name: name}
	if i := t.knownAt(name); i >= 0 {
		k := &t.known[i]
		c.seen, c.example, c.row, c.kept, c.order = k.seen, k.example, k.row, k.kept, k.order
		if k.near != nil && k.near.hopeless {
			c.near = k.near
		}
	}
	t.columns = append(t.columns, c)
	return int32(len(t.columns) - 1)
}

// knownAt returns which column of an earlier run has the name; it is mostly the one in the
// same place. -1: none.
func (t *table) knownAt(name string) int {
	if i := len(t.columns); i < len(t.known) && t.known[i].name == name {
		return i
	}
	return slices.IndexFunc(t.known, func(c column) bool { return c.name == name })
}

// needExtra adds the column _extra. It reports false if there is no room for it: then the
// document has to be run again with one column less.
func (t *table) needExtra() bool {
	if t.extra >= 0 {
		return true
	}
	if len(t.columns) >= maxColumns {
		t.limit = maxColumns - 1
		return false
	}
	t.extra = int(t.add(t.taken.unique(extraColumn, extraColumn)))
	return true
}

// lacks says that the table has no column of that name, and which it has.
func (t *table) lacks(name string) string {
	return fmt.Sprintf("there is no column %s (there are %s)", name, bounded(strings.Join(namesOf(t.columns), ", "), 200))
}

// take has the column be as a field says.
func (c *column) take(f *FieldRule, textOnly bool) {
	c.field = f
	c.spelled, c.pointsKnown = f.Numbers.orNil(), f.Numbers.Decimal != "" || f.Numbers.Group != ""
	declared := f.Declared
	if declared == "" && f.Type == StringType {
		declared = "TEXT"
	}
	switch c.declared = declared; declared {
	case "TEXT":
		c.mode = modeSpelled
	case "BLOB":
		c.mode = modeText
	default:
		c.mode = modeAffine
	}
	if textOnly && declared == "" && (f.Type == "" || f.Type == AnyType) {
		c.seen |= untypedText
	}
}

// encoding returns the mode that untyped cells of column i are encoded in now.
func (t *table) encoding(i int) mode {
	if i == t.rowid {
		return modeRowid
	}
	c := &t.columns[i]
	if c.declared != "" {
		return c.mode
	}
	return c.seen.mode()
}

// publish lets tasks see the table as it is now.
func (t *table) publish() {
	p := &tablePlan{modes: make([]mode, len(t.columns)), near: make([]nearness, len(t.columns)),
		byName: make(map[string]int32, len(t.byName)), extra: t.extra}
	for i := range t.columns {
		c := &t.columns[i]
		p.modes[i] = t.encoding(i)
		p.near[i] = t.nearness(i)
		if c.spelled != nil {
			if p.spelled == nil {
				p.spelled = make([]*Spelling, len(t.columns))
			}
			p.spelled[i] = c.spelled
		}
	}
	for name, places := range t.byName {
		p.byName[name] = places[0]
	}
	t.plan.Store(p)
}

// nearness says whether cells of a column are worth a look for what keeps them from being
// numbers, if it is one of text.
type nearness uint8

const (
	notNear     nearness = iota
	mayBeNear            // no number so far
	nearNumbers          // there are some
)

func (t *table) nearness(i int) nearness {
	c := &t.columns[i]
	switch {
	case c.near != nil && c.near.hopeless, c.declared != "" && c.declared != "TEXT", t.textOnly, i == t.extra:
		return notNear
	case c.near != nil && (c.near.numbered || c.near.numbers > 0):
		return nearNumbers
	}
	return mayBeNear
}
