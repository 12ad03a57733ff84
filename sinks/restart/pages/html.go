package pages

import (
	"embed"
	"html/template"
	"net/http"
	"sync"

	"github.com/dynasette/dynasette/internal/look"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Parsed when the first page is wanted: most commands never show one.
var templates = sync.OnceValue(func() *template.Template { return look.Templates(templateFiles, "templates/*.html") })

func (q *request) layout(title string, crumbs ...look.Crumb) look.Layout {
	l := look.Layout{Title: title, Site: "Databases", Crumbs: crumbs, Publish: q.s.Publish, Notices: q.notices}
	if q.release != nil {
		l.Release, l.Updated = q.release.ID, q.release.updated()
		if _, ok := q.release.history(); ok {
			l.Changes, l.Feed = changesPath, feedPath
		}
		if q.release.about.Title != "" {
			l.Site = q.release.about.Title
		}
	}
	return l
}

// show sends a good page.
func (q *request) show(name string, data any) error {
	q.head("text/html; charset=utf-8")
	switch name {
	case "index":
		alternate(q.w, q.absolutePath("/.json"))
	case "database", "table", "row":
		path := q.r.URL.EscapedPath() + ".json"
		if q.r.URL.RawQuery != "" {
			path += "?" + q.r.URL.RawQuery
		}
		alternate(q.w, q.absolutePath(path))
	}
	return look.Render(q.w, q.r, templates(), http.StatusOK, name, data)
}
