package publish

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/sources/shelf"
)

type filePage struct {
	look.Layout
	File     shelf.File
	Live     *dynasette.Upload // which it would replace
	Rules    bool              // it has rules, and becomes no database
	News     []string          // what has become of what was asked for
	Alerts   []fault           // why that can't be
	Unseen   string            // why it was not looked at
	Sample   int64             // bytes that were, if that is not all
	Why      string            // why it can't be converted
	Hint     string
	Document *converter.DocumentSummary // the first
	Tables   []converter.TableSummary
	More     int
	Rows     []tableRows
	Differs  []difference // in values, from what is served
	Findings []finding
	Left     int
	Changes  []string
	Breaches []string
	Form     *form
	NoForm   string // why nothing can be chosen
	Name     control

	book book
}

// Over is the generation that publishing replaces.
func (p filePage) Over() string {
	if p.Live == nil {
		return dynasette.Absent
	}
	return p.Live.Generation
}

// Seen is what the page has seen of the rules.
func (p filePage) Seen() string { return p.book.seen }

// file is the page of a file that waits: what it is taken for, what can be chosen for it, and what it would change.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) {
	if _, may := h.Access.Who(r); !may { // nobody has published it yet
		http.Redirect(w, r, LoginPath, http.StatusSeeOther)
		return
	}
	if p, ok := h.waiting(w, r); ok {
		h.preview(w, r, p, nil)
	}
}

// choose is the page by what was chosen in its form.
func (h *Handler) choose(w http.ResponseWriter, r *http.Request) {
	if !h.parsed(w, r) {
		return
	}
	p, ok := h.waiting(w, r)
	if !ok {
		return
	}
	access.Note(r.Context(), "source", p.File.Name, "action", "preview")
	if p, ok = h.renamed(w, r, p); ok {
		h.preview(w, r, p, r.PostForm)
	}
}

// parsed reads a form, or sends a page that says why it can't be.
func (h *Handler) parsed(w http.ResponseWriter, r *http.Request) bool {
	err := r.ParseForm()
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		h.fail(w, r, http.StatusRequestEntityTooLarge, fmt.Errorf("the form has more than %s: say it in a dynasette.yaml", look.Size(tooLong.Limit)))
	} else if err != nil {
		h.fail(w, r, http.StatusBadRequest, err)
	}
	return err == nil
}

// waiting returns the page of a file that waits, with nothing seen yet; it reports false if it has sent another.
func (h *Handler) waiting(w http.ResponseWriter, r *http.Request) (p *filePage, ok bool) {
	ctx := r.Context()
	f, err := h.Shelf.Get(ctx, r.PathValue("id"))
	if err != nil {
		h.failed(w, r, err, "There is no such file: it may have been published, or thrown away.")
		return nil, false
	}
	name := dynasette.Printable(f.Name)
	p = &filePage{Layout: h.layout(name, look.At(name, FilesPath+f.ID)), File: f}
	p.Scripts = append(p.Scripts, previewScript)
	p.Name = control{ID: nameID, Label: "Published as", Value: f.Name}
	if live, err := h.Pipeline.Source.Stat(ctx, f.Name); err == nil {
		p.Live = &live
	} else if !errors.Is(err, dynasette.ErrNotFound) {
		h.failed(w, r, err, "")
		return nil, false
	}
	if p.book, err = h.bookOf(ctx, f.Name); err != nil {
		h.failed(w, r, err, "")
		return nil, false
	}
	p.Rules = p.book.prospect.Rules(f.Name)
	return p, true
}

// renamed gives the file the name that a form has for it.
func (h *Handler) renamed(w http.ResponseWriter, r *http.Request, p *filePage) (*filePage, bool) {
	name := r.PostForm.Get(nameID)
	if !r.PostForm.Has(nameID) || name == p.File.Name {
		return p, true
	}
	err := h.Shelf.SetName(r.Context(), p.File.ID, name)
	switch {
	case errors.Is(err, shelf.ErrName):
		p.Name.Value, p.Name.Fault = name, err.Error()
		p.Alerts = append(p.Alerts, fault{nameID, err.Error()})
		return p, true
	case err != nil:
		h.failed(w, r, err, "")
		return nil, false
	}
	access.Note(r.Context(), "name", name)
	if p, ok := h.waiting(w, r); ok {
		p.News = append(p.News, "Its name is "+name+" now. It is not published yet.")
		r.PostForm.Set(overID, p.Over()) // which nobody has seen yet
		r.PostForm.Set(seenID, p.book.seen)
		return p, true
	}
	return nil, false
}

// publish makes a file that waits an upload, over the one that its page has shown, after it has written what was chosen
// for it.
func (h *Handler) publish(w http.ResponseWriter, r *http.Request) {
	if !h.parsed(w, r) {
		return
	}
	id := r.PathValue("id")
	ctx, cancel := lasting(r)
	defer cancel()
	var written string // the file with rules
	if r.PostForm.Has(seenID) {
		p, ok := h.waiting(w, r)
		if !ok {
			return
		}
		if r.PostForm.Has(nameID) && r.PostForm.Get(nameID) != p.File.Name {
			if p, ok = h.renamed(w, r, p); ok { // nobody has seen what it is by that name
				h.preview(w, r, p, r.PostForm)
			}
			return
		}
		if written, ok = h.writeChosen(ctx, w, r, p); !ok {
			return
		}
	}
	u, err := h.Shelf.Publish(ctx, id, r.PostForm.Get(overID))
	access.Note(r.Context(), "source", u.Name, "action", "publish", "generation", u.Generation)
	if written != "" {
		access.Note(r.Context(), "rules", written)
	}
	if err == nil {
		go func(ctx context.Context) { // where no event tells of them; their states say how it went
			if written != "" {
				h.Pipeline.Process(ctx, dynasette.Event{Name: written})
			}
			h.Pipeline.Process(ctx, dynasette.Event{Name: u.Name})
		}(context.WithoutCancel(ctx))
		http.Redirect(w, r, sourceURL(u.Name), http.StatusSeeOther)
		return
	}
	if written != "" {
		go h.Pipeline.Process(context.WithoutCancel(ctx), dynasette.Event{Name: written})
		if p, ok := h.waiting(w, r); ok {
			p.Alerts = append(p.Alerts, fault{"", "What was chosen is written into " + written + ", but the file could not be published: " + err.Error()})
			h.preview(w, r, p, nil)
		}
		return
	}
	switch {
	case errors.Is(err, dynasette.ErrNotFound):
		h.fail(w, r, http.StatusNotFound, errors.New("there is no such file: it may have been published, or thrown away"))
	case errors.Is(err, dynasette.ErrChanged):
		http.Redirect(w, r, FilesPath+id, http.StatusSeeOther) // shows what it would replace now
	case errors.Is(err, dynasette.ErrUnfinished):
		h.fail(w, r, http.StatusConflict, err)
	default:
		h.failed(w, r, err, "")
	}
}

// discard throws a file that waits away.
func (h *Handler) discard(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	access.Note(r.Context(), "file", id, "action", "discard")
	if err := h.Shelf.Discard(r.Context(), id); err != nil {
		h.failed(w, r, err, "")
		return
	}
	http.Redirect(w, r, Path, http.StatusSeeOther)
}
