package pages

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// labelsOf returns the labels of values of a column by what they are as text: those that the rows
// have which its foreign key leads to. Without a foreign key there are none.
func (t *table) labelsOf(ctx context.Context, d *database, column string, values []any) map[string]any {
	i := slices.IndexFunc(t.refs, func(f foreign) bool { return f.column == column })
	if i < 0 {
		return nil
	}
	to, key := t.refs[i].of, t.refs[i].by
	if to == nil {
		return nil
	}
	labels := map[string]any{}
	label := to.label()
	if label == "" { // as Datasette: they stand for themselves
		for _, v := range values {
			if leads(v) {
				labels[plain(v)] = plain(v)
			}
		}
		return labels
	}
	to.readLabels(ctx, d, key, label, 1000, values, func(value string, label any) {
		if b, ok := label.([]byte); ok {
			label = readable(string(b))
		}
		labels[value] = label
	})
	return labels
}

// leads reports whether a value may be that of a row that a foreign key leads to.
func leads(v any) bool {
	switch v.(type) {
	case int64, float64, string:
		return true
	}
	return false
}

// readLabels calls fn with the labels, up to so many characters of each, of the rows whose key is
// one of the values, and with the key as text. Without the labels there are the values, so an error
// is none.
func (t *table) readLabels(ctx context.Context, d *database, key, label string, most int, values []any, fn func(value string, label any)) {
	var asked []any
	seen := map[any]bool{}
	for _, v := range values {
		if leads(v) && !seen[v] {
			seen[v] = true
			asked = append(asked, v)
		}
	}
	for part := range slices.Chunk(asked, 500) {
		marks := strings.TrimSuffix(strings.Repeat("?,", len(part)), ",")
		_ = d.query(ctx, "SELECT +"+quote(key)+", substr("+quote(label)+", 1, "+strconv.Itoa(most)+") FROM main."+quote(t.name)+" WHERE "+quote(key)+" IN ("+marks+")", part,
			func(row []any) error {
				fn(plain(row[0]), row[1])
				return nil
			})
	}
}

// A labelledValue is the value of a foreign key and what it is called.
type labelledValue struct{ value, label any }

// expanded returns the places, among the query's columns, of those whose labels are asked for.
func (q *query) expanded() []int {
	var places []int
	for j, c := range q.columns {
		name := q.table.columns[c].name
		isForeign := slices.ContainsFunc(q.table.refs, func(f foreign) bool { return f.column == name })
		if isForeign && (q.labels || slices.Contains(q.labelNames, name)) {
			places = append(places, j)
		}
	}
	return places
}

// labelled reads the page as read does, with a labelledValue in the place of a value that has a
// label which is asked for.
func (q *query) labelled(ctx context.Context, d *database, fn func(row []any) error) (next string, err error) {
	places := q.expanded()
	if places == nil {
		return q.read(ctx, d, raw, fn)
	}
	var rows [][]any
	length := 0
	next, err = q.read(ctx, d, raw, func(row []any) error {
		row, n := cloneRow(row)
		length += n
		if length > maxJSON {
			return errLongRows
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return "", err
	}
	q.label(ctx, d, places, rows)
	for _, row := range rows {
		if err := fn(row); err != nil {
			return "", err
		}
	}
	return next, nil
}

// label puts labelledValues in those places of the rows.
func (q *query) label(ctx context.Context, d *database, places []int, rows [][]any) {
	for _, j := range places {
		values := valuesAt(rows, j)
		labels := q.table.labelsOf(ctx, d, q.table.columns[q.columns[j]].name, values)
		for i, row := range rows {
			if label, ok := labels[plain(values[i])]; ok && values[i] != nil {
				row[j] = labelledValue{values[i], label}
			}
		}
	}
}

// valuesAt returns the rows' values in one place.
func valuesAt(rows [][]any, at int) []any {
	values := make([]any, len(rows))
	for i, row := range rows {
		values[i] = row[at]
	}
	return values
}

// cloneRow returns a row that can be kept, and how long its values are.
func cloneRow(row []any) (kept []any, length int) {
	kept = slices.Clone(row)
	for i, v := range kept {
		switch v := v.(type) {
		case []byte:
			kept[i] = slices.Clone(v)
			length += len(v)
		case string:
			length += len(v)
		}
	}
	return kept, length
}
