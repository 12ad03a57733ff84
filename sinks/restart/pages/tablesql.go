package pages

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sql returns what the page of a table shows as a statement that a visitor can run and change,
// with the values of its parameters.
func (q *query) sql(ctx context.Context, d *database, rows int) (text string, params []pair, err error) {
	clauses, args, err := q.clauses(ctx, d, rows)
	if err != nil {
		return "", nil, err
	}
	text, params = named(strings.Join(clauses, " "), args)
	return text, params, nil
}

// clauses are those of the statement, with its arguments.
func (q *query) clauses(ctx context.Context, d *database, rows int) (clauses []string, args []any, err error) {
	names := make([]string, len(q.columns))
	for i, c := range q.columns {
		names[i] = bare(q.table.columns[c].name)
	}
	where, args := q.conditions()
	limit := "limit " + strconv.Itoa(rows)
	if q.next != "" && q.table.key == nil {
		limit += " offset " + q.next
	} else if q.next != "" {
		after, values, err := q.after(ctx, d)
		if err != nil {
			return nil, nil, err
		}
		where, args = and(where, after), append(args, values...)
	}
	var order []string
	if q.sort != "" {
		order = append(order, bare(q.sort))
		if q.desc {
			order[0] += " desc"
		}
	}
	if rowid := q.table.rowidName(); rowid != "" {
		order = append(order, bare(rowid))
	} else {
		order = append(order, q.table.key...)
	}
	clauses = []string{"select " + strings.Join(names, ", "), "from " + bare(q.table.name)}
	if where != "" {
		clauses = append(clauses, strings.TrimSpace(lowered(where)))
	}
	if len(order) > 0 {
		clauses = append(clauses, "order by "+strings.Join(order, ", "))
	}
	return append(clauses, limit), args, nil
}

// countSQL is the statement that counts the rows of all pages.
func (q *query) countSQL() string {
	where, args := q.conditions()
	text, _ := named("select count(*) from "+bare(q.table.name)+lowered(where)+" ", args)
	return text
}

// keySQL is the statement that finds a row by its key.
func (t *table) keySQL(parts []string) object {
	what, where, params := "*", make([]string, len(t.primary)), make([]pair, len(t.primary))
	if len(t.declaredKey()) == 0 {
		what = "rowid, *"
	}
	for i, name := range t.primary {
		params[i] = pair{fmt.Sprint("p", i), parts[i]}
		where[i] = quote(name) + "=:" + params[i].name
	}
	return sqlObject("select "+what+" from "+bare(t.name)+" where "+strings.Join(where, " AND "), params)
}

func sqlObject(text string, params []pair) object {
	values := object{}
	for _, p := range params {
		values[p.name] = p.value
	}
	return object{"sql": text, "params": values}
}

// lowered is a WHERE clause as people write it.
func lowered(where string) string {
	if rest, ok := strings.CutPrefix(where, " WHERE "); ok {
		return " where " + rest
	}
	return where
}

// rowidName is the column that is the rowid by another name, or "".
func (t *table) rowidName() string {
	if t.rowid && len(t.primary) == 1 {
		if i, _ := t.column(t.primary[0]); !t.columns[i].implicit && strings.EqualFold(t.columns[i].declared, "INTEGER") {
			return t.primary[0]
		}
	}
	return ""
}

// bare writes an identifier, in quotes only if it needs them.
func bare(name string) string {
	plain := name != "" && word(name) == len(name) && (name[0] < '0' || name[0] > '9') && !strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 || r == '$' })
	if plain && !slices.Contains(keywords, strings.ToUpper(name)) {
		return name
	}
	return quote(name)
}

// keywords are SQLite's, by https://sqlite.org/lang_keywords.html.
var keywords = strings.Fields(`ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY
	CASCADE CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
	DATABASE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN
	FAIL FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY
	INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS
	OF OFFSET ON OR ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX
	RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION
	TRIGGER UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHIN WITHOUT`)

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

func (q *query) shownSQL(ctx context.Context, d *database) (*shownSQL, error) {
	clauses, args, err := q.clauses(ctx, d, q.size)
	if err != nil {
		return nil, err
	}
	text, params := named(strings.Join(clauses, "\n"), args)
	s := &shownSQL{URL: d.queryURL() + "?" + formatQuery(append([]pair{{"sql", text}}, params...))}
	shown, more := cut(readable(text), maxShownSQL)
	if s.Text = shown; more {
		s.Text += "…"
	}
	for _, p := range params {
		s.Values = append(s.Values, field{p.name, shortName(p.value)})
	}
	return s, nil
}
