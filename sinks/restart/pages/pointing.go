package pages

import (
	"context"
	"slices"
)

// pointing says how many rows of another table lead to this one.
type pointing struct {
	Table, Column, URL string
	Rows               count
}

const maxPointing = 50 // tables and columns that a row is looked for in

// pointing counts the rows that lead to a row by a foreign key, each table within its share of the time.
func (t *table) pointing(ctx context.Context, d *database, columns []int, row []any) (all []pointing) {
	for _, other := range d.tables {
		for _, f := range other.refs {
			if f.table != t.name || other.problem != "" || other.hidden || len(all) == maxPointing {
				continue
			}
			to := f.to
			if to == "" && len(t.primary) == 1 {
				to = t.primary[0]
			}
			at, ok := t.column(to)
			i := slices.Index(columns, at)
			if !ok || i < 0 || row[i] == nil {
				continue
			}
			if _, binary := row[i].([]byte); binary {
				continue
			}
			by := filterPair(f.column, "exact", plain(row[i]))
			here, _, err := other.filterOf(by)
			if err != nil {
				continue
			}
			q := &query{table: other, filters: []filter{here}}
			n := sharing(ctx, func(ctx context.Context) int64 { return q.total(ctx, d) })
			if n != 0 {
				all = append(all, pointing{shortName(other.name), shortName(f.column), other.url(d) + "?" + formatQuery([]pair{by}), count(n)})
			}
		}
	}
	return all
}
