package pages

import (
	"cmp"
	"context"
	"slices"
)

// An incoming is the rows of another table whose foreign key leads to a row.
type incoming struct {
	Table, Column string // of the other table
	To            string // the column that it leads to
	Rows          count  // none, too
	URL           string
}

// incoming returns what leads to a row of which those columns were read, each counted within its share
// of the time, in Datasette's order.
func (t *table) incoming(ctx context.Context, d *database, columns []int, row []any) []incoming {
	var all []incoming
	for _, other := range d.tables {
		for _, f := range other.refs {
			if f.of != t {
				continue
			}
			to, _ := t.column(f.by)
			i := slices.Index(columns, to)
			if i < 0 || row[i] == nil {
				continue
			}
			if _, binary := row[i].([]byte); binary {
				continue
			}
			by := pair{facet{kind: "column", column: f.column}.filter(), plain(row[i])}
			here, _, err := other.filterOf(by)
			if err != nil {
				continue
			}
			q := &query{table: other, filters: []filter{here}}
			n := sharing(ctx, func(ctx context.Context) int64 { return q.total(ctx, d) })
			all = append(all, incoming{other.name, f.column, f.by, count(n), other.url(d) + "?" + formatQuery([]pair{by})})
		}
	}
	slices.SortStableFunc(all, func(a, b incoming) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.To, b.To), cmp.Compare(a.Column, b.Column))
	})
	return all
}

func incomingJSON(all []incoming) []object {
	list := []object{}
	for _, p := range all {
		list = append(list, object{"other_table": p.Table, "column": p.To, "other_column": p.Column, "count": countOrNull(int64(p.Rows)), "link": p.URL})
	}
	return list
}
