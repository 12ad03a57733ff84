package publish

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/internal/pattern"
)

const sourcesPath = Path + "sources/"

// sourceURL is the page of an upload, whatever that is called.
func sourceURL(name string) string { return sourcesPath + url.PathEscape(name) }

// An item is a source as pages show it.
type item struct {
	dynasette.State
	data string // Handler.Data
}

// Name is what people call it: of several files that are one database, what the database is called.
func (i item) Name() string {
	if name := strings.TrimSuffix(i.Source, "/"); name != "" {
		return dynasette.Printable(name)
	}
	return i.Source
}

// Set reports whether it is several files.
func (i item) Set() bool { return strings.HasSuffix(i.Source, "/") }

// URL is that of its page.
func (i item) URL() string { return sourceURL(i.Source) }

// Data is where its data is shown, "" if it is not here.
func (i item) Data() string {
	if i.Served == nil || i.data == "" {
		return ""
	}
	return i.data + i.Served.Slug
}

// Why says what is the matter.
func (i item) Why() string { return why(i.State) }

// Kind is the class of its badge.
func (i item) Kind() string {
	switch {
	case i.Phase.Troubled():
		return "bad"
	case i.Phase.UnderWay():
		return "busy"
	case i.Phase == dynasette.PhasePublished, i.Phase == dynasette.PhaseFollowed:
		return "good"
	}
	return ""
}

// TableURL is where a table is shown, or its database if the table's name needs escaping of Datasette's own kind.
func (i item) TableURL(name string) string {
	if data := i.Data(); data != "" && plainName().MatchString(name) {
		return data + "/" + name
	}
	return i.Data()
}

var plainName = pattern.New(`^[A-Za-z0-9_-]+$`)

type sourcePage struct {
	look.Layout
	item
	Detail   dynasette.Detail
	May      bool
	Notice   string
	Tables   []converter.TableSummary
	More     int
	Findings []finding
	Left     int
	Versions []dynasette.Version // the latest first
	Charts   []chart
	Spreads  []tableSpread
	Differs  []difference // in values, if what is held back were served
}

type finding struct{ Severity, Document, Text string }

const (
	shownTables   = 50
	shownFindings = 50
)

// findings returns the first of what was found, and how many more there are.
func findings(s *converter.Summary) (first []finding, left int) {
	for name, f := range s.Findings() {
		if len(first) == shownFindings {
			left++
			continue
		}
		first = append(first, finding{f.Severity.String(), name, f.String()})
	}
	return first, left
}

// Held is why a newer version is held back; nil if none is.
func (p sourcePage) Held() *dynasette.Hold {
	if p.Failure == nil || p.Phase != dynasette.PhaseHeld {
		return nil
	}
	return p.Failure.Held
}

// Breaches says why it is.
func (p sourcePage) Breaches() []string { return breaches(p.Failure.Held) }

// Changes says what the version that is held back would change.
func (p sourcePage) Changes() []string {
	h := p.Held()
	if h == nil {
		return nil
	}
	d := h.Changes
	if d.Slug = p.Source; p.Served != nil {
		d.Slug = p.Served.Slug
	}
	return dynasette.Diff{Databases: []dynasette.DatabaseDiff{d}}.Lines()
}

// Live reports whether a page without JavaScript should load itself again.
func (p sourcePage) Live() bool { return p.Phase.UnderWay() }

// source is the page of one source, or the file itself.
func (h *Handler) source(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	d, err := h.Pipeline.State(r.Context(), name)
	if err != nil {
		h.failed(w, r, err, "There is no such file, and none of it is kept.")
		return
	}
	if r.URL.Query().Has("download") {
		h.original(w, r, d, cmp.Or(r.URL.Query().Get("download"), name))
		return
	}
	_, may := h.Access.Who(r)
	p := sourcePage{item: item{d.State, h.Data}, Detail: d, May: may, Notice: noticeOf(r)}
	p.Layout = h.layout(p.Name(), look.At(p.Name(), p.URL()))
	p.Layout.Scripts = []look.Asset{stateScript}
	if s := d.Summary; s != nil {
		p.Tables = s.Tables[:min(len(s.Tables), shownTables)]
		p.More = len(s.Tables) - len(p.Tables)
		p.Findings, p.Left = findings(s)
	}
	p.Charts = chartsOf(d.Versions)
	if may || h.Data != "" { // else who may see the data is not decided here
		p.Spreads = h.spread(r.Context(), d.Served)
	}
	if may && p.Held() != nil { // nobody else sees what is not published
		p.Differs = h.compareHeld(r.Context(), d.Served, d.Held)
	}
	p.Versions = slices.Clone(d.Versions)
	slices.Reverse(p.Versions)
	h.show(w, r, "source", p)
}

// accept lets the version through that the page showed as held back.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	access.Note(r.Context(), "source", name, "action", "accept")
	generation := r.PostFormValue("generation")
	if generation == "" {
		h.fail(w, r, http.StatusBadRequest, errors.New("which version is to be accepted is not said"))
		return
	}
	ctx, cancel := lasting(r)
	defer cancel()
	result, err := h.Pipeline.Accept(ctx, dynasette.Event{Name: name, Generation: generation})
	switch err = cmp.Or(err, result.Err); {
	case errors.Is(err, dynasette.ErrNotHeld):
		h.fail(w, r, http.StatusConflict, fmt.Errorf("%w: it was replaced meanwhile, or somebody has accepted it already", err))
	case err != nil:
		h.fail(w, r, http.StatusInternalServerError, err)
	default:
		access.Note(r.Context(), "release", result.Release)
		http.Redirect(w, r, sourceURL(name)+"?done=accepted", http.StatusSeeOther)
	}
}
