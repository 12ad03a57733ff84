package converter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// A Destination takes a SQLite database page by page: pages 2, 3, … in ascending order,
// and page 1 last. So a file and an append-only upload can both be one.
type Destination interface {
	// Writer takes whole pages, in order, beginning with page 2.
	io.Writer
	// Reset throws away what was written, to begin with page 2 once more.
	Reset() error
	// Commit takes page 1 and makes the database visible: whole, or not at all.
	Commit(first []byte) error
}

// Options are how to convert; the zero value is right for most.
type Options struct {
	PageSize int // 512 to 65536, a power of two; 0 is 4096
	Workers  int // goroutines that parse and encode; 0 is GOMAXPROCS

	// Rule is said of every table, as by flags, and goes before Rules, word by word. Its Name
	// is that of each document's first table, and all their rows go there. Its Indexes and
	// Search are for each table that has their columns, Search with its first rows. If no
	// table has these, or a column that it has a field for, that is an error.
	Rule TableRule

	// Rules returns what is said of the document of that name, or of that of an archive's
	// member, as in "x.zip/in/a.csv"; optional. It may be called from any goroutine, and
	// returns the same each time.
	Rules func(document string) Rule

	// ChooseIndexes is IndexAuto for tables of which no rule says which indexes they have.
	ChooseIndexes bool

	// DescribeColumns has ColumnsTable written. A document that is copied, as it is a database,
	// is not described.
	DescribeColumns bool

	// Statistics has the table sqlite_stat1 written also where there are no indexes, and with
	// those that nobody named: what SQLite chooses an index by, as ANALYZE makes it.
	Statistics bool

	// SortFile is how many bytes of a temporary file indexes and full-text indexes may take
	// until they are written, beyond SortMemory; 0 is 4 GiB. If it is negative there is no file.
	// An index that takes more is an error, which is an ErrLimit.
	SortFile int64

	// SortMemory is how many bytes of memory they may take; 0 is 128 MiB, or 192 without a file.
	// It is not the garbage collector's, so debug.SetMemoryLimit knows nothing of it.
	SortMemory int64

	// Formats are those that what is inside of a document may have: of members of archives,
	// and of what programs write. Without them such documents can't be converted.
	Formats *Registry

	// Progress is called now and then, from any goroutine, with how much of a document
	// has been read. It starts over if the document is read again. Optional.
	Progress func(in *Input, read int64)

	// Rows counts those that tables have so far. It starts over if documents are read again. Optional.
	Rows *atomic.Int64
}

// A Job is one document to convert.
type Job struct {
	Input     *Input
	Format    Format
	Converter Converter
}

// A Summary says what a conversion made.
type Summary struct {
	Tables    []TableSummary    `json:"tables"`
	Documents []DocumentSummary `json:"documents"`
	Rejects   int64             `json:"rejects"`             // in all documents
	Bytes     int64             `json:"bytes"`               // size of the database
	Runs      int               `json:"runs"`                // 1, or more if types or an encoding were known only at the end
	Copied    bool              `json:"copied,omitempty"`    // the document is the database: it has no tables of ours
	Views     []string          `json:"views,omitzero"`      // of a database that was copied; nil if nothing is known of them
	Described int64             `json:"described,omitempty"` // rows of ColumnsTable; 0: it is not there
}

// Rows returns how many rows all tables have.
func (s Summary) Rows() (n int64) {
	for _, t := range s.Tables {
		n += t.Rows
	}
	return n
}

// TableSummary says what a table became.
type TableSummary struct {
	Name    string          `json:"name"`
	Rows    int64           `json:"rows"`
	Columns []ColumnSummary `json:"columns"`
	Extra   int64           `json:"extra,omitempty"` // rows longer than the columns

	PrimaryKey []string    `json:"primary_key,omitempty"` // its columns; of a document that is the database, it is not known, nor are:
	References []Reference `json:"references,omitempty"`  // foreign keys

	Of *DocumentTable `json:"of,omitempty"` // what it was made of, if rules could not tell from its name: nil is the first table of the first document, called the same
}

// A Reference is a foreign key that a table has.
type Reference struct {
	Columns []string `json:"columns"`
	Table   string   `json:"table"`
	To      []string `json:"to"` // columns there
}

