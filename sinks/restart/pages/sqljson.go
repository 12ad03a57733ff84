package pages

import "net/http"

// The longest answer to a visitor's SQL.
const maxAnswer = 32 << 20

var errEmptySQL = badRequest("There is no SQL: the parameter sql is empty.")

var errLongAnswer = badRequest("The result is longer than 32 MiB. Ask for fewer rows or columns.")

// sqlJSON sends the result of a query, in the shape asked for.
func (q *request) sqlJSON(d *database, a *sqlQuery) error {
	if a.text == "" {
		return errEmptySQL
	}
	s, err := readShape(a.pairs)
	if err == nil && s.kind == "object" {
		err = badRequest("_shape=object is only available for tables.")
	}
	if err != nil {
		return err
	}
	columns := []string{}
	rows := s.rows(nil)
	more, err := q.runSQL(d, a, a.size, asRead, func(names []string) error { columns, rows = names, s.rows(names); return nil }, func(row []any) error {
		if rows.add(row) > maxAnswer {
			return errLongAnswer
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.sendRows(rows, func() (object, error) {
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
		return about, nil
	})
}

// params are the values of the parameters by their names.
func (a *sqlQuery) params() object {
	all := object{}
	for _, name := range a.parameters {
		all[name] = a.value(name)
	}
	return all
}

// sqlCSV sends the result of a query as CSV: more rows than its JSON has, and an error rather
// than fewer.
func (q *request) sqlCSV(d *database, a *sqlQuery) error {
	if a.text == "" {
		return errEmptySQL
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
