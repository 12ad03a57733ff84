package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/style.css
var styleCSS string

//go:embed static/icon.svg
var iconSVG string

// Parsed when the first page is wanted: most commands never show one.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"bytes": sizeText,
	}).ParseFS(templateFiles, "templates/*.html"))
})

// An asset is a file that all pages share. Its URL has its version, so that it can be cached
// for good.
type asset struct {
	content, contentType, version string
}

var (
	stylesheet = newAsset(styleCSS, "text/css; charset=utf-8")
	icon       = newAsset(iconSVG, "image/svg+xml")
)

func newAsset(content, contentType string) asset {
	sum := sha256.Sum256([]byte(content))
	return asset{content, contentType, hex.EncodeToString(sum[:6])}
}

// serveStatic answers for the files that the pages link to; they need no release.
func serveStatic(w http.ResponseWriter, r *http.Request) bool {
	var a asset
	switch r.URL.Path {
	case "/-/static/style.css":
		a = stylesheet
	case "/-/static/icon.svg", "/favicon.ico":
		a = icon
	default:
		return false
	}
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.content)))
	w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	if r.Method != http.MethodHead {
		strings.NewReader(a.content).WriteTo(w)
	}
	return true
}

// layout is what every page has.
type layout struct {
	Title   string
	Site    string
	Crumbs  []crumb
	Release string
	Updated time.Time
	Style   string
	Icon    string
	Changes string // "" as Feed if it is not known what changed
	Feed    string
}

type crumb struct{ Text, URL string }

type problemPage struct {
	layout
	Text  string
	Again bool
}

func (q *request) layout(title string, crumbs ...crumb) layout {
	l := layout{Title: title, Site: "Databases", Crumbs: crumbs,
		Style: "/-/static/style.css?v=" + stylesheet.version, Icon: "/-/static/icon.svg?v=" + icon.version}
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

// render sends a page.
func (q *request) render(status int, name string, data any) error {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name+".html", data); err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	q.w.WriteHeader(status)
	if q.r.Method != http.MethodHead {
		b.WriteTo(q.w)
	}
	return nil
}

// show sends a good page.
func (q *request) show(name string, data any) error {
	q.head("text/html; charset=utf-8")
	return q.render(http.StatusOK, name, data)
}
