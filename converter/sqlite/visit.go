package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
)

// What Datasette does with a database is done here before Datasette gets it. When it starts,
// and again for its first page, it describes every table of every database: one that can't be
// described keeps all of them from being served, so the database is refused. What can't be
// read when somebody looks at a table or view breaks that one page, and is a finding.
// Versions 0.65.2 and 1.0a37 are alike in this.

const (
	firstPage = 101         // rows that Datasette asks for to show 100
	patience  = time.Second // what it gives a query

	// While pages are visited, nothing is larger: that bounds the memory, and the time of a
	// single step, which nothing interrupts. What is larger is let through.
	largestVisited = 64 << 10 // value
	largestRow     = 16 << 20
	largestProgram = 250_000 // instructions of a query
	longestPattern = 1000    // of LIKE and GLOB
)

// describe does what Datasette does when it starts.
func (e *engine) describe(report *sqlitecheck.Report) error {
	for _, query := range []string{"PRAGMA schema_version", "SELECT * FROM sqlite_master"} {
		if _, err := e.read(e.within, query); err != nil && !e.late() {
			return e.refused(err)
		}
	}
	for _, t := range report.Tables {
		queries := []string{
			"PRAGMA main.table_xinfo(" + quoted(t.Name) + ")",
			"PRAGMA main.foreign_key_list(" + quoted(t.Name) + ")",
			"PRAGMA main.index_list(" + quoted(t.Name) + ")",
		}
		if strings.EqualFold(t.Module, "fts5") {
			queries = append(queries, search(t)) // finds what older versions find when they describe it
		}
		for _, query := range queries {
			switch _, err := e.read(e.within, query); {
			case err == nil, e.late(), e.missing(t, err):
			case e.ctx.Err() != nil:
				return e.ctx.Err()
			default:
				kind := converter.ErrUnsupported
				if code(err) == sqlite3.SQLITE_CORRUPT {
					kind = converter.ErrCorrupt
				}
				return &converter.SyntaxError{
					Err:  fmt.Errorf("SQLite cannot read the table %q: %w: %w", t.Name, err, kind),
					Hint: fmt.Sprintf("it would keep Datasette from starting: DROP TABLE %s, or copy the other tables to a new database", quoted(t.Name)),
				}
			}
		}
	}
	return nil
}

// late reports whether there is no time left; quickCheck says so.
func (e *engine) late() bool { return e.within.Err() != nil && e.ctx.Err() == nil }

// missing reports whether a table is of a module that servable allows, and this engine has
// not: fts3, fts4 and those of Converter.Modules.
func (e *engine) missing(o *sqlitecheck.Object, err error) bool {
	return o.Module != "" && strings.Contains(err.Error(), "no such module")
}

// search is a search in a full-text table.
func search(t *sqlitecheck.Object) string {
	return fmt.Sprintf("SELECT rowid FROM main.%s WHERE %s MATCH '\"a\"' LIMIT %d", quoted(t.Name), quoted(t.Name), firstPage)
}

