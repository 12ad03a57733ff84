package publish

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/look"
)

//go:embed static/preview.js
var previewJS string

var previewScript = look.NewAsset(Path+"static/preview.js", previewJS, "text/javascript; charset=utf-8")

// preview sends the page of a file with what becomes of it by a form; nil is what was chosen before.
func (h *Handler) preview(w http.ResponseWriter, r *http.Request, p *filePage, form url.Values) {
	if _, err := h.see(r.Context(), p, form); err != nil {
		h.failed(w, r, err, "")
		return
	}
	h.show(w, r, "file", *p)
}

// writeChosen writes what a form has chosen as rules, and returns the file that it is in, "" if there was nothing to
// write; or it sends the page that says why it can't, and reports false.
func (h *Handler) writeChosen(ctx context.Context, w http.ResponseWriter, r *http.Request, p *filePage) (file string, ok bool) {
	form := r.PostForm
	c := chosen(form, p.book.ours, h.Pipeline.Formats)
	asked := len(c.faults) > 0 || c.said.Entries() != p.book.ours.Entries()
	if !asked && p.Over() == form.Get(overID) && p.book.seen == form.Get(seenID) {
		return "", true
	}
	written, err := h.see(ctx, p, form)
	if err != nil {
		h.failed(w, r, err, "")
		return "", false
	}
	if len(p.Alerts) == 0 {
		file, err = h.write(ctx, p.File.Name, p.book.seen, written)
		switch {
		case err == nil:
			return file, true
		case errors.Is(err, errOtherwise), errors.Is(err, dynasette.ErrChanged):
			if p.book, err = h.bookOf(ctx, p.File.Name); err == nil {
				p.Alerts, p.News = nil, nil
				_, err = h.see(ctx, p, form)
			}
		case errors.Is(err, words.ErrNoPlace):
			p.Alerts, err = append(p.Alerts, fault{"", p.book.Name + ": " + err.Error()}), nil
		}
		if err != nil {
			h.failed(w, r, err, "")
			return "", false
		}
	}
	h.show(w, r, "file", *p)
	return "", false
}

// see converts a file as publishing would by what a form has chosen, within bounds, and keeps nothing of it. It returns what
// would be written of what was chosen.
func (h *Handler) see(ctx context.Context, p *filePage, form url.Values) (written words.Document, err error) {
	v := &view{filePage: p, quick: form != nil, handler: h}
	v.maker = maker{name: p.File.Name, formats: h.Pipeline.Formats, choices: choices{said: p.book.ours}}
	if form != nil {
		v.maker.choices = chosen(form, p.book.ours, h.Pipeline.Formats)
		if p.book.seen != form.Get(seenID) || p.Over() != form.Get(overID) {
			p.Alerts = append(p.Alerts, fault{"", "Something was changed meanwhile: the file that it would replace, or the rules for it. This is what is so now, with what you have chosen."})
		}
	}
	if p.Rules {
		return written, nil
	}
	if !p.File.Complete() {
		p.Unseen = "Not all of it has been received: choose the same file again on the first page, and the rest is sent."
		return written, nil
	}
	if p.book.prospect.Part(p.File.Name) {
		p.Unseen = "It is a part of a document of several files, as of a shapefile, and is read with that: publish all of them."
		return written, nil
	}
	select {
	case h.seeing <- struct{}{}:
		defer func() { <-h.seeing }()
	case <-ctx.Done():
		return written, ctx.Err()
	}
	doc, err := h.Shelf.Open(ctx, p.File.ID)
	if err != nil {
		return written, err
	}
	defer doc.Close()
	v.doc = doc
	written, err = v.see(ctx)
	p.Alerts = append(p.Alerts, v.maker.faults...)
	return written, err
}

// A view is a look at a file.
type view struct {
	*filePage
	maker
	handler *Handler
	quick   bool
	doc     dynasette.Document
	sample  sample
	format  string
	slow    bool
}

func (v *view) see(ctx context.Context) (written words.Document, err error) {
	now := v.book.prospect
	if v.book.Why != "" {
		v.NoForm = v.book.Why
		_, err := v.all(ctx, now)
		return written, err
	}
	without, err := words.Put(v.book.text, words.Document{Name: v.said.Name})
	if errors.Is(err, words.ErrNoPlace) {
		v.NoForm = fmt.Sprintf("%s: %v", v.book.Name, err)
		_, err := v.all(ctx, now)
		return written, err
	}
	if err != nil {
		return written, err
	}
	if v.others, err = v.handler.prospect(ctx, v.book, without); err != nil {
		return written, err
	}
	written = v.said
	written.Tables = nil
	settled, err := v.with(ctx, without, written)
	if err != nil {
		return written, err
	}
	f := &form{Book: v.book.Name, Types: converter.FieldTypes()}
	own, err := v.convert(ctx, settled, nil, itself)
	if err != nil {
		return written, err
	}
	facts, formats := []converter.Fact(nil), []string{v.format}
	if own != nil && len(own.Documents) > 0 {
		facts, formats = own.Documents[0].Facts, words.FormatsIn(v.formats, own.Documents[0])
	}
	f.Options = v.options(formats, facts)
	v.spellings(f)
	f.Open = len(v.faults) > 0 || !written.Empty()
	var tables []converter.TableSummary
	more := own == nil || v.sample.cut() && v.format == "ndjson"
	if own != nil && !own.Copied {
		tables = own.Tables
	}
	written.Tables = v.tables(f, tables, more)
	if own == nil || !own.Copied {
		v.Form = f
	}
	f.Entries = written.Entries()
	if own == nil { // nor with more said of it
		if f.Open {
			v.blame()
		}
		return written, nil
	}
	full, err := v.with(ctx, without, written)
	if err != nil {
		return written, err
	}
	made, err := v.all(ctx, full)
	if err == nil && made != nil {
		f.become(made, v.File.Name)
	}
	return written, err
}

