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
	lines := []string{"SELECT " + strings.Join(names, ", "), "FROM " + quote(q.table.name)}
	for _, clause := range []string{where, q.order()} {
		if clause != "" {
			lines = append(lines, strings.TrimSpace(clause))
		}
	}
	return named(strings.Join(append(lines, fmt.Sprint("LIMIT ", q.size)), "\n"), args)
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

// shownSQL is the SQL of a table's page, for people.
type shownSQL struct {
	Text   string
	Values []field // of its parameters
	URL    string  // where it can be changed
}

const maxShownSQL = 4000 // characters

func (q *query) shownSQL(d *database) *shownSQL {
	text, params := q.sql()
	s := &shownSQL{URL: d.queryURL() + "?" + formatQuery(append([]pair{{"sql", text}}, params...))}
	shown, more := cut(readable(text), maxShownSQL)
	if s.Text = shown; more {
		s.Text += "…"
	}
	for _, p := range params {
		s.Values = append(s.Values, field{p.name, shortName(p.value)})
	}
	return s
}
