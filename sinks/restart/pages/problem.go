package pages

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/internal/suggest"
)

// problemPage says what is wrong, and leads to what there is: what was probably meant, and the nearest pages above.
func (q *request) problemPage(p *problem) look.Problem {
	page := look.Problem{Layout: q.layout(p.heading()), Text: p.text, Again: p.again}
	if q.release == nil || p.again {
		return page
	}
	page.Search = searchPath
	parts := strings.Split(strings.Trim(q.r.URL.EscapedPath(), "/"), "/")
	name := func(i int) string {
		stem := parts[i]
		if i == len(parts)-1 {
			stem, _, _ = strings.Cut(stem, ".")
		}
		return tildeDecode(stem)
	}
	d, err := q.release.database(name(0))
	if err != nil {
		page.Meant = q.release.meant(name(0))
		page.Ways = []look.Crumb{look.At("All databases", "/")}
		return page
	}
	page.Crumbs, page.Ways = []look.Crumb{d.crumb()}, []look.Crumb{look.At("All tables of "+shortName(d.title()), d.url())}
	if len(parts) == 1 || parts[1] == "-" {
		return page
	}
	t, err := d.table(name(1))
	if err != nil {
		page.Meant = d.meant(name(1))
		return page
	}
	page.Crumbs = append(page.Crumbs, t.crumb(d))
	if t.problem == "" && (len(parts) > 2 || q.r.URL.RawQuery != "") {
		page.Ways = append([]look.Crumb{look.At("All rows of "+shortName(t.title()), t.url(d))}, page.Ways...)
	}
	return page
}

// meant returns the database that was probably meant by a name, if any.
func (r *release) meant(name string) *look.Crumb {
	names := make([]string, len(r.databases))
	for i, d := range r.databases {
		names[i] = d.name
	}
	if d, err := r.database(suggest.For(name, names)); err == nil {
		crumb := d.crumb()
		return &crumb
	}
	return nil
}

// meant returns the table that was probably meant by a name, if any.
func (d *database) meant(name string) *look.Crumb {
	var names []string
	for _, t := range d.tables {
		if !t.hidden {
			names = append(names, t.name)
		}
	}
	if t, err := d.table(suggest.For(name, names)); err == nil {
		crumb := t.crumb(d)
		return &crumb
	}
	return nil
}

// heading names the problem to people, who know no status.
func (p *problem) heading() string {
	return cmp.Or(p.title, map[int]string{
		http.StatusBadRequest: "This can’t be shown", http.StatusNotFound: "There is no such page",
		http.StatusTooManyRequests: "Too much at once", http.StatusServiceUnavailable: "Too much at once",
	}[p.status], http.StatusText(p.status))
}
