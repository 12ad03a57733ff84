// Package look is what all web pages of dynasette have in common: the stylesheet, the layout,
// the page of an error, and the headers that keep a browser from doing more than show them.
package look

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/style.css
var styleCSS string

//go:embed static/icon.svg
var iconSVG string

// An Asset is a file that pages link to. Its URL has its version, so that it can be cached for
// good.
type Asset struct {
	Version                    string
	path, content, contentType string
}

// NewAsset returns an asset that is served at a path.
func NewAsset(path, content, contentType string) Asset {
	sum := sha256.Sum256([]byte(content))
	return Asset{hex.EncodeToString(sum[:6]), path, content, contentType}
}

// URL is where pages find it.
func (a Asset) URL() string { return a.path + "?v=" + a.Version }

// ServeHTTP implements http.Handler.
func (a Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(a.content)))
	h.Set("Cache-Control", "max-age=31536000, immutable")
	if r.Method != http.MethodHead {
		strings.NewReader(a.content).WriteTo(w)
	}
}

// Stylesheet and Icon are those of all pages.
var (
	Stylesheet = NewAsset("/-/dynasette/static/style.css", styleCSS, "text/css; charset=utf-8")
	Icon       = NewAsset("/-/dynasette/static/icon.svg", iconSVG, "image/svg+xml")
)

// Serve answers for Stylesheet and Icon, and reports whether it did.
func Serve(w http.ResponseWriter, r *http.Request) bool {
	switch r.URL.Path {
	case Stylesheet.path:
		Stylesheet.ServeHTTP(w, r)
	case Icon.path, "/favicon.ico":
		Icon.ServeHTTP(w, r)
	default:
		return false
	}
	return true
}

// Guard sets the headers of every answer: nothing from elsewhere, nothing inline, no frames.
// More are directives that a page needs besides, such as "script-src 'self'".
func Guard(h http.Header, more ...string) {
	policy := append([]string{"default-src 'none'", "style-src 'self'", "img-src 'self'",
		"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"}, more...)
	h.Set("Content-Security-Policy", strings.Join(policy, "; "))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// A Layout is what every page has.
type Layout struct {
	Title   string
	Site    string // what the whole is called
	Crumbs  []Crumb
	Release string
	Updated time.Time
	Changes string // "" as Feed if it is not known what changed
	Feed    string
	Publish string // where files are published; "" if they can't be here
	Scripts []Asset
	Notices []Notice // above all else
}

// A Notice is what a visitor should know of what a page shows.
type Notice struct {
	Text string
	Why  string // in somebody else's words; may be ""
	URL  string // of more about it; may be ""
	Bad  bool
}

// A Crumb is a page above this one, or this one.
type Crumb struct{ Text, URL string }

// At is the Crumb of a page.
func At(text, url string) Crumb { return Crumb{text, url} }

// Above are the texts of the pages above this one, the nearest first.
func (l Layout) Above() (texts []string) {
	for _, c := range slices.Backward(l.Crumbs[:max(len(l.Crumbs)-1, 0)]) {
		texts = append(texts, c.Text)
	}
	return texts
}

// Style is the stylesheet's URL.
func (Layout) Style() string { return Stylesheet.URL() }

// Icon is the icon's URL.
func (Layout) Icon() string { return Icon.URL() }

// A Problem is the page of an error, "problem".
type Problem struct {
	Layout
	Text   string
	Again  bool    // it loads itself again
	Meant  *Crumb  // the page that was probably meant; nil if none is like it
	Ways   []Crumb // where to go from here; nil: to the first page
	Search string  // where to search instead; "" if nowhere
}

// Templates returns those of pages, which may use the ones of this package: "head", "top",
// "bottom", "time" and "about", and the functions "bytes" and "thousands".
func Templates(pages fs.FS, patterns ...string) *template.Template {
	t := template.New("").Funcs(template.FuncMap{"bytes": Size, "thousands": Thousands})
	template.Must(t.ParseFS(templateFiles, "templates/*.html"))
	return template.Must(t.ParseFS(pages, patterns...))
}

// Render sends a page: that of a template called name and ".html".
func Render(w http.ResponseWriter, r *http.Request, t *template.Template, status int, name string, data any) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name+".html", data); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		b.WriteTo(w)
	}
	return nil
}
