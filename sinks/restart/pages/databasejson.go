package pages

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"slices"
)

// The most tables of a database that the JSON of the first page has.
const maxListed = 5

// indexJSON describes the databases as version 1.0 of Datasette does.
func (q *request) indexJSON() error {
	ctx, cancel := q.limited()
	defer cancel()
	all := make([]object, 0, len(q.release.databases))
	for _, d := range q.release.databases {
		shown, hidden, views := 0, 0, 0
		rows, hiddenRows := int64(0), int64(0)
		first := []object{}
		for _, t := range d.tables {
			if t.isView {
				views++
				continue
			}
			n := int64(t.quickly(ctx, d))
			if t.hidden {
				hidden++
				hiddenRows += max(n, 0)
				continue
			}
			shown++
			rows += max(n, 0)
			if len(first) < maxListed {
				first = append(first, object{"name": t.name, "count": countOrNull(n), "hidden": false, "private": false})
			}
		}
		all = append(all, object{"name": d.name, "path": d.url(), "hash": orNull(d.hash), "size": d.size, "color": color(d.name),
			"tables_and_views_truncated": first, "tables_and_views_more": shown > len(first), "tables_count": shown,
			"table_rows_sum": rows, "show_table_row_counts": true, "hidden_table_rows_sum": hiddenRows, "hidden_tables_count": hidden,
			"views_count": views, "private": false})
	}
	top := object{}
	for key, v := range q.release.about.raw {
		if key != "databases" {
			top[key] = v
		}
	}
	return q.sendJSON(object{"ok": true, "databases": all, "metadata": top})
}

// color is the one that Datasette gives a database by its name.
func color(name string) string {
	sum := md5.Sum([]byte(name))
	return hex.EncodeToString(sum[:3])
}

func countOrNull(n int64) any {
	if n < 0 {
		return nil
	}
	return n
}

func (q *request) databaseJSON(d *database, _ *table, _ string) error {
	ctx, cancel := q.limited()
	defer cancel()
	tables, views := d.tablesJSON(ctx)
	hidden := 0
	for _, t := range d.tables {
		if t.hidden && !t.isView {
			hidden++
		}
	}
	queries := []object{}
	for _, s := range d.queries {
		queries = append(queries, s.json(d))
	}
	return q.sendJSON(object{"ok": true, "database": d.name, "private": false, "path": d.url(), "size": d.size,
		"tables": tables, "hidden_count": hidden, "views": views, "queries": queries, "allow_execute_sql": q.mayQuery(d) == nil,
		"metadata": orEmpty(d.about.raw)})
}

// tablesJSON describes the tables, hidden ones last, and the views.
func (d *database) tablesJSON(ctx context.Context) (tables, views []object) {
	tables, views = []object{}, []object{}
	incoming := map[*table][]object{}
	for _, t := range d.tables {
		for _, f := range t.refs {
			if f.of != nil {
				incoming[f.of] = append(incoming[f.of], object{"other_table": t.name, "column": f.by, "other_column": f.column})
			}
		}
	}
	sorted := slices.Clone(d.tables)
	slices.SortStableFunc(sorted, func(a, b *table) int {
		rank := map[bool]int{true: 1}
		return cmp.Compare(rank[a.hidden], rank[b.hidden])
	})
	for _, t := range sorted {
		if t.isView {
			views = append(views, object{"name": t.name, "private": false})
			continue
		}
		columns := make([]string, 0, len(t.columns))
		for _, c := range t.own() {
			columns = append(columns, c.name)
		}
		columns = append(columns, t.unseen...)
		outgoing := make([]object, 0, len(t.refs))
		for _, f := range slices.Backward(t.refs) { // as they are declared
			to, by := f.table, f.to
			if f.of != nil {
				to, by = f.of.name, f.by
			}
			outgoing = append(outgoing, object{"other_table": to, "column": f.column, "other_column": by})
		}
		tables = append(tables, object{"name": t.name, "columns": columns, "primary_keys": t.declaredKey(), "count": countOrNull(int64(t.quickly(ctx, d))),
			"count_truncated": false, "hidden": t.hidden, "fts_table": orNull(t.index), "private": false,
			"foreign_keys": object{"incoming": orEmptyList(incoming[t]), "outgoing": outgoing}})
	}
	return tables, views
}
