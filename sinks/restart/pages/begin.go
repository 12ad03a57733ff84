package pages

import (
	"context"
	"slices"
	"strings"
)

// A step is something to do with a table for someone who sees it for the first time.
type step struct {
	Kind          string // search, count, sort or download
	Table, Column string // as they are shown
	URL           string
}

const (
	maxBegun  = 100     // columns of a table that steps are looked for in
	maxSorted = 500_000 // rows that are sorted within the time of a page
)

// begin finds steps that show something.
func (t *table) begin(ctx context.Context, d *database) (steps []step) {
	rows := t.count.Load()
	if rows == 0 || len(t.own()) == 0 || len(t.columns) > maxBegun {
		return nil
	}
	add := func(kind, column string, query ...pair) {
		steps = append(steps, step{kind, shortName(t.title()), shortName(column), pathWith(t.url(d), query)})
	}
	if t.hasSearch() {
		steps = append(steps, step{"search", shortName(t.title()), "", t.url(d) + "#search"})
	}
	promising := (&query{table: t, facetSize: facetSize}).promising(ctx, d)
	counted := slices.IndexFunc(promising, func(f facet) bool { return !slices.Contains(t.primary, f.column) })
	if counted >= 0 {
		f := promising[counted]
		add("count", f.column, pair{f.parameter(), f.column})
	}
	sorted := slices.IndexFunc(t.own(), func(c column) bool { return c.affinity == numeric && !t.tellsApart(c.name) })
	if sorted >= 0 && rows > 0 && rows <= maxSorted {
		name := t.own()[sorted].name
		add("sort", name, pair{"_sort_desc", name})
	}
	return append(steps, step{"download", shortName(t.title()), "", t.url(d) + ".csv"})
}

// tellsApart reports whether the values of a column are names of rows, which nobody compares: by the schema, or by what
// the column is called.
func (t *table) tellsApart(name string) bool {
	low := strings.ToLower(name)
	return low == "id" || strings.HasSuffix(low, "_id") || slices.Contains(t.primary, name) ||
		slices.ContainsFunc(t.refs, func(f foreign) bool { return f.column == name })
}
