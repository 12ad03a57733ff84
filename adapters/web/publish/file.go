package publish

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/adapters/web/access"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/look"
	"github.com/dynasette/dynasette/sources/shelf"
)

// Bounds of what is looked at before it is published: beyond them it is published unseen, and the pipeline,
// which has time, says what it finds.
const (
	maxSeen      = 32 << 20 // bytes of a file
	maxSeenPages = 256 << 20
	seenIn       = 10 * time.Second
)

type filePage struct {
	look.Layout
	File     shelf.File
	May      bool
	Live     *dynasette.Upload // which it would replace
	Rules    bool              // it has rules, and becomes no database
	Unseen   string            // why it was not looked at
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
}

// Over is the generation that publishing replaces.
func (p filePage) Over() string {
	if p.Live == nil {
		return dynasette.Absent
	}
	return p.Live.Generation
}

// file is the page of a file that waits: what it is taken for, and what it would change.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) {
	_, may := h.Access.Who(r)
	if !may { // nobody has published it yet
		http.Redirect(w, r, LoginPath, http.StatusSeeOther)
		return
	}
	f, err := h.Shelf.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		h.failed(w, r, err, "There is no such file: it may have been published, or thrown away.")
		return
	}
	p := filePage{Layout: h.layout(f.Name, look.At(f.Name, FilesPath+f.ID)), File: f, May: may}
	if live, err := h.Pipeline.Source.Stat(r.Context(), f.Name); err == nil {
		p.Live = &live
	} else if !errors.Is(err, dynasette.ErrNotFound) {
		h.failed(w, r, err, "")
		return
	}
	if err := h.see(r.Context(), &p); err != nil {
		h.failed(w, r, err, "")
		return
	}
	h.show(w, r, "file", p)
}

// see converts a file as publishing would, within bounds, and keeps nothing of it.
func (h *Handler) see(ctx context.Context, p *filePage) error {
	prospect, err := h.Pipeline.Prospect(ctx, "", "")
	if err != nil {
		return err
	}
	switch p.Rules = prospect.Rules(p.File.Name); {
	case p.Rules:
		return nil
	case !p.File.Complete():
		p.Unseen = "Not all of it has come yet: choose the same file again to go on."
		return nil
	case p.File.Size > maxSeen:
		p.Unseen = fmt.Sprintf("It is larger than %s, and is looked at once it is published. If that fails, what is served now stays.", look.Size(maxSeen))
		return nil
	}
	select {
	case h.seeing <- struct{}{}:
		defer func() { <-h.seeing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	doc, err := h.Shelf.Open(ctx, p.File.ID)
	if err != nil {
		return err
	}
	defer doc.Close()
	soon, cancel := context.WithTimeout(ctx, seenIn)
	defer cancel()
	kept := new(values.Scratch)
	defer kept.Close()
	in := &converter.Input{Name: p.File.Name, MediaType: p.File.MediaType, Size: p.File.Size, ReaderAt: doc}
	dst := &converter.Bounded{To: kept, Most: maxSeenPages}
	s, err := prospect.Convert(soon, in, dst, func(o *converter.Options) { o.SortMemory = 32 << 20 })
	switch {
	case err == nil:
		h.look(ctx, p, s.Tables, kept)
		return p.saw(ctx, prospect, s)
	case ctx.Err() != nil:
		return ctx.Err()
	case soon.Err() != nil || dst.Full():
		p.Unseen = "It takes long to convert, and is looked at once it is published. If that fails, what is served now stays."
		return nil
	case !converter.Permanent(err):
		return err
	}
	p.Why = err.Error()
	if at := (*converter.SyntaxError)(nil); errors.As(err, &at) {
		p.Hint = at.Hint
	}
	return nil
}

// saw notes what was found.
func (p *filePage) saw(ctx context.Context, prospect *dynasette.Prospect, s converter.Summary) error {
	if len(s.Documents) > 0 {
		p.Document = &s.Documents[0]
	}
	p.Tables = s.Tables[:min(len(s.Tables), shownTables)]
	p.More = len(s.Tables) - len(p.Tables)
	p.Findings, p.Left = findings(&s)
	if p.Live == nil {
		return nil
	}
	changes, held, err := prospect.Changes(ctx, p.File.Name, &s)
	if err != nil {
		return err
	}
	changes.Slug = p.File.Name
	p.Changes = dynasette.Diff{Databases: []dynasette.DatabaseDiff{changes}}.Lines()
	for _, b := range held {
		p.Breaches = append(p.Breaches, b.String())
	}
	return nil
}

// publish makes a file that waits an upload, over the one that its page has shown.
func (h *Handler) publish(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	ctx, cancel := lasting(r)
	defer cancel()
	u, err := h.Shelf.Publish(ctx, id, r.PostFormValue("over"))
	access.Note(r.Context(), "source", u.Name, "action", "publish", "generation", u.Generation)
	switch {
	case errors.Is(err, dynasette.ErrNotFound):
		h.fail(w, r, http.StatusNotFound, errors.New("there is no such file: it may have been published, or thrown away"))
	case errors.Is(err, dynasette.ErrChanged):
		http.Redirect(w, r, FilesPath+id, http.StatusSeeOther) // shows what it would replace now
	case errors.Is(err, dynasette.ErrUnfinished):
		h.fail(w, r, http.StatusConflict, err)
	case err != nil:
		h.failed(w, r, err, "")
	default:
		go h.Pipeline.Process(context.WithoutCancel(ctx), dynasette.Event{Name: u.Name}) // where no event tells of it; its state says how it went
		http.Redirect(w, r, sourceURL(u.Name), http.StatusSeeOther)
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