// A DocumentTable is a table as its document has it: what rules speak of.
type DocumentTable struct {
	Document string `json:"document,omitempty"` // "": it is none of a document's, but made beside them
	Table    string `json:"table,omitempty"`
	Place    int    `json:"place,omitempty"` // among the document's, from 0
}

// ColumnSummary says what a column became.
type ColumnSummary struct {
	Name string `json:"name"`
	Type string `json:"type"`          // as declared; may be empty
	Why  string `json:"why"`           // the reason for the type
	Key  bool   `json:"key,omitempty"` // it is the primary key

	About string `json:"about,omitempty"` // what the document says of it, for people
}

// DocumentSummary says what was found in a document.
type DocumentSummary struct {
	Name       string    `json:"name"`
	Generation string    `json:"generation,omitempty"`
	SHA256     string    `json:"sha256"`
	Size       int64     `json:"size"`
	Format     string    `json:"format"`
	Facts      []Fact    `json:"facts,omitempty"`
	Findings   []Finding `json:"findings,omitempty"`
	Rows       int64     `json:"rows"`
	Rejects    int64     `json:"rejects"`
}

// A Fact is something found out about a document, and why.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Why   string `json:"why,omitempty"`
}

// Convert converts one document into one database. See ConvertAll.
func Convert(ctx context.Context, c Converter, in *Input, dst Destination, opts Options) (Summary, error) {
	return ConvertAll(ctx, []Job{{Input: in, Converter: c}}, dst, opts)
}

// ConvertAll converts documents into one database and commits it. If it fails, nothing is
// committed. The same documents and options make the same bytes.
func ConvertAll(ctx context.Context, jobs []Job, dst Destination, opts Options) (Summary, error) {
	if err := opts.complete(); err != nil {
		return Summary{}, err
	}
	docs := make([]*document, len(jobs))
	for i, j := range jobs {
		d := &document{input: newTracked(ctx, j.Input, &opts), recall: map[string]string{}}
		d.Name, d.Generation, d.Format = j.Input.Name, j.Input.Generation, j.Format.Name
		docs[i] = d
	}
	var known map[string]*knownTable
	for run := 1; run <= maxRuns; run++ {
		if run > 1 {
			if err := dst.Reset(); err != nil {
				return Summary{}, err
			}
		}
		if opts.Rows != nil {
			opts.Rows.Store(0)
		}
		db := newDatabase(ctx, dst, &opts, known)
		defer db.close()
		err := db.convert(jobs, docs)
		if err == nil && !db.again.Load() {
			db.doubtPoints()
			db.proveDates()
		}
		for _, d := range docs[:min(db.through+1, len(docs))] { // up to the first that failed
			err = d.input.failed(err)
		}
		var again *againError
		switch {
		case errors.As(err, &again):
			again.doc.recall[again.key] = again.value
			known = nil // what was learnt may have come of the wrong beginning
			db.close()
			continue
		case err != nil:
			return Summary{}, err
		case db.again.Load():
			known = db.learnt()
			db.close()
			continue
		}
		summary, err := db.commit(docs, run)
		if errors.Is(err, errLocate) {
			known = db.learnt()
			db.close()
			continue
		}
		return summary, err
	}
	return Summary{}, fmt.Errorf("%s reads differently each time: %w", jobs[0].Input.Name, ErrCorrupt)
}

// maxRuns bounds how often a document is read: once is the rule, twice if types were known
// only at its end, more only when its converter asks for it.
const maxRuns = 9

// complete checks the options and fills in what is not set.
func (o *Options) complete() error {
	if o.PageSize == 0 {
		o.PageSize = sqlitefile.DefaultPageSize
	}
	if !sqliteheader.ValidPageSize(o.PageSize) {
		return fmt.Errorf("page size %d: want a power of two from 512 to 65536", o.PageSize)
	}
	return o.Rule.check()
}

