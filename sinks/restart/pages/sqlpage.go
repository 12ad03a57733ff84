package pages

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"

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
	Columns         []head
	Cells           []template.HTML
	Lines           int         // of the box
	Known           []tableItem // what can be asked about
	Edit            string      // where the SQL can be changed
	JSON, CSV, File string
}

// Lines of the box for SQL.
const minBox, maxBox = 5, 20

const maxKnown = 100 // tables

// askable lists tables and views with their columns.
func (d *database) askable() (list []tableItem) {
	for _, t := range d.tables {
		if !t.hidden && len(list) < maxKnown {
			list = append(list, tableItem{Name: shortName(t.name), URL: t.url(d), Columns: t.someColumns()})
		}
	}
	return list
}

// sqlPage shows a box for SQL, and the result of what is in it.
func (q *request) sqlPage(d *database, a *sqlQuery) error {
	p := sqlPage{Layout: q.layout("SQL", d.crumb(), look.At("SQL", d.queryURL())), Action: d.queryURL(), SQL: readable(a.text),
		Hidden: a.given("_hide_sql"), Rows: -1, Lines: min(max(strings.Count(a.text, "\n")+2, minBox), maxBox)}
	if s := a.stored; s != nil {
		p.Layout = q.layout(cmp.Or(s.Title, s.Name), d.crumb(), look.At(s.Name, s.url(d)))
		p.Action, p.Stored, p.Description, p.Hidden = s.url(d), true, s.Description, s.HideSQL && !a.given("_show_sql") || p.Hidden
		if q.mayQuery(d) == nil {
			p.Edit = d.queryURL() + "?" + formatQuery(append([]pair{{"sql", a.text}}, a.pairs...))
		}
	} else if err := q.mayQuery(d); err != nil {
		return err
	} else {
		p.Known = d.askable()
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
	size, rows := 0, [][]any(nil)
	more, err := q.runSQL(d, a, a.size, upTo(maxCell), func(columns []string) error {
		if len(columns) > maxWide {
			return badRequest("The result has more than 100 columns, which is too wide for a page. The JSON and the CSV have them all.")
		}
		for _, name := range columns {
			p.Columns = append(p.Columns, head{Name: shortName(name)})
		}
		return nil
	}, func(row []any) error {
		for _, v := range row {
			size += len(plain(v)) + len("<td></td>")
		}
		if size > maxAnswer {
			return errLongAnswer
		}
		rows = append(rows, slices.Clone(row))
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
	for j := range p.Columns {
		p.Columns[j].Number = allNumbers(rows, j)
	}
	for _, row := range rows {
		b := []byte("<tr>")
		for j, v := range row {
			c := cellOf(v, maxCell)
			c.Right = c.Class == "number" || c.Class == "null" && p.Columns[j].Number
			b = c.appendTo(b)
		}
		p.Cells = append(p.Cells, template.HTML(append(b, "</tr>"...)))
	}
	p.Ran, p.More, p.Rows = true, more, count(len(p.Cells))
	return q.show("sql", p)
}
