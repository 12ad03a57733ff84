package converter

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Writer takes what a document holds and makes a SQLite database of it. Its methods are
// for one goroutine at a time, but Report and Again may also be called by the functions of a
// Batch.
type Writer struct {
	db     *database
	doc    *document
	name   string            // the document's, or that of one inside of it
	rule   Rule              // what is said of that
	tables map[string]*Table // of this document, by the name it gave them
	order  []*Table
	given  []string // the names that the document gave its tables
}

// document is what is known about one document, over all runs.
type document struct {
	DocumentSummary
	input    *tracked
	recall   map[string]string
	columns  map[string][]string // of its tables, where rules speak of them; see shape
	findings findings            // of this run
	ruled    []ruled             // tables that have words for one table; of this run
	naming   []*Writer           // of it and of what is inside of it, where rules mean tables by their names; of this run
	skipped  int                 // tables that are to be skipped; of this run
	turn     func()              // waits until all documents before it have written; of this run

	// Of this run; changed in order.
	rows, rejects int64
	unread        *Reject // the first one that is a loss
}

// Table returns a new table, or, if this document has begun one of that name already, that
// one; it then gains the columns that it lacks. Names are cleaned and made unique:
// "a,A,a_2,,a" are five columns. Nothing is written for a table until all its rows are
// known, so tables may be filled in turns.
func (w *Writer) Table(name string, columns ...string) *Table {
	if name == "" {
		name = w.name
	}
	return w.handle(name, columns, func(name string) *table {
		return w.db.newTable(name, fmt.Sprintf("table_%d", len(w.db.tables)+1))
	})
}

// SharedTable is as Table, but documents that are converted together into one database
// share it.
func (w *Writer) SharedTable(name string, columns ...string) *Table {
	return w.handle(name, columns, func(name string) *table { return w.db.sharedTable(name)(name) })
}

// sharedTable returns a function that returns the table which documents share under a name.
func (db *database) sharedTable(shared string) func(string) *table {
	return func(string) *table {
		t := db.shared[shared]
		if t == nil {
			t = db.newTable(shared, "table_1")
			db.shared[shared] = t
		}
		return t
	}
}

// handle returns a Table for these columns, of the table that this document knows by name.
func (w *Writer) handle(name string, columns []string, create func(name string) *table) *Table {
	w.doc.turn()
	t := &Table{w: w, columns: append([]string(nil), columns...)}
	if known := w.tables[name]; known != nil {
		if known.columns == nil && columns == nil {
			return known
		}
		known.flush() // an error stays with the queue
		t.table, t.rule, t.shape = known.table, known.rule, known.shape
	} else {
		t.rule = w.tableRule(name)
		w.given = append(w.given, name)
		t.table = w.ruledTable(name, &t.rule, create)
		if t.table.of == nil {
			t.table.of = &DocumentTable{w.name, name, len(w.tables)}
		}
		if !t.table.skipped {
			t.shape = newShape(w, name, t.table, &t.rule)
		}
	}
	if w.tables == nil {
		w.tables = map[string]*Table{}
	}
	w.tables[name] = t
	w.order = append(w.order, t)
	t.declare()
	return t
}

// Wait waits until everything that was appended has gone through InOrder and is written, and
// returns the first error.
func (w *Writer) Wait() error {
	w.doc.turn()
	for _, t := range w.order {
		t.flush() // an error stays with the queue
	}
	return w.db.queue.Wait()
}

// errTogether: what is copied is the whole database.
var errTogether = fmt.Errorf("a SQLite database can't be converted together with other documents; convert it by itself: %w", ErrUnsupported)

// Copy makes the database a copy of db, a SQLite database of rollback-journal or WAL mode
// that has been checked; the copy is in journal mode DELETE. tables go to the summary, and so do
// the names of its views, if they are known. Nothing else can be written then.
func (w *Writer) Copy(db io.Reader, tables []TableSummary, views ...string) error {
	w.doc.turn()
	if len(w.db.tables) > 0 || w.db.copied != nil {
		return errTogether
	}
	first, err := copyPages(w.db.ctx, w.db.dst, db)
	if err != nil {
		return err
	}
	w.db.copied = &copied{w.name, first.page, first.bytes, tables, views}
	for _, t := range tables {
		w.doc.rows += t.Rows
	}
	return nil
}

// Describe records what was found out about the document and why: ("encoding",
// "windows-1252", "byte 0x93 at 1042 is not UTF-8"). People see it in inspect, and the
// values are kept in the table of sources. A second value for a key replaces the first.
func (w *Writer) Describe(key, value, why string) {
	key = w.key(key)
	for i, f := range w.doc.Facts {
		if f.Key == key {
			w.doc.Facts[i] = Fact{key, value, why}
			return
		}
	}
	w.doc.Facts = append(w.doc.Facts, Fact{key, value, why})
}

// Report records something that people should know. What has the same code, severity,
// table, sheet and column is counted as one finding, which says where the first is: so are a
// million rows that are too short. What a Batch's function finds out about its rows it gives
// to Batch.Report.
func (w *Writer) Report(f Finding) {
	f.Member = w.member()
	w.doc.findings.add(f)
}

// Formats returns the formats that what is inside of the document may have. If
// Options.Formats is not set there are none, and Detect says so.
func (w *Writer) Formats() *Registry {
	formats := w.db.opts.Formats
	if formats == nil {
		return new(Registry)
	}
	formats = formats.Under(w.rule)
	if _, c, _ := formats.Lookup(formats.only); packs(c) {
		return formats.Only("") // that is what the document is, and not what is inside
	}
	return formats
}

// Inside has convert write a document that was found inside of this one, such as a member
// of an archive. Errors, rejects and facts bear its name, and its tables are its own, as
// if it were converted beside the others. When Inside returns, no fill function is under
// way any more, so what convert reads from may be closed.
func (w *Writer) Inside(name string, convert func(*Writer) error) error {
	inner := w.db.newWriter(w.doc, name)
	if inner.rule.Skip {
		w.doc.skipped++
		return nil
	}
	err := convert(inner)
	if waited := inner.Wait(); waited != nil && !errors.Is(err, errAgain) {
		err = waited
	}
	if err != nil {
		return named(err, name)
	}
	return nil
}

// key returns the key that facts of this writer's document are kept under.
func (w *Writer) key(key string) string {
	if member := w.member(); member != "" {
		return member + " " + key
	}
	return key
}

// member returns the name of the document inside of the one that is converted, or "" if
// it is that one itself.
func (w *Writer) member() string {
	if w.name == w.doc.Name {
		return ""
	}
	return strings.TrimPrefix(w.name, w.doc.Name+"/")
}

// errAgain asks for another run.
var errAgain = errors.New("the document has to be read again from its start")

// Again asks for another run of Convert on this document, from its start, in which
// Recall(key) returns value: for a converter that learns late that it began wrongly. The
// converter returns Again's error.
func (w *Writer) Again(key, value string) error {
	return &againError{w.doc, w.key(key), value}
}

type againError struct {
	doc        *document
	key, value string
}

func (e *againError) Error() string { return errAgain.Error() }
func (e *againError) Unwrap() error { return errAgain }

// Recall returns what an earlier run passed to Again for key, or "".
func (w *Writer) Recall(key string) string { return w.doc.recall[w.key(key)] }
