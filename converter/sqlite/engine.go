package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"modernc.org/sqlite"
	"modernc.org/sqlite/vfs"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

const defaultBudget = 30 * time.Second

// open has SQLite itself look at the database, through in and without a temporary file.
func (c Converter) open(ctx context.Context, view rollbackView, report *sqlitefile.Report, out *converter.Writer) error {
	name, registered, err := vfs.New(files{view})
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	defer registered.Close()
	db, err := sql.Open("sqlite", "file:"+dbName+"?immutable=1&mode=ro&vfs="+name)
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	defer db.Close() // before the VFS
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	defer conn.Close()
	e := &engine{ctx: ctx, conn: conn, out: out}
	if err := e.prepare(report); err != nil {
		return err
	}
	budget := c.Budget
	if budget <= 0 {
		budget = defaultBudget
	}
	return e.quickCheck(budget)
}

// An engine is a connection to the database that is checked.
type engine struct {
	ctx  context.Context
	conn *sql.Conn
	out  *converter.Writer
}

// limitLength is SQLITE_LIMIT_LENGTH.
const limitLength = 0

// prepare compiles a query of each table and view, which fails if SQLite cannot make sense
// of the schema. Nothing of the database is run.
func (e *engine) prepare(report *sqlitefile.Report) error {
	// No expression of the schema makes larger values than the largest row.
	if _, err := sqlite.Limit(e.conn, limitLength, int(max(1<<20, report.LargestRecord+1<<16))); err != nil {
		return fmt.Errorf("SQLite: %w", err)
	}
	for _, pragma := range []string{"query_only=1", "trusted_schema=0", "ignore_check_constraints=1", "temp_store=MEMORY"} {
		if _, err := e.conn.ExecContext(e.ctx, "PRAGMA "+pragma); err != nil {
			return e.refused(err)
		}
	}
	var n int
	if err := e.conn.QueryRowContext(e.ctx, "SELECT count(*) FROM sqlite_master").Scan(&n); err != nil {
		return e.refused(err)
	}
	for _, o := range report.Objects {
		if o.Type != "table" && o.Type != "view" {
			continue
		}
		err := e.explain(o.Name)
		switch {
		case err == nil:
		case e.ctx.Err() != nil:
			return e.ctx.Err()
		case o.Type == "view":
			e.out.Report(converter.Finding{Code: "view-unreadable", Severity: converter.Loss, Table: o.Name, Example: err.Error(),
				Message: "a view cannot be read"})
		case o.Module != "" && strings.Contains(err.Error(), "no such module"):
			// One that servable allows, and this engine has not: fts3, fts4 and c.Modules.
		default:
			return &converter.SyntaxError{Err: fmt.Errorf("SQLite cannot read the table %q: %v: %w", o.Name, err, converter.ErrUnsupported)}
		}
	}
	return nil
}

func (e *engine) explain(name string) error {
	rows, err := e.conn.QueryContext(e.ctx, "EXPLAIN SELECT * FROM main."+quoted(name)+" LIMIT 1")
	if err != nil {
		return err
	}
	return rows.Close()
}

// quickCheck runs PRAGMA quick_check for so long at most.
func (e *engine) quickCheck(budget time.Duration) error {
	ctx, cancel := context.WithTimeout(e.ctx, budget)
	defer cancel()
	rows, err := e.conn.QueryContext(ctx, "PRAGMA quick_check(20)")
	if err == nil {
		defer rows.Close()
		for rows.Next() {
			var fault string
			if err := rows.Scan(&fault); err != nil {
				return e.refused(err)
			}
			switch {
			case fault == "ok":
			case breaksRule(fault):
				e.out.Report(converter.Finding{Code: "quick-check", Severity: converter.Doubt, Example: fault,
					Message: "a value breaks a rule of its table, says SQLite's quick_check"})
			default:
				return e.corrupt(fault)
			}
		}
		err = rows.Err()
	}
	switch {
	case err == nil:
		return nil
	case e.ctx.Err() == nil && ctx.Err() != nil:
		e.out.Report(converter.Finding{Code: "quick-check-stopped",
			Message: fmt.Sprintf("SQLite's quick_check was stopped after %s, without a fault so far; the structure was checked before", budget)})
		return nil
	case e.ctx.Err() == nil && unknownThing(err):
		e.out.Report(converter.Finding{Code: "quick-check-impossible", Example: err.Error(),
			Message: "SQLite's quick_check could not be run; the structure was checked before"})
		return nil
	}
	return e.refused(err)
}

// breaksRule reports whether a line of quick_check is about values that break a rule of
// their table, and not about the file.
func breaksRule(fault string) bool {
	for _, begin := range []string{"NULL value in ", "NUMERIC value in ", "TEXT value in ", "non-", "CHECK constraint failed in "} {
		if strings.HasPrefix(fault, begin) {
			return true
		}
	}
	return false
}

// unknownThing reports whether SQLite misses what a server may have.
func unknownThing(err error) bool {
	for _, s := range []string{"no such collation", "no such function", "unknown function", "no such module", "no such tokenizer", "unsafe use of", "too big"} {
		if strings.Contains(err.Error(), s) {
			return true
		}
	}
	return false
}

func (e *engine) refused(err error) error {
	if e.ctx.Err() != nil {
		return e.ctx.Err()
	}
	return e.corrupt(err.Error())
}

func (e *engine) corrupt(fault string) error {
	return &converter.SyntaxError{
		Err:  fmt.Errorf("SQLite finds the database damaged: %s: %w", fault, converter.ErrCorrupt),
		Hint: "what can be saved of it: sqlite3 old.db .recover | sqlite3 new.db",
	}
}

// files is a file system that has one file: the database. What SQLite makes of an error of
// reading does not matter: converter.Convert returns the error itself.
type files struct{ rollbackView }

const dbName = "upload.db"

// Open opens the database; there is no journal and nothing else.
func (f files) Open(name string) (fs.File, error) {
	if name != dbName {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return file{io.NewSectionReader(f, 0, f.size)}, nil
}

type file struct{ *io.SectionReader }

func (f file) Stat() (fs.FileInfo, error) { return info{f.Size()}, nil }
func (f file) Close() error               { return nil }

type info struct{ size int64 }

func (i info) Name() string       { return dbName }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