// with is by a text and what is chosen; if that can't be, it is said, and the text alone counts.
func (v *view) with(ctx context.Context, text string, d words.Document) (*dynasette.Prospect, error) {
	put, err := words.Put(text, d)
	if err == nil {
		text = put
	} else {
		v.Alerts = append(v.Alerts, fault{"", fmt.Sprintf("%s: %v", v.book.Name, err)})
	}
	prospect, err := v.handler.prospect(ctx, v.book, text)
	if faults := (rules.Faults)(nil); errors.As(err, &faults) {
		for _, f := range faults {
			v.Alerts = append(v.Alerts, fault{"", f.Message})
		}
		return v.others, nil
	}
	return prospect, err
}

// all notes what becomes of the file.
func (v *view) all(ctx context.Context, prospect *dynasette.Prospect) (*converter.Summary, error) {
	kept := new(values.Scratch)
	defer kept.Close()
	s, err := v.convert(ctx, prospect, kept, nil)
	if err != nil || s == nil {
		if v.Form != nil && v.Form.Entries != "" {
			v.blame()
		}
		return nil, err
	}
	v.handler.look(ctx, v.filePage, s.Tables, kept)
	return s, v.saw(ctx, prospect, *s)
}

// blame says that it is what is chosen that a file can't be converted with.
func (v *view) blame() {
	if v.Why != "" {
		v.Alerts = append(v.Alerts, fault{"", "With what is chosen it can't be converted: " + v.Why})
		v.Why, v.Hint = "", ""
	}
}

// convert returns what a file becomes; nil if it can't be seen, or converted, which is noted.
func (v *view) convert(ctx context.Context, prospect *dynasette.Prospect, to converter.Destination, change func(*converter.Options)) (*converter.Summary, error) {
	if v.slow {
		return nil, nil
	}
	var err error
	if v.format == "" {
		v.sample, v.format, err = sampleOf(v.File, v.doc, prospect, v.quick)
	}
	var s converter.Summary
	if err == nil {
		s, err = convert(ctx, prospect, v.sample, to, change)
		if errors.Is(err, errSlow) && !v.sample.cut() && v.sample.lined(v.format) {
			if v.sample, err = v.sample.beginning(); err == nil {
				s, err = convert(ctx, prospect, v.sample, to, change)
			}
		}
	}
	switch {
	case err == nil:
		if v.sample.cut() {
			v.Sample = v.sample.size
		}
		return &s, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errSlow):
		v.slow = true
		v.Unseen = "It is large, or takes long to convert, and is looked at once it is published. If that fails, what is served now stays."
	case converter.Permanent(err):
		v.Why, v.Hint = err.Error(), ""
		if at := (*converter.SyntaxError)(nil); errors.As(err, &at) {
			v.Hint = at.Hint
		}
	default:
		return nil, err
	}
	return nil, nil
}

// itself has a document converted with the tables and columns that it has by itself: what is said of these is left out, but
// for their names, by which a header may be found.
func itself(o *converter.Options) {
	rules := o.Rules
	o.Rules = func(name string) converter.Rule {
		r := rules(name)
		of := r.Table
		r.Tables, r.OneTable = nil, nil
		if of != nil {
			r.Table = func(name string, place int) converter.TableRule {
				said := of(name, place)
				plain := converter.TableRule{Skip: said.Skip, Name: said.Name, Settings: said.Settings, Places: said.Places}
				for _, f := range said.Fields {
					plain.Fields = append(plain.Fields, converter.FieldRule{Name: f.Name, Aliases: f.Aliases})
				}
				return plain
			}
		}
		return r
	}
}

// saw notes what was found.
func (p *filePage) saw(ctx context.Context, prospect *dynasette.Prospect, s converter.Summary) error {
	if len(s.Documents) > 0 {
		p.Document = &s.Documents[0]
	}
	p.Tables = s.Tables[:min(len(s.Tables), shownTables)]
	p.More = len(s.Tables) - len(p.Tables)
	p.Findings, p.Left = findings(&s)
	if p.Live == nil || p.Sample > 0 {
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
