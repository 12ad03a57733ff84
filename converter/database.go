package converter

import (
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter/internal/extsort"
	"github.com/dynasette/dynasette/converter/internal/ordered"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

type treeBuilder = *sqlitefile.Tree

// A database is what one run writes: the tables of all documents.
type database struct {
	ctx     context.Context
	opts    *Options
	queue   *ordered.Queue
	dst     Destination
	file    *sqlitefile.File
	tables  []*table
	taken   names // of tables
	shared  map[string]*table
	rejects *sideTable
	known   map[string]*knownTable
	lookups map[string]*lookup
	shapes  []*shape
	alone   bool // the database is of one document
	tasks   sync.Pool
	workers int

	wanted      []*wantedIndex
	searchStats [][]Value      // of the tables of full-text indexes
	sorter      *extsort.Space // of what indexes hold; nil before there is one
	oldPieces   sync.Pool
	met         []bool // of the fields of Options.Rule: some table has their column
	sketcher    *sketcher

	// Changed in order only, see ordered.Task.
	again   atomic.Bool // rows written so far are not what they must be: only measure the rest, and run again
	copied  *copied
	through int  // documents all of whose rows were admitted
	partial bool // not every batch was looked at in this run
}

// knownTable is what earlier runs found out about a table.
type knownTable struct {
	columns   []column
	limit     int
	unordered bool // no column's values are rowids
	losers    []int64
	locate    *located
}

func newDatabase(ctx context.Context, dst Destination, opts *Options, known map[string]*knownTable) *database {
	workers := opts.workers()
	db := &database{
		ctx: ctx, opts: opts, met: make([]bool, len(opts.Rule.Fields)), known: known, workers: workers, shared: map[string]*table{}, dst: dst,
		// Some tasks wait for their turn, so there are more than work at a time.
		queue: ordered.NewQueue(ctx, 2*workers+1),
		file:  sqlitefile.NewFile(dst, opts.PageSize),
	}
	if workers == 1 {
		db.queue = ordered.NewQueue(ctx, 1)
	}
	for _, reserved := range []string{RejectsTable, SourcesTable} {
		db.taken.reserve(reserved)
	}
	if opts.DescribeColumns {
		db.taken.reserve(ColumnsTable)
	}
	db.sketcher = newSketcher(opts.DescribeColumns)
	for _, x := range opts.Rule.Indexes {
		if slices.ContainsFunc(db.wanted, func(w *wantedIndex) bool { return slices.Equal(w.Columns, x.Columns) }) {
			continue
		}
		db.wanted = append(db.wanted, &wantedIndex{Index: x})
	}
	db.rejects = newSideTable(db.file, RejectsTable, rejectsSQL)
	return db
}

// close frees what the database takes until it is written.
func (db *database) close() {
	if db.sorter != nil {
		_ = db.sorter.Close() // of a temporary file, which nobody needs any more
		db.sorter = nil
	}
}

// newTable adds a table under a name that is not taken yet.
func (db *database) newTable(name, blank string) *table {
	name = db.taken.unique(tableName(name), blank)
	t := newTable(name, db.known[name])
	t.tree = db.file.NewTree()
	if db.opts.DescribeColumns {
		t.sketch = newSketch(db.sketcher)
	}
	db.tables = append(db.tables, t)
	return t
}

// batchTask is a Batch with all that is needed to make pages of it.
type batchTask struct {
	Batch
	handle     *Table
	columns    []string // of the handle, when the task was made
	fill       func(*Batch) error
	enc        encoder
	run        *sqlitefile.Run
	used       []mode          // by the last encoding; nil if there was none
	version    int             // of the Batch, at the last encoding
	first      int64           // rowid of the first row
	places     *plan           // of the last encoding
	near       []*nearMiss     // by column of the table, where it was looked at; or nil
	indexing   []indexing      // the indexes that the rows have entries in
	chunks     []extsort.Chunk // of each of these
	sketched   *sketch         // of the table, or nil
	idPlace    int             // the column that is the rowid; -1: none
	width      int             // columns of the table
	candidates []candidate     // of them
	sketch     batchSketch

	searching *searching // if the table has a full-text index
	gathered  *gathered  // for it

	// Of a table with rules; see readRows.
	read     Batch
	scratch  []byte
	odd      oddities
	proofs   map[int]*proof
	rejected []Reject
	refused  []int   // rows that are left out
	replaced []int   // of them, those that rows of later documents take the place of
	origin   []int32 // of each row that is left: which of the batch it was; nil: all are left
	extracts []extracting
	required []*filled // columns that are to be NOT NULL
	filling  []filled
}

func (db *database) newTask(t *Table) *batchTask {
	task, _ := db.tasks.Get().(*batchTask)
	if task == nil {
		task = &batchTask{run: db.file.NewRun()}
	}
	task.handle, task.columns = t, t.columns
	return task
}

// recycle makes the task ready for other rows.
func (db *database) recycle(task *batchTask) {
	if task.release != nil {
		task.release()
		task.Data = nil
	}
	task.Clear()
	task.Data, task.inOrder, task.release = task.Data[:0], nil, nil
	task.fill, task.used, task.handle, task.columns, task.places, task.indexing, task.near, task.searching = nil, nil, nil, nil, nil, nil, nil, nil
	task.sketched, task.candidates = nil, nil
	task.sketch.reset()
	task.locate, task.read.Data, task.rejected, task.replaced, task.origin, task.proofs, task.required, task.filling = nil, nil, nil, nil, nil, nil, nil, nil
	task.run.Reset()
	for i := range task.chunks {
		task.chunks[i].Reset()
	}
	if task.gathered != nil {
		task.gathered.chunk.Reset()
		task.gathered.sizes.Reset()
	}
	if cap(task.Data)+cap(task.enc.out)+cap(task.enc.referred)+task.run.Cap() < 16<<20 {
		db.tasks.Put(task)
	}
}

// admit has f called in order with the rows.
func (db *database) admit(f func() error) error {
	return db.queue.Go(ordered.Task{Admit: f})
}

// run hands a task to the queue.
func (db *database) run(task *batchTask) error {
	return db.queue.Go(ordered.Task{
		Prepare: func() error { return db.prepare(task) },
		Admit:   func() error { return db.admitBatch(task) },
		Finish:  func() error { return db.pack(task) },
		Emit:    func() error { return db.emit(task) },
	})
}

// prepare parses and encodes a batch with what is known of its table so far.
func (db *database) prepare(task *batchTask) (err error) {
	if task.fill != nil {
		defer func() {
			if r := recover(); r != nil {
				err = named(&PanicError{r, debug.Stack()}, task.handle.w.doc.Name)
			}
		}()
		if err := task.fill(&task.Batch); err != nil {
			return named(err, task.handle.w.name)
		}
	}
	if task.handle.table.skipped {
		return nil
	}
	p := task.plan(false)
	if p == nil {
		return nil
	}
	if err := task.encode(p); err != nil || task.used == nil {
		return err
	}
	for i, near := range p.near {
		if near != notNear && task.enc.modes[i] >= modeText {
			task.look(i, near == nearNumbers)
		}
	}
	return nil
}

// encode encodes the batch by a plan; task.used stays nil if the plan does not do.
func (task *batchTask) encode(p *plan) error {
	task.used, task.version, task.places = nil, task.Batch.version, p
	if p.locals != nil {
		if err := task.shape(p); err != nil {
			return err
		}
	}
	ok, err := task.enc.encode(task.rows(), p)
	if ok {
		task.used = p.modes
	}
	return err
}

// admitBatch takes the next rowids, and decides with all that came before what the
// columns are. It runs in order.
func (db *database) admitBatch(task *batchTask) error {
	if task.inOrder != nil {
		if err := task.inOrder(); err != nil {
			return named(err, task.handle.w.name)
		}
	}
	t, doc := task.handle.table, task.handle.w.doc
	if t.skipped {
		task.Clear()
		return nil
	}
	doc.rejects += int64(len(task.rejects))
	if i := slices.IndexFunc(task.rejects, func(r Reject) bool { return !r.Aside }); i >= 0 && doc.unread == nil {
		first := task.rejects[i]
		doc.unread = &first
	}
	task.report()
	if len(task.Ends) == 0 {
		return nil
	}
	if task.used == nil || task.version != task.Batch.version || task.outdated() {
		task.near = nil
		if err := db.encodeInOrder(task); err != nil || task.used == nil {
			return err
		}
	}
	if task.handle.shape != nil {
		if err := db.admitShaped(task); err != nil || task.used == nil {
			return err
		}
	}
	if t.shared && task.begin() {
		if err := db.encodeInOrder(task); err != nil || task.used == nil {
			return err
		}
	}
	if task.handle.shape != nil {
		task.handle.shape.count(task)
		if err := db.admitExtracts(task); err != nil {
			return err
		}
	}
	n := int64(len(task.enc.ends))
	doc.rows += n
	if db.widen(task, t, &task.enc, true) {
		t.publish()
	}
	if task.handle.shape != nil {
		task.handle.shape.countKept(task)
	}
	db.addCandidates(t)
	if t.rowid >= 0 && n > 0 {
		db.admitRowids(task)
	}
	if err := db.wantSearch(t); err != nil {
		return err
	}
	task.first, task.indexing, task.required = t.rows+1, t.toIndex(), t.filled
	task.sketched, task.idPlace, task.width, task.candidates = t.sketch, t.rowid, len(t.columns), t.candidates
	var again bool
	if task.searching, again = t.toSearch(); again {
		db.again.Store(true)
	}
	if t.locate != nil {
		t.locate.find(task)
	}
	t.rows += n
	if db.opts.Rows != nil {
		db.opts.Rows.Add(n)
	}
	if t.wide += task.enc.wide; task.enc.wide > 0 {
		task.handle.w.Report(Finding{Code: "cells-surplus", Table: t.name, Count: task.enc.wide, Row: task.first + int64(task.enc.wideAt),
			Message: "a row has more cells than there are columns; the surplus is in the column " + extraColumn})
	}
	if t.stale(task.used, task.enc.seen) {
		task.used = nil // encode once more, with what is known now
	}
	return nil
}

// stale reports whether cells that were encoded in these modes would be other bytes now.
func (t *table) stale(used []mode, seen []seen) bool {
	for i, from := range used {
		to := t.encoding(i)
		if from != to && (from == modeRowid || to == modeRowid) || seen[i].stale(from, to) {
			return true
		}
	}
	return false
}

// widen adds what a batch has seen to what the table's columns have held, and reports whether
// tasks should know. It runs in order.
func (db *database) widen(task *batchTask, t *table, enc *encoder, near bool) (changed bool) {
	for i := range t.columns[:len(enc.seen)] {
		c := &t.columns[i]
		before, now := c.seen, c.seen|enc.seen[i]
		if before.textual() {
			now = before | now&^untypedKinds // other workers may not have looked at them
		}
		if near && (now.mode() == modeText || c.declared == "TEXT") && t.nearness(i) != notNear {
			changed = db.nearer(task, i, now) || changed
		}
		if before == now {
			continue
		}
		if now&untypedText != 0 && before&untypedText == 0 {
			c.example, c.row = enc.first[i].text, t.rows+int64(enc.first[i].row)+1
		}
		c.seen = now
		if c.declared != "" {
			continue
		}
		changed = changed || before.mode() != now.mode()
		if before.stale(before.mode(), now.mode()) {
			db.again.Store(true)
		}
	}
	return changed
}

// report hands on what was found out about the batch's rows, before these are counted.
func (task *batchTask) report() {
	t := task.handle.table
	for _, f := range task.found {
		f.Table = t.name
		if f.Row > 0 {
			f.Row += t.rows
		}
		task.handle.w.Report(f)
	}
	for rest := task.rejects; len(rest) > 0; {
		f := rest[0].finding()
		f.Table = t.name
		for f.Count = 1; int(f.Count) < len(rest) && rest[f.Count].alike(&rest[0]); f.Count++ {
		}
		rest = rest[f.Count:]
		task.handle.w.Report(f)
	}
}

// encodeInOrder encodes a batch that brought new columns, or changed late.
func (db *database) encodeInOrder(task *batchTask) error {
	t := task.handle.table
	if err := task.settle(); err != nil {
		return err
	}
	for {
		if err := task.encode(task.plan(true)); err != nil || task.used != nil {
			return err
		}
		if !t.needExtra() {
			db.again.Store(true)
			db.partial = true
			return nil
		}
		t.publish()
	}
}

// pack makes leaf pages of the rows.
func (db *database) pack(task *batchTask) error {
	if len(task.Ends) == 0 || db.again.Load() {
		return nil
	}
	if task.used == nil {
		if _, err := task.enc.encode(task.rows(), task.replan()); err != nil {
			return err
		}
	}
	task.enc.refer(task.extracts[:len(task.places.extracts)])
	task.run.Grow(len(task.enc.out))
	from := uint32(0)
	for i, to := range task.enc.ends {
		task.run.Add(task.rowid(i), task.enc.out[from:to])
		from = to
	}
	task.index()
	task.sketchRows()
	task.filling = task.fillColumns(task.required)
	db.gather(task)
	return nil
}

// emit writes the pages and the rejects. It runs in order.
func (db *database) emit(task *batchTask) error {
	defer db.recycle(task)
	if db.again.Load() {
		return nil
	}
	if err := db.file.Place(task.handle.table.tree, task.run); err != nil {
		return err
	}
	if task.sketched != nil {
		task.sketched.merge(&task.sketch, task.candidates)
	}
	for i, x := range task.indexing {
		if err := x.of.add(&task.chunks[i], task.first, int64(len(task.enc.ends))); err != nil {
			return err
		}
	}
	if task.searching != nil {
		if err := db.addSearch(task.searching.of, task.gathered); err != nil {
			return err
		}
	}
	for i, f := range task.filling {
		task.required[i].merge(f)
	}
	if task.places != nil {
		for i := range task.places.extracts {
			if err := task.extracts[i].emit(db); err != nil {
				return err
			}
		}
	}
	reject := func(r *Reject) error {
		return db.rejects.add(r.row(task.handle.w.name, task.handle.table.name)...)
	}
	for i := range task.rejects {
		if err := reject(&task.rejects[i]); err != nil {
			return err
		}
	}
	for i := range task.rejected {
		if err := reject(&task.rejected[i]); err != nil {
			return err
		}
	}
	return nil
}

// rowid returns the rowid of row i.
func (task *batchTask) rowid(i int) int64 {
	if len(task.enc.ids) > 0 {
		return task.enc.ids[i]
	}
	return task.first + int64(i)
}
