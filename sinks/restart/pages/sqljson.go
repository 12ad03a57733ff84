package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// The longest answer to a visitor's SQL.
const maxAnswer = 32 << 20

var errLongAnswer = badRequest("The result is longer than 32 MiB. Ask for fewer rows or columns.")

// sqlJSON sends the result of a query, in the shape asked for.
func (q *request) sqlJSON(d *database, a *sqlQuery) error {
	if a.text == "" {
		return badRequest("There is no SQL: the parameter sql is empty.")
	}
	appendRow, err := a.rowShape()
	if err != nil {
		return err
	}
	var columns []string
	var b []byte
	n := 0
	more, err := q.runSQL(d, a, a.size, asRead, func(names []string) error { columns = names; return nil }, func(row []any) error {
		if n++; n > 1 {
			if b = append(b, ", "...); a.lines {
				b = append(b[:len(b)-2], '\n')
			}
		}
		if b = appendRow(b, columns, row); len(b) > maxAnswer {
			return errLongAnswer
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case a.lines:
		q.head("text/plain; charset=utf-8")
		q.w.Write(b)
		return nil
	case a.shape == "array" || a.shape == "arrayfirst":
		q.head("application/json; charset=utf-8")
		q.w.Write(append(append([]byte("["), b...), ']'))
		return nil
	}
	about := object{"columns": orEmptyList(columns), "truncated": more}
	for _, name := range a.extras {
		switch name {
		case "database":
			about[name] = d.name
		case "private":
			about[name] = false
		case "query":
			about[name] = object{"sql": a.text, "params": a.params()}
		}
	}
	rest, err := marshal(about)
	if err != nil {
		return err
	}
	q.head("application/json; charset=utf-8")
	q.w.Write(fmt.Appendf(nil, `{"ok": true, "rows": [%s], %s`, b, rest[1:]))
	return nil
}

// params are the values of the parameters by their names.
func (a *sqlQuery) params() object {
	all := object{}
	for _, name := range a.parameters {
		all[name] = a.value(name)
	}
	return all
}

// rowShape returns how a row is written.
func (a *sqlQuery) rowShape() (func(b []byte, columns []string, row []any) []byte, error) {
	value := func(b []byte, column string, v any) []byte {
		if text, ok := v.(string); ok && slices.Contains(a.parsed, column) && nesting(text) <= 200 && json.Valid([]byte(text)) {
			return append(b, text...)
		}
		return appendJSON(b, v)
	}
	switch a.shape {
	case "objects", "array":
		return func(b []byte, columns []string, row []any) []byte {
			b = append(b, '{')
			for i, name := range columns {
				if slices.Contains(columns[i+1:], name) {
					continue // as in Datasette's, the last of that name counts
				}
				if b[len(b)-1] != '{' {
					b = append(b, ", "...)
				}
				b = value(append(gjson.AppendJSONString(b, name), ": "...), name, row[i])
			}
			return append(b, '}')
		}, nil
	case "arrays":
		return func(b []byte, columns []string, row []any) []byte {
			b = append(b, '[')
			for i, v := range row {
				if i > 0 {
					b = append(b, ", "...)
				}
				b = value(b, columns[i], v)
			}
			return append(b, ']')
		}, nil
	case "arrayfirst":
		return func(b []byte, columns []string, row []any) []byte { return value(b, columns[0], row[0]) }, nil
	case "object":
		return nil, badRequest("_shape=object is only available for tables.")
	}
	return nil, badRequest("Invalid _shape: " + strconv.Quote(a.shape) + ".")
}

// sqlCSV sends the result of a query as CSV: more rows than its JSON has, and an error rather
// than fewer.
func (q *request) sqlCSV(d *database, a *sqlQuery) error {
	if a.text == "" {
		return badRequest("There is no SQL: the parameter sql is empty.")
	}
	var b []byte
	line := func(row []any) error {
		for i, v := range row {
			if i > 0 {
				b = append(b, ',')
			}
			if blob, ok := v.([]byte); ok {
				v = base64Text(blob)
			}
			b = appendCSV(b, v)
		}
		if b = append(b, "\r\n"...); len(b) > maxAnswer {
			return errLongAnswer
		}
		return nil
	}
	more, err := q.runSQL(d, a, maxResultFile, asRead, func(columns []string) error {
		if !a.header {
			return nil
		}
		row := make([]any, len(columns))
		for i, name := range columns {
			row[i] = name
		}
		return line(row)
	}, line)
	if err == nil && more {
		err = errManyRows
	}
	if err != nil {
		return err
	}
	q.head("text/csv; charset=utf-8")
	if a.value("_dl") != "" {
		attach(q.w, a.fileName(d)+".csv")
	}
	q.w.Write(b)
	return nil
}

var errManyRows = &problem{status: http.StatusBadRequest, text: "The result has more than 100,000 rows, and a part of it would look like all. Add a LIMIT."}

// fileName is what a result is called as a file.
func (a *sqlQuery) fileName(d *database) string {
	if a.stored != nil {
		return a.stored.Name
	}
	return d.name + "-query"
}