// workers returns how many goroutines parse and encode.
func (o *Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// convert runs all documents through their converters.
func (db *database) convert(jobs []Job, docs []*document) error {
	db.alone = len(jobs) == 1
	err := db.documents(jobs, docs)
	waited := db.queue.Wait()
	// The queue's error came first: a converter that stops for it may wrap or replace it.
	if waited != nil && !errors.Is(err, errAgain) {
		err = waited
	}
	if err != nil {
		return err
	}
	if db.copied != nil && len(db.tables) > 0 {
		return named(errTogether, db.copied.name)
	}
	for _, doc := range docs {
		if first := doc.unread; doc.rows == 0 && first != nil {
			return &SyntaxError{Name: doc.Name, Line: first.Line, Offset: first.Offset,
				Err: fmt.Errorf("no row could be read: %s: %w", first.Message, ErrCorrupt)}
		}
	}
	if len(db.tables) == 0 && db.copied == nil {
		for _, doc := range docs {
			if doc.skipped > 0 {
				return fmt.Errorf("%s: %w", doc.Name, ErrSkipped)
			}
		}
		return ErrEmpty
	}
	return nil
}

// A namedError says of which document an error is, or of which member of one.
type namedError struct {
	name string
	err  error
}

func (e *namedError) Error() string { return e.name + ": " + e.err.Error() }
func (e *namedError) Unwrap() error { return e.err }

// named adds the document's name to an error, once.
func named(err error, name string) error {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		if syntax.Name == "" {
			syntax.Name = name
		}
		return err
	}
	if errors.Is(err, errAgain) {
		return err
	}
	// A name further inside is that of something else: what the whole is about is still to be said.
	if known, ok := err.(*namedError); ok && (known.name == name || strings.HasPrefix(known.name, name+"/")) {
		return err // the latter of a member of an archive
	}
	return &namedError{name, err}
}

// learnt returns what this run found out about the columns, for the next one.
func (db *database) learnt() map[string]*knownTable {
	known := make(map[string]*knownTable, len(db.tables))
	for _, t := range db.tables {
		if db.partial {
			for i := range t.columns {
				t.columns[i].near = nil
			}
		}
		known[t.name] = &knownTable{columns: t.columns, limit: t.limit, unordered: t.unordered, losers: t.losers, locate: t.locate}
	}
	return known
}

// commit writes what follows the rows, and page 1.
func (db *database) commit(docs []*document, run int) (Summary, error) {
	summary := Summary{Runs: run, Tables: []TableSummary{}}
	db.tables = slices.DeleteFunc(db.tables, func(t *table) bool { return t.lookup != nil && t.lookup.width == 0 })
	db.adviseAll()
	for _, s := range db.shapes {
		s.report()
	}
	reportUnmatched(db.shapes)
	reportNoTable(docs)
	schema, err := db.finishTables(&summary)
	if err != nil {
		return Summary{}, err
	}
	for i := range summary.Tables {
		if t := &summary.Tables[i]; len(docs) > 0 && *t.Of == (DocumentTable{Document: docs[0].Name, Table: t.Name}) {
			t.Of = nil
		}
	}
	for _, d := range docs {
		var err error
		d.Rows, d.Rejects, d.Findings = d.rows, d.rejects, d.findings.sorted()
		if d.Size, d.SHA256, err = d.input.sum(); err != nil {
			return Summary{}, named(err, d.Name)
		}
		summary.Documents = append(summary.Documents, d.DocumentSummary)
		summary.Rejects += d.Rejects
	}
	if c := db.copied; c != nil {
		summary.Tables, summary.Views, summary.Bytes, summary.Copied = c.tables, c.views, c.bytes, true
		return summary, db.dst.Commit(c.first)
	}
	var ours []*sideTable
	if db.rejects.rows > 0 {
		ours = append(ours, db.rejects)
	}
	sources := newSideTable(db.file, SourcesTable, sourcesSQL)
	for _, d := range docs {
		if err := sources.add(d.DocumentSummary.row()...); err != nil {
			return Summary{}, err
		}
	}
	ours = append(ours, sources)
	if db.opts.DescribeColumns {
		columns, err := db.describe(summary.Tables)
		if err != nil {
			return Summary{}, err
		}
		ours, summary.Described = append(ours, columns), columns.rows
	}
	if db.opts.Statistics || db.indexed() {
		statistics, err := db.statistics(ours)
		if err != nil {
			return Summary{}, err
		}
		ours = append(ours, statistics)
	}
	for _, t := range ours {
		o, err := t.finish()
		if err != nil {
			return Summary{}, err
		}
		schema = append(schema, o)
	}
	first, err := db.file.Finish(schema)
	if err != nil {
		return Summary{}, err
	}
	summary.Bytes = db.file.Pages() * int64(db.opts.PageSize)
	return summary, db.dst.Commit(first)
}
