package pages

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// A query is what a table's URL asks for.
type query struct {
	table              *table
	pairs              []pair // of the URL, in its order
	filters            []filter
	searches           []search
	throughs           []through
	where              []string // conditions of a visitor's
	columns            []int    // those to show, in order
	sort               string
	desc               bool
	size               int
	next               string
	noCount            bool
	facets             []facet
	facetSize          int
	noFacet, noSuggest bool
	extras             []string // _extra, each once
	labels             bool     // of all foreign keys
	labelNames         []string // columns whose labels are asked for
}

// filtered reports whether the query may leave out rows of the table.
func (q *query) filtered() bool {
	return len(q.filters)+len(q.searches)+len(q.throughs)+len(q.where) > 0
}

// conditions returns the WHERE clause of the filters, or "".
func (q *query) conditions() (string, []any) {
	var where []string
	var args []any
	add := func(sql string, values []any) { where, args = append(where, sql), append(args, values...) }
	for _, f := range q.filters {
		add(f.where())
	}
	for _, s := range q.searches {
		add(s.where(q.table))
	}
	for _, h := range q.throughs {
		add(h.where())
	}
	if where = append(where, q.where...); where == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(where, " AND "), args
}

// and adds a condition to a WHERE clause, which may be "".
func and(where, condition string) string {
	if where == "" {
		return " WHERE " + condition
	}
	return where + " AND " + condition
}

// order returns the ORDER BY clause, or "". The key after the column makes it total.
func (q *query) order() string {
	var by []string
	if q.sort != "" {
		by = append(by, quote(q.sort))
		if q.desc {
			by[0] += " DESC"
		}
	}
	if by = append(by, q.table.key...); len(by) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(by, ", ")
}

// The most columns of a result, unless SQLite was built otherwise.
const maxColumns = 2000

// read calls fn for each row of the page: its columns, and after them its key, if there is
// room for it. express says how a column is read, as SQL. An empty next means the last page.
//
// Where rows can be told apart, the page is first found by keys alone, which sorts little and
// touches no long value, and then its rows are read. Both happen before the first row comes
// out (MATERIALIZED), where the driver still heeds ctx.
func (q *query) read(ctx context.Context, d *database, express func(name string) string, fn func(row []any) error) (next string, err error) {
	where, args := q.conditions()
	names := make([]string, len(q.columns))
	for i, c := range q.columns {
		names[i] = express("t." + quote(q.table.columns[c].name))
	}
	from := "main." + quote(q.table.name)
	var sql string
	var last []any
	offset := 0
	key := q.table.key
	withKey := len(names)+len(key) <= maxColumns
	if key != nil {
		if q.next != "" {
			after, values, err := q.after(ctx, d)
			if err != nil {
				return "", err
			}
			where, args = and(where, after), append(args, values...)
		}
		keys, on := make([]string, len(key)), make([]string, len(key))
		for i, k := range key {
			keys[i] = fmt.Sprint("k", i)
			on[i] = fmt.Sprintf("t.%s = page.k%d", k, i)
			if withKey {
				names = append(names, fmt.Sprint("page.k", i))
			}
		}
		sql = fmt.Sprintf("WITH page(%s) AS MATERIALIZED (SELECT %s FROM %s%s%s LIMIT %d) SELECT %s FROM page CROSS JOIN %s AS t ON %s",
			strings.Join(keys, ", "), strings.Join(key, ", "), from, where, q.order(), q.size+1,
			strings.Join(names, ", "), from, strings.Join(on, " AND "))
	} else {
		if q.next != "" {
			if offset, err = strconv.Atoi(q.next); err != nil || offset < 0 {
				return "", errNext
			}
		}
		sql = fmt.Sprintf("WITH page AS MATERIALIZED (SELECT %s FROM %s AS t%s%s LIMIT %d OFFSET %d) SELECT * FROM page",
			strings.Join(names, ", "), from, where, q.order(), q.size+1, offset)
	}
	n := 0
	err = d.query(ctx, sql, args, func(row []any) error {
		if n++; n > q.size {
			return nil
		}
		last = append(last[:0], row[len(q.columns):]...)
		return fn(row)
	})
	if err != nil || n <= q.size || q.size == 0 {
		return "", err
	}
	if key == nil {
		return strconv.Itoa(offset + q.size), nil
	}
	if !withKey {
		sql := fmt.Sprintf("SELECT %s FROM %s%s%s LIMIT 1 OFFSET %d", strings.Join(key, ", "), from, where, q.order(), q.size-1)
		if err := d.query(ctx, sql, args, func(row []any) error { last = append(last, row...); return nil }); err != nil {
			return "", err
		}
	}
	return tildeJoin(keyTexts(last)), nil
}

// keyTexts writes a key's values for a URL.
func keyTexts(values []any) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = plain(v)
	}
	return texts
}

// total counts the rows of the query; -1 if that takes too long.
func (q *query) total(ctx context.Context, d *database) int64 {
	if q.noCount {
		return -1
	}
	if !q.filtered() {
		return q.table.total(ctx, d)
	}
	where, args := q.conditions()
	n := int64(-1)
	err := d.query(ctx, "SELECT count(*) FROM main."+quote(q.table.name)+where, args,
		func(row []any) error { n, _ = row[0].(int64); return nil })
	if err != nil {
		return -1
	}
	return n
}

// total counts the table's rows, once; -1 if that takes too long.
func (t *table) total(ctx context.Context, d *database) int64 {
	n := t.count.Load()
	if n >= 0 || t.problem != "" {
		return n
	}
	err := d.query(ctx, "SELECT count(*) FROM main."+quote(t.name), nil,
		func(row []any) error { n, _ = row[0].(int64); return nil })
	if err != nil {
		return -1
	}
	t.count.Store(n)
	return n
}
