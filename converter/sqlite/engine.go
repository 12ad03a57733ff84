package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/sqliteread"
)

const defaultBudget = 30 * time.Second

// open has SQLite itself look at the database, through in and without a temporary file. What SQLite makes of
// an error of reading does not matter: converter.Convert returns the error itself.
func (c Converter) open(ctx context.Context, view rollbackView, report *sqlitecheck.Report, out *converter.Writer) error {
	from := &timed{ReaderAt: view}
	db, err := sqliteread.Open(ctx, from, view.size)
	if err != nil {
		return err
	}
	defer db.Close()
	limit := c.Budget
	if limit <= 0 {
		limit = defaultBudget
	}
	e := &engine{ctx: ctx, conn: db.Conn, from: from, out: out, limit: limit}
	var cancel context.CancelFunc
	e.within, cancel = context.WithTimeout(ctx, limit)
	defer cancel()
	for _, step := range []func(*sqlitecheck.Report) error{e.prepare, e.describe, e.spelled, e.visit, e.quickCheck} {
		if err := step(report); err != nil {
			return err
		}
	}
	return nil
}

// An engine is a connection to the database that is checked.
type engine struct {
	ctx    context.Context // of the conversion
	within context.Context // what SQLite does: its time is limited
	limit  time.Duration   // to that
	conn   *sql.Conn
	from   *timed
	out    *converter.Writer
}

// prepare makes the connection one that trusts nothing.
func (e *engine) prepare(report *sqlitecheck.Report) error {
	// No expression of the schema makes larger values than the largest row.
	if _, err := e.bound(map[int]int{sqlite3.SQLITE_LIMIT_LENGTH: int(max(1<<20, report.LargestRecord+1<<16))}); err != nil {
		return err
	}
	for _, pragma := range []string{"query_only=1", "trusted_schema=0", "cell_size_check=1", "ignore_check_constraints=1"} {
		if _, err := e.read(e.ctx, "PRAGMA "+pragma); err != nil {
			return e.refused(err)
		}
	}
	return nil
}

// bound lowers limits of the connection, until unbound is called.
func (e *engine) bound(limits map[int]int) (unbound func(), err error) {
	before := map[int]int{}
	unbound = func() {
		for limit, n := range before {
			_, _ = sqlite.Limit(e.conn, limit, n) // it could be lowered
		}
	}
	for limit, n := range limits {
		if before[limit], err = sqlite.Limit(e.conn, limit, n); err != nil {
			return unbound, fmt.Errorf("SQLite: %w", err)
		}
	}
	return unbound, nil
}

// read reads all rows of a query, and returns how many columns it has, which is at least one.
func (e *engine) read(ctx context.Context, query string) (columns int, err error) {
	rows, err := e.conn.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	for rows.Next() {
	}
	return max(1, len(names)), rows.Err()
}

// each calls fn for the text of each row of a query.
func (e *engine) each(ctx context.Context, fn func(string), query string, args ...any) error {
	rows, err := e.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		fn(text)
	}
	return rows.Err()
}

// quickCheck runs PRAGMA quick_check.
func (e *engine) quickCheck(*sqlitecheck.Report) error {
	var damage error
	err := e.each(e.within, func(fault string) {
		switch {
		case fault == "ok":
		case breaksRule(fault):
			e.out.Report(converter.Finding{Code: "quick-check", Severity: converter.Doubt, Example: fault,
				Message: "a value breaks a rule of its table, says SQLite's quick_check"})
		case damage == nil:
			damage = e.corrupt(fault)
		}
	}, "PRAGMA quick_check(20)")
	switch {
	case damage != nil:
		return damage
	case err == nil:
		return nil
	case e.ctx.Err() == nil && e.within.Err() != nil:
		e.out.Report(converter.Finding{Code: "quick-check-stopped",
			Message: fmt.Sprintf("SQLite's quick_check was stopped after %s, without a fault so far; the structure was checked before", e.limit)})
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

// timed adds up how long reading takes.
type timed struct {
	io.ReaderAt
	spent atomic.Int64 // nanoseconds
}

func (t *timed) ReadAt(b []byte, off int64) (int, error) {
	defer func(began time.Time) { t.spent.Add(int64(time.Since(began))) }(time.Now())
	return t.ReaderAt.ReadAt(b, off)
}
