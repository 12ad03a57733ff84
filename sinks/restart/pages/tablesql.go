package pages

import (
	"fmt"
	"strconv"
	"strings"
)

// sql returns what the page of a table shows as a statement that a visitor can run and change,
// with the values of its parameters.
func (q *query) sql() (text string, params []pair) {
	names := make([]string, len(q.columns))
	for i, c := range q.columns {
		names[i] = quote(q.table.columns[c].name)
	}
	where, args := q.conditions()
	text = fmt.Sprintf("select %s from %s%s%s limit %d", strings.Join(names, ", "), quote(q.table.name), where, q.order(), q.size)
	return named(text, args)
}

// named puts arguments in the place of each ?: numbers as they are, others as parameters :p0, :p1
// and so on.
func named(text string, args []any) (string, []pair) {
	var b strings.Builder
	var params []pair
	for text != "" {
		kind, length := sqlToken(text)
		if kind != tokenParameter || text[:length] != "?" || len(args) == 0 {
			b.WriteString(text[:length])
			text = text[length:]
			continue
		}
		switch v := args[0].(type) {
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case float64:
			b.WriteString(formatReal(v))
		default:
			name := fmt.Sprint("p", len(params))
			params = append(params, pair{name, plain(v)})
			b.WriteString(":" + name)
		}
		text, args = text[length:], args[1:]
	}
	return b.String(), params
}

// sqlURL is where the SQL of a table's page can be seen and changed.
func (q *query) sqlURL(d *database) string {
	text, params := q.sql()
	return d.queryURL() + "?" + formatQuery(append([]pair{{"sql", text}}, params...))
}
