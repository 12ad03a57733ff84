package publish

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/internal/look"
)

const releasesPath = Path + "releases"

// A release is one as pages show it.
type release struct {
	dynasette.Served
	Changes []string
	More    int
}

// Rows are those of all databases.
func (r release) Rows() (n int64) {
	for i := range r.Databases {
		n += r.Databases[i].Rows()
	}
	return n
}

// Shown are the databases that are named; Others are more.
func (r release) Shown() []dynasette.Database {
	return r.Databases[:min(len(r.Databases), shownTables)]
}

// Others is how many databases are not named.
func (r release) Others() int { return len(r.Databases) - len(r.Shown()) }

// URL is where a database of it is.
func (r release) URL(d dynasette.Database) string {
	return releasesPath + "/" + r.Release + "/" + d.File()
}

type releasesPage struct {
	look.Layout
	States   dynasette.States
	Releases []release
	Earlier  []dynasette.Past // that are kept no more
	May      bool
	Notice   string
	From, To string
	Diff     []string
	Differ   bool // somebody has asked for the difference
}

func (h *Handler) releases(w http.ResponseWriter, r *http.Request) {
	all, err := h.Pipeline.Releases(r.Context())
	if err != nil {
		h.failed(w, r, err, "")
		return
	}
	p := releasesPage{Layout: h.layout("Releases", look.At("Releases", releasesPath)), Notice: noticeOf(r)}
	p.Layout.Scripts = []look.Asset{stateScript}
	if p.States, err = h.board.states(r.Context()); err != nil {
		h.failed(w, r, err, "")
		return
	}
	_, p.May = h.Access.Who(r)
	kept := map[string]*dynasette.Manifest{}
	for i := range all {
		kept[all[i].Release] = &all[i].Manifest
		one := release{Served: all[i]}
		if past := all[i].History.Releases; len(past) > 0 && past[0].Release == all[i].Release {
			one.Changes, one.More = past[0].Lines, past[0].More
		}
		p.Releases = append(p.Releases, one)
	}
	if len(all) > 0 {
		for _, past := range all[0].History.Releases {
			if kept[past.Release] == nil {
				p.Earlier = append(p.Earlier, past)
			}
		}
		p.From, p.To = all[min(1, len(all)-1)].Release, all[0].Release
	}
	if q := r.URL.Query(); q.Has("from") || q.Has("to") {
		p.From, p.To, p.Differ = cmp.Or(q.Get("from"), p.From), cmp.Or(q.Get("to"), p.To), true
		from, to := kept[p.From], kept[p.To]
		if from == nil || to == nil {
			h.failed(w, r, dynasette.ErrNotFound, "One of these releases is not kept any more.")
			return
		}
		d, err := h.Pipeline.Diff(r.Context(), from, to, nil)
		if err != nil {
			h.failed(w, r, err, "")
			return
		}
		p.Diff = d.Lines()
	}
	h.show(w, r, "releases", p)
}

// rollback has the server go back to a release.
func (h *Handler) rollback(w http.ResponseWriter, r *http.Request) {
	id := r.PostFormValue("release")
	access.Note(r.Context(), "action", "rollback", "of", id)
	ctx, cancel := lasting(r)
	defer cancel()
	now, err := h.Pipeline.Rollback(ctx, id)
	if err != nil {
		h.failed(w, r, err, "That release is not kept any more.")
		return
	}
	access.Note(r.Context(), "release", now)
	http.Redirect(w, r, releasesPath+"?done=rolled-back", http.StatusSeeOther)
}

// lasting returns a context for what is not to be left half done if the browser goes away.
func lasting(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Minute)
}

// notices are what a page says after a change.
var notices = map[string]string{
	"accepted":    "The new version is accepted, and served.",
	"rolled-back": "The server has gone back. It stays there until something new is published.",
}

func noticeOf(r *http.Request) string { return notices[r.URL.Query().Get("done")] }

// failed sends the page of an error, where what is not there is said in words of the page's own.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, err error, missing string) {
	switch {
	case r.Context().Err() != nil:
	case errors.Is(err, dynasette.ErrNotFound) && missing != "":
		h.fail(w, r, http.StatusNotFound, errors.New(missing))
	default:
		h.fail(w, r, http.StatusInternalServerError, err)
	}
}

// of returns a database of a release that is served or kept.
func databaseOf(all []dynasette.Served, id, file string) (d *dynasette.Database, current bool) {
	i := slices.IndexFunc(all, func(s dynasette.Served) bool { return s.Release == id })
	if i < 0 {
		return nil, false
	}
	for j := range all[i].Databases {
		if d := &all[i].Databases[j]; d.File() == file {
			return d, all[i].Current
		}
	}
	return nil, false
}
