package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"
)

// The longest JSON that is made at once. Long values may take a page there.
const maxJSON = 64 << 20

// appendError writes an error as Datasette does.
func appendError(b []byte, p *problem) []byte {
	b = append(b, `{"ok": false, "error": `...)
	b = gjson.AppendJSONString(b, p.text)
	b = append(b, `, "errors": [`...)
	b = gjson.AppendJSONString(b, p.text)
	return fmt.Appendf(b, `], "status": %d, "title": null}`+"\n", p.status)
}

func (q *request) sendJSON(v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	q.head("application/json; charset=utf-8")
	q.w.Write(b)
	return nil
}

type object = map[string]any

// marshal leaves & < > as they are: nobody takes JSON for HTML here.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (q *request) databasesJSON() object {
	list := make([]object, 0, len(q.release.databases))
	for _, d := range q.release.databases {
		list = append(list, object{"name": d.name, "route": tildeEncode(d.name), "path": d.name + ".db", "size": d.size,
			"is_mutable": false, "is_memory": false, "hash": orNull(d.hash)})
	}
	return object{"ok": true, "databases": list}
}

var errLongRows = &problem{status: http.StatusRequestEntityTooLarge, text: "These rows are longer than can be sent as one JSON. Ask for fewer with _size, or for fewer columns with _col."}

func (q *request) tableJSON(d *database, t *table, _ string) error {
	if pairs, err := parseQuery(q.r.URL.RawQuery); err == nil {
		if pairs, ok := fromForm(pairs); ok {
			return q.redirect(t.url(d)+".json", formatQuery(pairs))
		}
	}
	asked, err := q.s.parse(t, q.r.URL.RawQuery)
	if err != nil {
		return err
	}
	appendRow, open, end, err := asked.rowWriter()
	if err != nil {
		return err
	}
	ctx, cancel := q.limited()
	defer cancel()
	b := append([]byte(nil), open...)
	n := 0
	appendNext := func(row []any) error {
		if n++; n > 1 && asked.lines {
			b = append(b, '\n')
		} else if n > 1 {
			b = append(b, ", "...)
		}
		if b = appendRow(b, row); len(b) > maxJSON {
			return errLongRows
		}
		return nil
	}
	next, err := asked.labelled(ctx, d, appendNext)
	if err != nil {
		return err
	}
	b = append(b, end...)
	if next != "" {
		q.w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, q.absolute(asked.nextQuery(next))))
	}
	if asked.shape != "" && asked.shape != "objects" && asked.shape != "arrays" {
		q.head(asked.contentType())
		q.w.Write(b)
		return nil
	}
	about := q.tableAbout(ctx, d, asked, next, n)
	if err := q.addExtra(ctx, d, asked, about); err != nil {
		return err
	}
	rest, err := marshal(about)
	if err != nil {
		return err
	}
	q.head("application/json; charset=utf-8")
	q.w.Write(append(append(append([]byte(`{"ok": true, "rows": `), b...), ", "...), rest[1:]...))
	return nil
}

// tableAbout is what the JSON of a table has beside the rows: the keys of both Datasettes.
func (q *request) tableAbout(ctx context.Context, d *database, asked *query, next string, n int) object {
	names := make([]string, len(asked.columns))
	for i, c := range asked.columns {
		names[i] = asked.table.columns[c].name
	}
	var count, nextToken, nextURL any
	total := int64(n)
	if next != "" || asked.next != "" || asked.size == 0 {
		total = asked.total(ctx, d)
	}
	if total >= 0 {
		count = total
	}
	if next != "" {
		nextToken, nextURL = next, q.absolute(asked.nextQuery(next))
	}
	return object{"database": d.name, "table": asked.table.name, "is_view": asked.table.isView, "columns": names,
		"primary_keys": asked.table.declaredKey(), "truncated": false, "count": count,
		"filtered_table_rows_count": count, "next": nextToken, "next_url": nextURL}
}

// rowWriter returns how the rows are written in the shape asked for, and what is around them.
func (q *query) rowWriter() (appendRow func([]byte, []any) []byte, open, end string, err error) {
	names := make([][]byte, len(q.columns))
	for i, c := range q.columns {
		names[i] = append(gjson.AppendJSONString(nil, q.table.columns[c].name), ": "...)
	}
	asObject := func(b []byte, row []any) []byte {
		b = append(b, '{')
		for i, name := range names {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendJSON(append(b, name...), row[i])
		}
		return append(b, '}')
	}
	asArray := func(b []byte, row []any) []byte {
		b = append(b, '[')
		for i := range names {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendJSON(b, row[i])
		}
		return append(b, ']')
	}
	lines := q.lines
	q.lines = lines && (q.shape == "array" || q.shape == "arrayfirst")
	open, end = "[", "]"
	if q.lines {
		open, end = "", ""
	}
	switch q.shape {
	case "", "objects", "array":
		return asObject, open, end, nil
	case "arrays":
		return asArray, open, end, nil
	case "arrayfirst":
		return func(b []byte, row []any) []byte {
			if len(names) == 0 {
				return append(b, "null"...)
			}
			return appendJSON(b, row[0])
		}, open, end, nil
	case "object":
		places := make([]int, len(q.table.primary))
		for i, name := range q.table.primary {
			at, _ := q.table.column(name)
			for j, c := range q.columns { // choose kept the primary key
				if c == at {
					places[i] = j
				}
			}
		}
		if len(q.table.declaredKey()) == 0 {
			return nil, "", "", badRequest("_shape=object not available for tables without primary keys.")
		}
		return func(b []byte, row []any) []byte {
			key := make([]any, len(places))
			for i, at := range places {
				key[i] = row[at]
			}
			b = gjson.AppendJSONString(b, tildeJoin(keyTexts(key)))
			return asObject(append(b, ": "...), row)
		}, "{", "}", nil
	}
	return nil, "", "", badRequest("Invalid _shape: " + strconv.Quote(q.shape) + ".")
}

// declaredKey is the primary key without the rowid that stands in for one.
func (t *table) declaredKey() []string {
	if len(t.primary) == 0 || t.columns[0].implicit {
		return []string{}
	}
	return t.primary
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func orEmptyList[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
