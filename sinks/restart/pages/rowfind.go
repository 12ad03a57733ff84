package pages

import (
	"context"
	"strings"
)

// raw reads a column as it is. The sign keeps the driver from turning text of a column
// declared as a date into a time.
func raw(name string) string { return "+" + name }

// whereKey returns the condition that a row's primary key is of those parts; ok is false if it can't be.
func (t *table) whereKey(parts []string) (where string, args []any, ok bool) {
	if len(t.primary) == 0 || len(t.primary) != len(parts) {
		return "", nil, false
	}
	var all []string
	for i, name := range t.primary {
		at, _ := t.column(name)
		f := filter{column: t.columns[at], value: parts[i]}
		sql, values := f.anyOf(quote(name), "IN")
		all, args = append(all, sql), append(args, values...)
	}
	return strings.Join(all, " AND "), args, true
}

// find calls fn with the columns of the row of that key, as it stands in a URL.
func (t *table) find(ctx context.Context, d *database, key string, columns []int, express func(string) string, fn func(row []any) error) error {
	where, args, ok := t.whereKey(tildeSplit(key))
	if !ok {
		return notFound("There is no such row.")
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = express(quote(t.columns[c].name))
	}
	found := false
	err := d.query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM main."+quote(t.name)+" WHERE "+where+" LIMIT 1", args,
		func(row []any) error { found = true; return fn(row) })
	if err == nil && !found {
		return notFound("There is no such row.")
	}
	return err
}