// visit does what Datasette does when somebody looks at a table or view. There is time left
// for quickCheck.
func (e *engine) visit(report *sqlitecheck.Report) error {
	unbound, err := e.bound(map[int]int{
		sqlite3.SQLITE_LIMIT_LENGTH:              largestVisited,
		sqlite3.SQLITE_LIMIT_VDBE_OP:             largestProgram,
		sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: longestPattern,
	})
	if err != nil {
		return err
	}
	defer unbound()
	ctx, cancel := context.WithTimeout(e.within, e.limit/3)
	defer cancel()
	shown := slices.Clone(report.Tables)
	for _, o := range slices.Backward(report.Objects) { // the last view may be made of all the others
		if o.Type == "view" {
			shown = append(shown, o)
		}
	}
	for _, o := range shown {
		if err := e.show(ctx, o); err != nil {
			return err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return e.ctx.Err()
}

// show makes the queries of the page of a table or view.
func (e *engine) show(ctx context.Context, o *sqlitecheck.Object) error {
	name := "main." + quoted(o.Name)
	width := "SELECT * FROM " + name + " LIMIT 0"
	queries := []string{
		// Datasette asks so for the full-text index of a table: not every name can stand there.
		`EXPLAIN SELECT name FROM sqlite_master WHERE tbl_name = "` + strings.ReplaceAll(o.Name, "'", "''") + `"`,
		width,
	}
	if o.Type == "view" {
		queries = append(queries, fmt.Sprintf("SELECT * FROM %s LIMIT %d", name, firstPage), "SELECT count(*) FROM "+name)
	} else {
		columns, order := "*", e.key(ctx, o)
		if order == "" {
			columns, order = "rowid, *", "rowid"
		}
		queries = append(queries, fmt.Sprintf("SELECT %s FROM %s ORDER BY %s LIMIT %d", columns, name, order, firstPage))
		if strings.Contains(strings.ToLower(o.SQL), "collate") {
			for _, c := range o.Columns { // each may be a facet
				queries = append(queries, fmt.Sprintf("EXPLAIN SELECT count(*) FROM %s GROUP BY %s", name, quoted(c.Name)))
			}
		}
	}
	for _, query := range queries {
		step, cancel := ctx, context.CancelFunc(func() {})
		if query != width { // which runs nothing: if it takes long, it is worth knowing why
			step, cancel = context.WithTimeout(ctx, patience)
		}
		reading := e.from.spent.Load()
		columns, err := e.read(step, query)
		late := step.Err() != nil
		cancel()
		switch {
		case err == nil:
			// No row is larger than largestRow.
			if _, err := e.bound(map[int]int{sqlite3.SQLITE_LIMIT_LENGTH: min(largestVisited, largestRow/columns)}); err != nil {
				return err
			}
			continue
		case e.ctx.Err() != nil:
			return e.ctx.Err()
		case ctx.Err() != nil, e.missing(o, err), beyond(err):
		case unfolds(err):
			return &converter.SyntaxError{
				Err:  fmt.Errorf("the view %q unfolds into too many queries, over which Datasette would run out of memory: %w: %w", o.Name, err, converter.ErrLimit),
				Hint: fmt.Sprintf("DROP VIEW %s, and what uses it", quoted(o.Name)),
			}
		case late && time.Duration(e.from.spent.Load()-reading) > patience/2: // from afar; a server is closer
		case late:
			e.out.Report(converter.Finding{Code: "page-slow", Table: o.Name,
				Message: fmt.Sprintf("a page takes longer than the %s that Datasette waits for a query", patience)})
		default:
			e.unreadable(o, err.Error())
		}
		return nil
	}
	return nil
}

// key returns the columns of a table's primary key, by which Datasette sorts.
func (e *engine) key(ctx context.Context, t *sqlitecheck.Object) string {
	var names []string
	e.each(ctx, func(name string) { names = append(names, quoted(name)) },
		"SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", t.Name)
	return strings.Join(names, ", ")
}

// unfolds reports whether a query is made of so many others, each in place of a view's name,
// that SQLite gives up. Versions before 3.54 may not give up in time, and Datasette 1.0 has
// every view unfolded for its first page.
func unfolds(err error) bool {
	return strings.Contains(err.Error(), "too many references to") || strings.Contains(err.Error(), "nested too deep")
}

func (e *engine) unreadable(o *sqlitecheck.Object, why string) {
	e.out.Report(converter.Finding{Code: o.Type + "-unreadable", Severity: converter.Loss, Table: o.Name, Example: why,
		Message: "a " + o.Type + " cannot be read"})
}

// beyond reports whether it is this engine that does not go so far: it has no disk, holds
// no large values, and trusts no schema.
func beyond(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return strings.Contains(err.Error(), "unsafe use of") || strings.Contains(err.Error(), "pattern too complex")
}

// code returns SQLite's code of an error, or 0.
func code(err error) int {
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return 0
	}
	return fault.Code() & 0xff
}

// spelled reports names that are not UTF-8: no address leads to such a table, and no column
// of such a name is found.
func (e *engine) spelled(report *sqlitecheck.Report) error {
	for _, o := range report.Objects {
		if (o.Type == "table" || o.Type == "view") && !utf8.ValidString(o.Name) {
			e.unreadable(o, "its name is not UTF-8")
			continue
		}
		for _, c := range o.Columns {
			if !utf8.ValidString(c.Name) {
				e.unreadable(o, "the name of a column is not UTF-8")
				break
			}
		}
	}
	return nil
}
