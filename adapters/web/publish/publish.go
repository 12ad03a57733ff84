// Package publish has the pages on which people publish files: they drop one, see what it is taken for,
// change that, and see what has become of it.
package publish

import (
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"sync"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/adapters/web/intake"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/sources/shelf"
)

// Path is where all of it is, beside whatever serves the data.
const Path = "/-/dynasette/"

// FilesPath is where files are sent, and where those are that wait.
const FilesPath = Path + "files/"

// A Handler answers requests under Path. Pipeline must be set; without a Shelf nothing can be uploaded.
// Fields don't change while it is in use.
type Handler struct {
	Pipeline *dynasette.Pipeline
	Shelf    shelf.Shelf
	Access   *access.Access
	Data     string       // URL below which databases are shown, ending with a slash; "" if that is not here
	Silent   string       // what people call the server of the data, if it can't show Notices
	Log      *slog.Logger // nil is silent

	once      sync.Once
	mux       http.ServeMux
	board     board
	spreads   *memo[[]tableSpread]
	differs   *memo[[]difference]
	seeing    chan struct{} // files that are looked at
	listeners chan struct{} // to events
	done      chan struct{} // they end
	closing   sync.Once
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.start)
	look.Guard(w.Header(), "script-src 'self'", "connect-src 'self'")
	h.Access.Forget(w, r, Path)
	h.mux.ServeHTTP(w, r)
}

func (h *Handler) start() {
	h.mux.HandleFunc("GET "+Path+"static/", func(w http.ResponseWriter, r *http.Request) {
		if !look.Serve(w, r) {
			http.NotFound(w, r)
		}
	})
	h.mux.Handle("GET "+Path+"static/upload.js", uploadScript)
	h.board.pipeline, h.board.data = h.Pipeline, h.Data
	h.spreads, h.differs = newMemo[[]tableSpread](), newMemo[[]difference]()
	h.listeners, h.done = make(chan struct{}, maxListeners), make(chan struct{})
	h.mux.Handle("GET "+Path+"static/state.js", stateScript)
	h.mux.HandleFunc("GET "+Path+"{$}", h.home)
	h.mux.HandleFunc("GET "+Path+"state.json", h.stateJSON)
	h.mux.HandleFunc("GET "+eventsPath, h.events)
	h.mux.HandleFunc("GET "+sourcesPath+"{name...}", h.source)
	h.mux.Handle("POST "+sourcesPath+"{name...}", h.changes(h.accept))
	h.mux.HandleFunc("GET "+releasesPath, h.releases)
	h.mux.Handle("POST "+releasesPath, h.changes(h.rollback))
	h.mux.HandleFunc("GET "+releasesPath+"/{id}/{file}", h.database)
	h.mux.HandleFunc(LoginPath, h.login)
	if h.Shelf != nil {
		(&intake.Handler{Source: h.Pipeline.Source, Shelf: h.Shelf, Path: FilesPath, Fail: h.fail}).Register(&h.mux, h.Access.Protect)
		h.seeing = make(chan struct{}, 1)
		h.mux.HandleFunc("GET "+FilesPath+"{id}", h.file)
		h.mux.Handle("GET "+Path+"static/preview.js", previewScript)
		h.mux.Handle("POST "+FilesPath+"{id}", h.Access.Protect(http.MaxBytesHandler(http.HandlerFunc(h.choose), longestForm)))
		h.mux.Handle("POST "+FilesPath+"{id}/publish", h.Access.Protect(http.MaxBytesHandler(http.HandlerFunc(h.publish), longestForm)))
		h.mux.Handle("POST "+FilesPath+"{id}/discard", h.changes(h.discard))
	}
	h.mux.Handle("POST "+Path+"logout", h.Access.Protect(http.HandlerFunc(h.logout)))
}

//go:embed static/upload.js
var uploadJS string

var uploadScript = look.NewAsset(Path+"static/upload.js", uploadJS, "text/javascript; charset=utf-8")

// longestForm bounds what is chosen for a file: names of columns may be long.
const longestForm = 2 << 20

// changes answers requests of those who may change things, which have a short form.
func (h *Handler) changes(next http.HandlerFunc) http.Handler {
	const longest = 64 << 10
	return h.Access.Protect(http.MaxBytesHandler(next, longest))
}

//go:embed templates/*.html
var templateFiles embed.FS

var templates = sync.OnceValue(func() *template.Template { return look.Templates(templateFiles, "templates/*.html") })

func (h *Handler) layout(title string, crumbs ...look.Crumb) look.Layout {
	return look.Layout{Title: title, Site: "Databases", Crumbs: append([]look.Crumb{look.At("Publish", Path)}, crumbs...)}
}

func (h *Handler) log() *slog.Logger {
	if h.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return h.Log
}

// show sends a page about what is so now.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, name string, data any) {
	w.Header().Set("Cache-Control", "no-store")
	if err := look.Render(w, r, templates(), http.StatusOK, name, data); err != nil {
		h.fail(w, r, http.StatusInternalServerError, err)
	}
}

// fail sends the page of an error.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	w.Header().Set("Cache-Control", "no-store")
	look.Render(w, r, templates(), status, "problem", look.Problem{Layout: h.layout(http.StatusText(status)), Text: err.Error()})
}
