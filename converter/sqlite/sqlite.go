// Package sqlite passes SQLite databases through: byte for byte but for the journal mode,
// and only if they are sound and can be served by Datasette.
//
// A database is refused, with the reason, if its structure is damaged or cut off, if SQLite
// cannot read its schema, if it has no table, or if it would keep Datasette from starting or
// from answering anything: a table that can't be described, a module that Datasette lacks, a
// view that unfolds without end, tables by the ten thousand. A table or view that can't be
// read, or not in the time that Datasette gives it, is a finding. One in WAL mode is switched
// to a rollback journal, as a read-only folder cannot serve it otherwise.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/sqliteheader"
)

// Format is what the Converter understands.
var Format = converter.Format{
	Name:       "sqlite",
	Extensions: []string{".db", ".db3", ".gpkg", ".sqlite", ".sqlite3"},
	MediaTypes: []string{"application/geopackage+sqlite3", "application/vnd.sqlite3", "application/x-sqlite3"},
	Magic:      sqliteheader.Magic,
	Whole:      true,
	Doc:        "SQLite databases, checked and passed through",
}

// Converter passes a database through. The zero value is right for most.
type Converter struct {
	// Modules are virtual table modules that the server has besides those of a plain
	// Datasette: "vec0", "VirtualSpatialIndex".
	Modules []string

	// Budget is how long SQLite itself may look at the database, after the structure has been
	// checked already; 0 is 30 seconds. What it has not found by then is let through, with
	// a warning.
	Budget time.Duration
}

// Convert checks the database and copies it.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	db, err := in.Whole()
	if err != nil {
		return err
	}
	size := db.Size
	if size == 0 {
		return fmt.Errorf("a file of 0 bytes: %w", converter.ErrEmpty)
	}
	head := make([]byte, len(sqliteheader.Magic))
	if _, err := db.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	if string(head) != sqliteheader.Magic {
		return &converter.SyntaxError{
			Err:  fmt.Errorf("the file does not begin as SQLite databases do: it is encrypted or something else: %w", converter.ErrUnsupported),
			Hint: "with SQLCipher, sqlcipher_export() makes a copy that is not encrypted",
		}
	}
	report, err := sqlitecheck.Check(db, size, sqlitecheck.Options{MaxProblems: 10})
	if err != nil {
		return err
	}
	if err := damaged(report); err != nil {
		return err
	}
	if err := c.servable(report); err != nil {
		return err
	}
	view := rollbackView{db, int64(report.Pages) * int64(report.PageSize)}
	if err := c.open(ctx, view, report, out); err != nil {
		return err
	}
	describe(report, out)
	return out.Copy(io.NewSectionReader(view, 0, view.size), summarize(report), views(report)...)
}

// damaged returns what is wrong with the database as an error.
func damaged(report *sqlitecheck.Report) error {
	err := report.Err()
	if err == nil {
		return nil
	}
	syntax := &converter.SyntaxError{
		Err:  fmt.Errorf("the database is damaged: %s: %w", err, converter.ErrCorrupt),
		Hint: "upload it again, whole, or what this makes of it: sqlite3 old.db .recover | sqlite3 new.db",
	}
	if page := report.Problems[0].Page; page > 1 {
		syntax.Offset = int64(page-1) * int64(report.PageSize)
	}
	return syntax
}

// A rollbackView is a database as it is to be served: in the journal mode DELETE.
type rollbackView struct {
	io.ReaderAt
	size int64
}

// ReadAt reads what is as it is, but for the journal mode.
func (v rollbackView) ReadAt(b []byte, off int64) (int, error) {
	n, err := v.ReaderAt.ReadAt(b, off)
	sqliteheader.Rollback(b[:n], off)
	return n, err
}

// describe tells people what they have uploaded.
func describe(report *sqlitecheck.Report, out *converter.Writer) {
	out.Describe("encoding", report.Encoding, "file header")
	out.Describe("page size", strconv.Itoa(report.PageSize), "file header")
	if report.WAL {
		out.Describe("journal", "delete", "was WAL, which cannot be served from a read-only folder")
		out.Report(converter.Finding{Code: "wal-mode", Severity: converter.Doubt,
			Message: "the database was in WAL mode: what was still in its -wal file is not here " +
				"(to be sure, run PRAGMA wal_checkpoint(TRUNCATE) and upload it again)"})
	}
	if report.Trailing > 0 {
		out.Report(converter.Finding{Code: "bytes-after-end", Severity: converter.Loss,
			Message: fmt.Sprintf("behind the last page are %s, which are left out", humanize.Bytes(uint64(report.Trailing)))})
	}
	var strict []string
	for _, t := range report.Tables {
		if t.Strict {
			strict = append(strict, t.Name)
		}
	}
	if len(strict) > 0 {
		// Served all the same: so old a SQLite is rare, and says "malformed database schema".
		out.Report(converter.Finding{Code: "strict-tables", Count: int64(len(strict)), Example: strings.Join(strict, ", "),
			Message: "STRICT tables need SQLite 3.37 or newer where they are served"})
	}
}

// summarize lists the tables: also hidden ones, for Datasette counts them all.
func summarize(report *sqlitecheck.Report) []converter.TableSummary {
	var tables []converter.TableSummary
	rows := make(map[string]int64)
	for _, t := range report.Tables {
		rows[t.Name] = t.Rows
	}
	for _, t := range report.Tables {
		ts := converter.TableSummary{Name: t.Name, Rows: t.Rows, Columns: []converter.ColumnSummary{}}
		if t.Module != "" {
			ts.Rows = virtualRows(t, rows)
		}
		for _, c := range t.Columns {
			ts.Columns = append(ts.Columns, converter.ColumnSummary{Name: c.Name, Type: c.Type, Why: "as declared"})
		}
		tables = append(tables, ts)
	}
	return tables
}

// Schema returns the tables of a database with their columns, but not how many rows they have. It
// reads what says so and nothing else, as a rule one piece at the beginning.
func Schema(db io.ReaderAt, size int64) ([]converter.TableSummary, error) {
	report, err := sqlitecheck.Schema(db, size)
	if err != nil {
		return nil, err
	}
	if err := damaged(report); err != nil {
		return nil, err
	}
	return summarize(report), nil
}

// views returns the names of the views.
func views(report *sqlitecheck.Report) []string {
	names := []string{}
	for _, o := range report.Objects {
		if o.Type == "view" {
			names = append(names, o.Name)
		}
	}
	return names
}

var errNoTables = errors.New("the database has no tables")
