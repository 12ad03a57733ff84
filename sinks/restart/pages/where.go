package pages

import (
	"context"
	"net/http"
	"strings"
)

// readCondition returns the condition of _where, which is a visitor's SQL, so that it can stand
// among others. It refuses what would not stay in its place.
func readCondition(text string) (string, error) {
	s, err := readStatement("select 1 where (" + text + "\n)")
	switch {
	case err != nil:
		return "", err
	case strings.TrimSpace(text) == "":
		return "", badRequest("_where has no condition.")
	case len(s.parameters) > 0:
		return "", badRequest("_where can't have parameters.")
	case !closed(text):
		return "", badRequest("The condition of _where has a ) too many.")
	}
	return "(" + text + "\n)", nil
}

// closed reports whether no parenthesis closes one that is opened before the text.
func closed(text string) bool {
	open := 0
	for text != "" {
		_, length := sqlToken(text)
		switch text[:length] {
		case "(":
			open++
		case ")":
			open--
		}
		if open < 0 {
			return false
		}
		text = text[length:]
	}
	return true
}

// asVisitor returns the database as it is for queries that have SQL of a visitor's in them, or a query of
// the full-text index, if this one's have. done is to be called when they are over.
func (q *request) asVisitor(d *database, t *table) (_ *database, done func(), err error) {
	if _, ok := first(q.pairs, "_where"); ok {
		if err := q.mayQuery(d); err != nil {
			return nil, nil, err
		}
	} else if !t.searchesRaw(q.pairs) {
		return d, func() {}, nil
	}
	if done, err = q.takeTurn(); err != nil {
		return nil, nil, err
	}
	return &database{name: d.name, path: d.path, size: d.size, modified: d.modified, hash: d.hash, about: d.about, meta: d.meta, known: d.known,
		file: d.visitors, visitors: d.visitors, tables: d.tables, queries: d.queries, memory: d.memory, limited: true}, done, nil
}

// takeTurn waits until fewer than so many queries of visitors are run, for a while.
func (q *request) takeTurn() (done func(), err error) {
	done = func() { <-q.s.querying }
	select {
	case q.s.querying <- struct{}{}:
		return done, nil
	default:
	}
	ctx, cancel := context.WithTimeout(q.r.Context(), q.timeLimit())
	defer cancel()
	select {
	case q.s.querying <- struct{}{}:
		return done, nil
	case <-ctx.Done():
		q.w.Header().Set("Retry-After", "2")
		return nil, &problem{status: http.StatusServiceUnavailable, text: "Too many queries are running. Try again in a moment."}
	}
}
