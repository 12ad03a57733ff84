// Package sqlitecheck checks any SQLite database for faults, without SQLite and in bounded
// memory, says what is in it, and reads its rows. The format is
// https://www.sqlite.org/fileformat2.html. What it decodes, it decodes by itself: it is what the writer
// is checked by.
package sqlitecheck

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Options are how to check; the zero value is right for most.
type Options struct {
	MaxProblems int // stop after so many problems; 0 is 100

	// Affinity has values reported that their column's type would have changed on the way
	// in: numbers in a TEXT column, text that looks like a number in a numeric one.
	// PRAGMA integrity_check reports them since SQLite 3.38.
	Affinity bool
}

// A Report says what Check found.
type Report struct {
	PageSize      int
	Reserved      int    // bytes at the end of every page that SQLite does not use
	Pages         uint32 // in the database; the file may go on after them
	Trailing      int64  // bytes of the file after the last page, which SQLite ignores
	FreePages     uint32
	Encoding      string // "UTF-8", "UTF-16le" or "UTF-16be"
	SchemaFormat  int    // 1 to 4; 0 in a database that never had a table
	WAL           bool   // the header asks for write-ahead logging
	AutoVacuum    bool
	ApplicationID uint32
	UserVersion   uint32
	LargestRecord int64 // in bytes

	Objects  []*Object // everything in the schema table, in its order
	Tables   []*Object // the tables among Objects, also virtual ones
	Problems []Problem // nothing is wrong if there are none

	r    io.ReaderAt
	size int64
}

// An Object is a row of the schema table and what was found behind it.
type Object struct {
	Type    string // "table", "index", "view" or "trigger"
	Name    string
	Table   string // the table that an index or trigger belongs to; else Name
	Root    uint32 // root page; 0 if it has none
	SQL     string
	Rows    int64    // rows of a table, entries of an index
	Columns []Column // of a table, unless virtual

	Module       string // of a virtual table
	WithoutRowID bool
	Strict       bool

	schema schema
}

// A Column is a column of a table, as CREATE TABLE declares it.
type Column struct {
	Name      string
	Type      string // as declared; may be empty
	Generated bool   // computed, so not stored unless declared STORED
}

// A Problem is something wrong with the file.
type Problem struct {
	Page uint32 // 1-based; 0 if it is not about one page
	Text string
}

func (p Problem) String() string {
	if p.Page == 0 {
		return p.Text
	}
	return fmt.Sprintf("page %d: %s", p.Page, p.Text)
}

// Err returns the problems as an error, or nil if there are none.
func (r *Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	const most = 3
	var b strings.Builder
	for i, p := range r.Problems {
		if i == most {
			fmt.Fprintf(&b, "; and %d more", len(r.Problems)-most)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(p.String())
	}
	return errors.New(b.String())
}

// Check walks a SQLite database of size bytes and reports what is wrong with it: all that
// PRAGMA integrity_check finds in the file header, the b-trees, the freelist and the
// pointer map, and also records whose header does not fit, reserved serial types, and
// indexes whose keys are out of order or whose entries are not as many as the table's rows.
// It does not look up each row in each index, nor check NOT NULL, CHECK and UNIQUE.
//
// Memory is bounded whatever the file holds: one bit a page, a page for each level of a
// b-tree, and the schema. The error is one of reading r; problems are no error.
func Check(r io.ReaderAt, size int64, opts Options) (*Report, error) {
	c := newChecker(r, size, opts)
	if err := c.run(); err != nil && err != errStop {
		return nil, err
	}
	return c.report, nil
}

// Schema reports what the header and the schema table say, and what is wrong with these; it reads
// nothing else, so that no rows are counted.
func Schema(r io.ReaderAt, size int64) (*Report, error) {
	c := newChecker(r, size, Options{})
	err := c.header()
	if err == nil {
		err = c.schema()
	}
	if err != nil && err != errStop {
		return nil, err
	}
	return c.report, nil
}

// errStop ends a walk that has found enough problems, or one that leaves no way on.
var errStop = errors.New("stop")

// A checker is one run of Check.
type checker struct {
	opts   Options
	report *Report
	pages  pager
	head   header
	used   bitmap             // pages that something refers to
	names  map[string]*Object // tables, views and indexes by name in lower case
	room   int64              // bytes of memory that the schema may still need
	buf    []byte             // payloads that are not all on one page
	spans  []uint64           // of the page at hand; see layout
	serial []uint64           // of the record at hand
}

func newChecker(r io.ReaderAt, size int64, opts Options) *checker {
	if opts.MaxProblems <= 0 {
		opts.MaxProblems = 100
	}
	return &checker{
		opts:   opts,
		report: &Report{r: r, size: size},
		pages:  pager{r: r, size: size},
	}
}

// problem records what is wrong; it returns errStop once that is enough.
func (c *checker) problem(page uint32, format string, args ...any) error {
	c.report.Problems = append(c.report.Problems, Problem{page, fmt.Sprintf(format, args...)})
	if len(c.report.Problems) >= c.opts.MaxProblems {
		return errStop
	}
	return nil
}

func (c *checker) run() error {
	if err := c.header(); err != nil {
		return err
	}
	if err := c.freelist(); err != nil {
		return err
	}
	if err := c.schema(); err != nil {
		return err
	}
	for _, o := range c.report.Objects {
		if o.Root == 0 {
			continue
		}
		if err := c.object(o); err != nil {
			return err
		}
	}
	if err := c.counts(); err != nil {
		return err
	}
	if err := c.largestRoot(); err != nil {
		return err
	}
	return c.unused()
}

// counts compares the entries of indexes with the rows of their tables.
func (c *checker) counts() error {
	for _, o := range c.report.Objects {
		if o.Type != "index" || o.Root == 0 {
			continue
		}
		table := c.table(o.Table)
		if table == nil {
			if err := c.problem(0, "index %s belongs to table %s, which is not there", o.Name, o.Table); err != nil {
				return err
			}
			continue
		}
		partial := o.schema.partial || (o.SQL != "" && !o.schema.parsed)
		if o.Rows == table.Rows || partial && o.Rows < table.Rows {
			continue
		}
		if err := c.problem(0, "wrong number of entries in index %s: %d, and table %s has %d rows", o.Name, o.Rows, table.Name, table.Rows); err != nil {
			return err
		}
	}
	return nil
}

// unused reports the pages that nothing refers to.
func (c *checker) unused() error {
	for n := uint32(2); n <= c.head.pages && n != 0; n++ {
		var err error
		switch {
		case n == c.head.lockPage() || c.used.has(n):
			if c.head.isPointerMap(n) && c.used.has(n) {
				err = c.problem(n, "pointer-map page is referenced")
			}
		case !c.head.isPointerMap(n):
			err = c.problem(n, "page is never used")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
