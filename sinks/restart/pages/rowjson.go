package pages

import (
	"encoding/json"
	"slices"
)

// rowJSON sends a row in the shape asked for.
func (q *request) rowJSON(d *database, t *table, key string) error {
	pairs, err := parseQuery(q.r.URL.RawQuery)
	if err != nil {
		return err
	}
	extras, err := readExtra(pairs, rowExtra)
	if err != nil {
		return err
	}
	one := &query{table: t, pairs: pairs, columns: t.all()}
	one.shape, _ = one.value("_shape")
	if nl, _ := one.value("_nl"); nl != "" {
		one.lines = true
	}
	appendRow, open, end, err := one.rowWriter()
	if err != nil {
		return err
	}
	ctx, cancel := q.limited()
	defer cancel()
	var b []byte
	if err := t.find(ctx, d, key, one.columns, raw, func(row []any) error { b = appendRow(nil, row); return nil }); err != nil {
		return err
	}
	b = append(append([]byte(open), b...), end...)
	if one.shape != "" && one.shape != "objects" && one.shape != "arrays" {
		q.head(one.contentType())
		q.w.Write(b)
		return nil
	}
	columns := make([]string, len(one.columns))
	for i, c := range one.columns {
		columns[i] = t.columns[c].name
	}
	parts := tildeSplit(key)
	about := object{"ok": true, "database": d.name, "table": t.name, "rows": json.RawMessage(b), "columns": columns,
		"primary_keys": t.primary, "primary_key_values": parts, "truncated": false}
	for _, name := range extras {
		if err := t.addExtra(ctx, d, name, about); err != nil {
			return err
		}
	}
	if slices.Contains(extras, "foreign_key_tables") {
		about["foreign_key_tables"] = incomingJSON(d.incoming(ctx, t, parts))
	}
	return q.sendJSON(about)
}

// contentType is that of the answer's JSON, or of lines of it.
func (q *query) contentType() string {
	if q.lines {
		return "text/plain; charset=utf-8"
	}
	return "application/json; charset=utf-8"
}
