package pages

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A query is what a table's URL asks for.
type query struct {
	table              *table
	pairs              []pair // of the URL, in its order
	filters            []filter
	search             string
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

// single are the parameters of which the first counts, if there are several.
var single = []string{"_sort", "_sort_desc", "_size", "_next", "_shape", "_nl", "_nocount", "_search", "_facet_size", "_labels", "_header", "_stream", "_dl"}

func (s *Server) parse(t *table, pairs []pair) (_ *query, err error) {
	most := cmp.Or(s.MaxPageSize, 1000)
	q := &query{table: t, pairs: pairs, facetSize: facetSize, size: min(cmp.Or(t.about.size, s.PageSize, 100), most)}
	if q.extras, err = readExtra(pairs, tableExtra); err != nil {
		return nil, err
	}
	only, without := []string(nil), []string(nil)
	taken := map[string]bool{}
	for _, p := range pairs {
		if slices.Contains(single, p.name) {
			if taken[p.name] {
				continue
			}
			taken[p.name] = true
		}
		f, ok, err := t.filterOf(p)
		if err != nil {
			return nil, err
		}
		if ok {
			q.filters = append(q.filters, f)
			continue
		}
		switch p.name {
		case "_sort", "_sort_desc":
			i, ok := t.column(p.value)
			if !ok {
				return nil, badRequest(fmt.Sprintf("Cannot sort table by %q: there is no such column.", p.value))
			}
			q.sort, q.desc = t.columns[i].name, p.name == "_sort_desc"
		case "_size":
			if p.value == "max" {
				q.size = most
			} else if q.size, err = strconv.Atoi(p.value); err != nil || q.size < 0 {
				return nil, badRequest("_size must be a positive integer.")
			} else if q.size > most {
				return nil, badRequest(fmt.Sprintf("_size must be <= %d.", most))
			}
		case "_next":
			q.next = p.value
		case "_nocount":
			q.noCount = isOn(p.value)
		case "_facet", "_facet_array", "_facet_date":
			if err := q.addFacet(p); err != nil {
				return nil, err
			}
		case "_facet_size":
			if n, err := strconv.Atoi(p.value); err == nil && n >= 0 {
				q.facetSize = min(n, most)
			} else if p.value == "max" {
				q.facetSize = most
			}
		case "_nofacet":
			q.noFacet = isOn(p.value)
		case "_nosuggest":
			q.noSuggest = isOn(p.value)
		case "_labels":
			q.labels = isOn(p.value)
		case "_label":
			q.labelNames = append(q.labelNames, p.value)
		case "_col":
			only = append(only, p.value)
		case "_nocol":
			without = append(without, p.value)
		case "_search":
			q.search = match(p.value)
			if t.search == "" && q.search != "" {
				return nil, badRequest("This table has no full-text index to search.")
			}
		case "_where":
			condition, err := readCondition(p.value)
			if err != nil {
				return nil, err
			}
			q.where = append(q.where, condition)
		case "_through":
			return nil, badRequest(p.name + " is not supported here: these pages run no SQL of a visitor's.")
		}
	}
	for _, f := range t.saidFacets() {
		if i := slices.IndexFunc(q.facets, f.same); i >= 0 {
			q.facets = slices.Delete(q.facets, i, i+1)
		}
		q.facets = append(q.facets, f)
	}
	if q.noFacet {
		q.facets = nil
	}
	if q.sort == "" {
		q.sortByDefault()
	}
	return q, q.choose(only, without)
}

func (q *query) sortByDefault() {
	for _, s := range []struct {
		by   string
		desc bool
	}{{q.table.about.sort, false}, {q.table.about.sortDesc, true}} {
		if _, ok := q.table.column(s.by); ok && s.by != "" {
			q.sort, q.desc = s.by, s.desc
			return
		}
	}
}

// choose selects the columns: Datasette always keeps the primary key.
func (q *query) choose(only, without []string) error {
	for _, list := range [][]string{only, without} {
		for j, name := range list {
			if i, ok := q.table.column(name); ok {
				list[j] = q.table.columns[i].name
			} else {
				return badRequest(fmt.Sprintf("There is no column %q.", name))
			}
		}
	}
	for _, name := range without {
		if slices.Contains(q.table.declaredKey(), name) {
			return badRequest(fmt.Sprintf("_nocol can't leave out %q: it is of the primary key.", name))
		}
	}
	for _, i := range q.table.all() {
		c := q.table.columns[i]
		keep := slices.Contains(q.table.primary, c.name) ||
			(only == nil || slices.Contains(only, c.name)) && !slices.Contains(without, c.name)
		if keep {
			q.columns = append(q.columns, i)
		}
	}
	return nil
}

// filtered reports whether the query may leave out rows of the table.
func (q *query) filtered() bool { return len(q.filters) > 0 || q.search != "" || len(q.where) > 0 }

// conditions returns the WHERE clause of the filters, or "".
func (q *query) conditions() (string, []any) {
	var where []string
	var args []any
	for _, f := range q.filters {
		sql, values := f.where()
		where, args = append(where, sql), append(args, values...)
	}
	if q.search != "" {
		where = append(where, q.table.key[0]+" IN (SELECT rowid FROM main."+q.table.search+" WHERE "+q.table.search+" MATCH ?)")
		args = append(args, q.search)
	}
	if where = append(where, q.where...); where == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(where, " AND "), args
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
			if where == "" {
				where = " WHERE " + after
			} else {
				where += " AND " + after
			}
			args = append(args, values...)
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

var errNext = badRequest("_next is not one that these pages gave out.")

// after returns the condition for the rows that come after the one of key q.next.
func (q *query) after(ctx context.Context, d *database) (string, []any, error) {
	parts := tildeSplit(q.next)
	if len(parts) != len(q.table.key) {
		return "", nil, errNext
	}
	args := make([]any, len(parts))
	for i, p := range parts {
		args[i] = p
		if q.table.rowid {
			n, err := strconv.ParseInt(p, 10, 64)
			if err != nil {
				return "", nil, errNext
			}
			args[i] = n
		}
	}
	keys := strings.Join(q.table.key, ", ")
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")
	after := fmt.Sprintf("(%s) > (%s)", keys, marks)
	if q.sort == "" {
		return after, args, nil
	}
	var value any
	found := false
	c := quote(q.sort)
	i, _ := q.table.column(q.sort)
	err := d.query(ctx, fmt.Sprintf("SELECT +%s FROM main.%s WHERE (%s) = (%s)", c, quote(q.table.name), keys, marks), args,
		func(row []any) error { value, found = row[0], true; return nil })
	if b, ok := value.([]byte); ok && b == nil {
		value = []byte{} // the driver would bind NULL
	}
	switch {
	case err != nil:
		return "", nil, err
	case !found:
		return "", nil, badRequest("The row that this page would follow is gone: the data was replaced. Start at the first page.")
	case value == nil && q.desc: // NULLs come last
		return fmt.Sprintf("(%s IS NULL AND %s)", c, after), args, nil
	case value == nil:
		return fmt.Sprintf("(%s IS NOT NULL OR %s)", c, after), args, nil
	case q.desc && !q.table.columns[i].notNull:
		return fmt.Sprintf("(%s < ? OR %s IS NULL OR (%s = ? AND %s))", c, c, c, after), append([]any{value, value}, args...), nil
	}
	than := ">"
	if q.desc {
		than = "<"
	}
	// The first condition says nothing new, but lets an index on the column seek.
	return fmt.Sprintf("(%s %s= ? AND (%s %s ? OR %s))", c, than, c, than, after), append([]any{value, value}, args...), nil
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

// isOn reports whether a parameter switches something on, as Datasette reads it.
func isOn(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "off", "false", "f", "no":
		return false
	}
	return true
}
