package pages

import (
	"context"
	"strings"
)

// An incoming is the rows of another table whose foreign key leads to a row.
type incoming struct {
	Table, Column string // of the other table
	To            string // the column that it leads to
	Rows          count
	URL           string
}

// incoming returns what leads to the row of that key, in the time there is.
func (d *database) incoming(ctx context.Context, t *table, key []string) []incoming {
	if len(key) != 1 || len(t.primary) != 1 {
		return nil
	}
	var all []incoming
	for _, other := range d.tables {
		if other.problem != "" {
			continue
		}
		for _, f := range other.refs {
			if !strings.EqualFold(f.table, t.name) || !strings.EqualFold(t.referred(f), t.primary[0]) {
				continue
			}
			at, ok := other.column(f.column)
			if !ok {
				continue
			}
			name := facet{kind: "column", column: other.columns[at].name}.filter()
			by := filter{column: other.columns[at], value: key[0]}
			sql, args := by.anyOf(quote(by.column.name), "IN")
			p := incoming{other.name, by.column.name, t.primary[0], -1, other.url(d) + "?" + formatQuery([]pair{{name, key[0]}})}
			_ = d.query(ctx, "SELECT count(*) FROM main."+quote(other.name)+" WHERE "+sql, args, func(row []any) error {
				n, _ := row[0].(int64)
				p.Rows = count(n)
				return nil
			})
			all = append(all, p)
		}
	}
	return all
}

func incomingJSON(all []incoming) []object {
	list := []object{}
	for _, p := range all {
		list = append(list, object{"other_table": p.Table, "column": p.To, "other_column": p.Column, "count": countOrNull(int64(p.Rows)), "link": p.URL})
	}
	return list
}
