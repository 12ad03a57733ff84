package pages

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

var errNext = badRequest("_next is not one that these pages gave out.")

// after returns the condition for the rows that come after the one that q.next names.
func (q *query) after(ctx context.Context, d *database) (string, []any, error) {
	args, where, named, err := q.position()
	if err != nil {
		return "", nil, err
	}
	keys := strings.Join(q.table.key, ", ")
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(q.table.key)), ", ")
	after := fmt.Sprintf("(%s) > (%s)", keys, marks)
	if where == "" {
		where, named = fmt.Sprintf("(%s) = (%s)", keys, marks), args
		if q.sort == "" {
			return after, args, nil
		}
	}
	c, by := "NULL", quote(q.sort)
	if q.sort != "" {
		c = "+" + by
	}
	var value any
	found := false
	err = d.query(ctx, fmt.Sprintf("SELECT %s, %s FROM main.%s WHERE %s LIMIT 1", c, keys, quote(q.table.name), where), named,
		func(row []any) error { value, args, found = row[0], append([]any(nil), row[1:]...), true; return nil })
	if b, ok := value.([]byte); ok {
		value = append([]byte{}, b...) // never nil, which the driver would bind as NULL
	}
	i, _ := q.table.column(q.sort)
	switch {
	case err != nil:
		return "", nil, err
	case !found:
		return "", nil, badRequest("The row that this page would follow is gone: the data was replaced. Start at the first page.")
	case q.sort == "":
		return after, args, nil
	case value == nil && q.desc: // NULLs come last
		return fmt.Sprintf("(%s IS NULL AND %s)", by, after), args, nil
	case value == nil:
		return fmt.Sprintf("(%s IS NOT NULL OR %s)", by, after), args, nil
	case q.desc && !q.table.columns[i].notNull:
		return fmt.Sprintf("(%s < ? OR %s IS NULL OR (%s = ? AND %s))", by, by, by, after), append([]any{value, value}, args...), nil
	}
	than := ">"
	if q.desc {
		than = "<"
	}
	// The first condition says nothing new, but lets an index on the column seek.
	return fmt.Sprintf("(%s %s= ? AND (%s %s ? OR %s))", by, than, by, than, after), append([]any{value, value}, args...), nil
}

// position reads q.next. A token of these pages is the key of the last row. One of Datasette, which
// bookmarks have, is the primary key, behind the value that the rows are sorted by if they are: the
// row is to be looked for then, by the condition that is returned.
func (q *query) position() (key []any, where string, args []any, err error) {
	parts := tildeSplit(q.next)
	if len(parts) != len(q.table.key) {
		if q.sort != "" && len(parts) == len(q.table.primary)+1 {
			parts = parts[1:]
		}
		if where, args, ok := q.table.whereKey(parts); ok {
			return nil, where, args, nil
		}
		return nil, "", nil, errNext
	}
	key = make([]any, len(parts))
	for i, p := range parts {
		key[i] = p
		if q.table.rowid {
			n, err := strconv.ParseInt(p, 10, 64)
			if err != nil {
				return nil, "", nil, errNext
			}
			key[i] = n
		}
	}
	return key, "", nil, nil
}
