package pages

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// An sqlQuery is what a URL asks a database for in SQL: a visitor's, or a stored query.
type sqlQuery struct {
	statement
	fault  error  // of the SQL: why it can't be run
	pairs  []pair // of the URL, in its order
	stored *storedQuery
	size   int
	extras []string
	header bool // of CSV
}

// The most rows of a query's result: of a page and its JSON unless the server says, and of a file.
const (
	maxResult     = 1000
	maxResultFile = 100_000
)

// value is the first of that name in the URL.
func (a *sqlQuery) value(name string) string {
	v, _ := first(a.pairs, name)
	return v
}

func (a *sqlQuery) given(name string) bool {
	_, ok := first(a.pairs, name)
	return ok
}

func (q *request) errNoSQL() error {
	return &problem{status: http.StatusForbidden, title: "No SQL here", text: "SQL is switched off on this server."}
}

// mayQuery returns an error if visitors can't run SQL over the database.
func (q *request) mayQuery(d *database) error {
	if q.s.NoSQL || q.release.config.noSQL || d.noSQL {
		return q.errNoSQL()
	}
	return nil
}

// askedSQL reads the URL; without SQL its statement is empty.
func (q *request) askedSQL(d *database, stored *storedQuery) (a *sqlQuery, err error) {
	a = &sqlQuery{pairs: q.pairs, stored: stored, header: true}
	text := ""
	if stored != nil {
		text = stored.SQL
	} else if text = a.value("sql"); text != "" || a.given("sql") {
		if err := q.mayQuery(d); err != nil {
			return nil, err
		}
	}
	if text != "" {
		if a.statement, a.fault = readStatement(text); a.fault != nil {
			a.text = text
		}
	}
	return a, a.read(q)
}

// read reads the parameters that Datasette documents.
func (a *sqlQuery) read(q *request) (err error) {
	a.size = min(cmp.Or(q.s.MaxPageSize, q.release.config.rows, maxResult), maxResultFile)
	a.header = a.value("_header") != "off"
	for _, p := range a.pairs {
		if p.name == "_extra" {
			a.extras = append(a.extras, list(p.value)...)
		}
	}
	for _, name := range a.extras {
		if !slices.Contains([]string{"columns", "query", "database", "private"}, name) {
			return badRequest(fmt.Sprintf("There is no _extra=%s of a query here.", name))
		}
	}
	return nil
}

// timeLimit is how long SQL may take.
func (q *request) timeLimit() time.Duration {
	return cmp.Or(q.s.TimeLimit, q.release.config.limit, time.Second)
}

// runSQL runs the statement, when fewer than so many others run.
func (q *request) runSQL(d *database, a *sqlQuery, most int, express func(string) string, begin func([]string) error, fn func([]any) error) (more bool, err error) {
	if a.fault != nil {
		return false, a.fault
	}
	done, err := q.takeTurn()
	if err != nil {
		return false, err
	}
	defer done()
	ctx, cancel := context.WithTimeoutCause(q.r.Context(), q.within(q.timeLimit()), errTooSlow)
	defer cancel()
	args := a.arguments(a.value)
	return d.run(ctx, a.statement, args, most, express, begin, fn)
}

// asRead reads a column as it is.
func asRead(name string) string { return raw(name) }

// sqlParameters names the parameters of a statement, for forms.
func (q *request) sqlParameters(d *database, _ *table, _ string) error {
	a, err := q.askedSQL(d, nil)
	if err != nil {
		return err
	}
	if a.fault != nil {
		return a.fault
	}
	return q.sendJSON(object{"ok": true, "parameters": orEmptyList(a.parameters)})
}
