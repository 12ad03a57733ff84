package pages

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/dynasette/dynasette/internal/look"
)

type sqlPage struct {
	look.Layout
	Action          string // of the form
	SQL             string
	Description     string
	Stored, Hidden  bool
	Parameters      []field
	Problem         string
	Ran, More       bool
	Rows            count
	Columns         []string
	Cells           []template.HTML
	Edit            string // where the SQL can be changed
	JSON, CSV, File string
}

// sqlPage shows a box for SQL, and the result of what is in it.
func (q *request) sqlPage(d *database, a *sqlQuery) error {
	p := sqlPage{Layout: q.layout("SQL", look.At(d.name, d.url()), look.At("SQL", d.queryURL())), Action: d.queryURL(), SQL: a.text,
		Hidden: a.given("_hide_sql"), Rows: -1}
	if s := a.stored; s != nil {
		p.Layout = q.layout(s.title(d), look.At(d.name, d.url()), look.At(s.Name, s.url(d)))
		p.Action, p.Stored, p.Description, p.Hidden = s.url(d), true, s.Description, s.HideSQL && !a.given("_show_sql") || p.Hidden
		if q.mayQuery(d) == nil {
			p.Edit = d.queryURL() + "?" + formatQuery(append([]pair{{"sql", a.text}}, a.pairs...))
		}
	} else if err := q.mayQuery(d); err != nil {
		return err
	}
	for _, name := range a.parameters {
		p.Parameters = append(p.Parameters, field{name, a.value(name)})
	}
	query := ""
	if len(a.pairs) > 0 {
		query = "?" + formatQuery(a.pairs)
	}
	if a.text == "" {
		return q.show("sql", p)
	}
	p.JSON, p.CSV, p.File = p.Action+".json"+query, p.Action+".csv"+query, p.Action+".db"+query
	alternate(q.w, q.absolutePath(p.JSON))
	size := 0
	more, err := q.runSQL(d, a, a.size, upTo(maxCell), func(columns []string) error {
		if len(columns) > maxWide {
			return badRequest("The result has more than 100 columns, which is too wide for a page. The JSON and the CSV have them all.")
		}
		p.Columns = columns
		return nil
	}, func(row []any) error {
		b := []byte("<tr>")
		for _, v := range row {
			c := cellOf(v, maxCell)
			c.Right = c.Class == "number"
			b = c.appendTo(b)
		}
		if size += len(b); size > maxAnswer {
			return errLongAnswer
		}
		p.Cells = append(p.Cells, template.HTML(append(b, "</tr>"...)))
		return nil
	})
	var fault *problem
	if errors.As(err, &fault) && fault.status == http.StatusBadRequest {
		// The box stays, so that the SQL can be mended.
		p.Problem = fault.text
		q.w.Header().Set("Cache-Control", "no-store")
		return look.Render(q.w, q.r, templates(), http.StatusBadRequest, "sql", p)
	}
	if err != nil {
		return err
	}
	p.Ran, p.More, p.Rows = true, more, count(len(p.Cells))
	return q.show("sql", p)
}
