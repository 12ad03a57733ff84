package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

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
	asked, err := q.s.parse(d, t, q.pairs)
	if err != nil {
		return err
	}
	rows, err := asked.shapedRows()
	if err != nil {
		return err
	}
	ctx, cancel := q.limited()
	defer cancel()
	next, err := asked.labelled(ctx, d, func(row []any) error {
		if rows.add(row) > maxJSON {
			return errLongRows
		}
		return nil
	})
	if err != nil {
		return err
	}
	if next != "" {
		q.w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, q.absolute(asked.nextQuery(next))))
	}
	return q.sendRows(rows, func() (object, error) {
		about := q.tableAbout(ctx, d, asked, next, rows.n)
		return about, q.addExtra(ctx, d, asked, about)
	})
}

// tableAbout is what the JSON of a table has beside the rows: the keys of both Datasettes.
func (q *request) tableAbout(ctx context.Context, d *database, asked *query, next string, n int) object {
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
	return object{"database": d.name, "table": asked.table.name, "is_view": asked.table.isView, "columns": asked.names(),
		"primary_keys": asked.table.declaredKey(), "truncated": false, "count": count,
		"filtered_table_rows_count": count, "next": nextToken, "next_url": nextURL}
}

// names are those of the columns that are shown.
func (q *query) names() []string {
	names := make([]string, len(q.columns))
	for i, c := range q.columns {
		names[i] = q.table.columns[c].name
	}
	return names
}

// shapedRows writes rows of the query in the shape that is asked for.
func (q *query) shapedRows() (*shapedRows, error) {
	s, err := readShape(q.pairs)
	if err != nil {
		return nil, err
	}
	key := q.table.declaredKey()
	if s.kind == "object" && len(key) == 0 {
		return nil, badRequest("_shape=object not available for tables without primary keys.")
	}
	names := q.names()
	rows := s.rows(names)
	for _, name := range key { // choose kept them
		rows.key = append(rows.key, slices.Index(names, name))
	}
	return rows, nil
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
