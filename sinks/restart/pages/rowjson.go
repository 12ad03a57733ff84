package pages

import "slices"

// rowJSON sends a row in the shape asked for.
func (q *request) rowJSON(d *database, t *table, key string) error {
	extras, err := readExtra(q.pairs, rowExtra, "_extra", "_extras") // as version 0.65 calls it
	if err != nil {
		return err
	}
	one := &query{table: t, pairs: q.pairs, columns: t.all()}
	rows, err := one.shapedRows()
	if err != nil {
		return err
	}
	ctx, cancel := q.limited()
	defer cancel()
	var kept []any
	err = t.find(ctx, d, key, one.columns, raw, func(row []any) error {
		rows.add(row)
		kept, _ = cloneRow(row)
		return nil
	})
	if err != nil {
		return err
	}
	return q.sendRows(rows, func() (object, error) {
		parts := tildeSplit(key)
		about := object{"database": d.name, "table": t.name, "columns": one.names(),
			"primary_keys": t.primary, "primary_key_values": parts, "truncated": false}
		for _, name := range extras {
			if err := t.addExtra(ctx, d, name, about); err != nil {
				return nil, err
			}
		}
		if slices.Contains(extras, "query") {
			about["query"] = t.keySQL(parts)
		}
		if slices.Contains(extras, "foreign_key_tables") {
			about["foreign_key_tables"] = incomingJSON(t.incoming(ctx, d, one.columns, kept))
		}
		return about, nil
	})
}
