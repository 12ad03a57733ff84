package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
)

// A Report says what a Mend or Reconcile has found and done.
type Report struct {
	Uploads   int    `json:"uploads"`   // that were looked at
	Current   int    `json:"current"`   // whose database was as it should be
	Converted int    `json:"converted"` // whose database was made
	Withdrawn int    `json:"withdrawn"` // databases whose upload is gone
	Failed    int    `json:"failed"`    // that can't be converted: see errors/ in the Store
	Release   string `json:"release,omitempty"`
}

func (r *Report) count(a Action) {
	switch a {
	case Current:
		r.Current++
	case Converted:
		r.Converted++
	case Withdrawn:
		r.Withdrawn++
	case Failed:
		r.Failed++
	}
}

// Mend compares the uploads with the databases and makes the databases what the uploads
// say, without a release. If only is not nil, it looks at names for which only is true: so
// that the work can be split, by a hash of the name. An error about one upload doesn't
// keep Mend from the others.
func (p *Pipeline) Mend(ctx context.Context, only func(name string) bool) (Report, error) {
	p.start()
	m := &mender{p: p, work: make(chan Event)}
	err := m.mend(ctx, only)
	return m.report, err
}

// A mender looks at uploads, several at a time.
type mender struct {
	p     *Pipeline
	work  chan Event
	given atomic.Bool // all there is to do is under way

	mu     sync.Mutex
	report Report
	errs   []error
}

func (m *mender) mend(ctx context.Context, only func(name string) bool) error {
	p := m.p
	have, misplaced, err := p.inventory(ctx, only)
	if err != nil {
		return err
	}
	var workers sync.WaitGroup
	for range cap(p.slots) * 2 { // some wait for the Store while others convert
		workers.Go(func() { m.run(ctx) })
	}
	give := func(e Event) error {
		select {
		case m.work <- e:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err = p.Source.List(ctx, func(up Upload) error {
		if p.ignores(up.Name) || only != nil && !only(up.Name) {
			return nil
		}
		h := have[up.Name]
		delete(have, up.Name)
		m.see()
		if h.described && !h.failed && p.current(h.db, up) {
			m.count(Current)
			return nil
		}
		return give(Event{Name: up.Name, anew: h.db.Name != "" && !h.described})
	})
	if err == nil { // else the listing may lack what is there
		for name := range have {
			if err = give(Event{Name: name}); err != nil {
				break
			}
		}
	}
	m.given.Store(true)
	close(m.work)
	workers.Wait()
	if err == nil {
		err = p.removeAll(ctx, misplaced)
	}
	if err == nil {
		err = p.sweep(ctx)
	}
	return errors.Join(append(m.errs, err)...)
}

// had is what the Store has of an upload.
type had struct {
	db        Object
	described bool
	failed    bool
}

// inventory returns what the Store has, by the upload's name, and the databases that lie
// under another name than Slug gives them now.
func (p *Pipeline) inventory(ctx context.Context, only func(string) bool) (have map[string]had, misplaced []Object, err error) {
	have = map[string]had{}
	described := map[string]bool{}
	if err := p.Store.List(ctx, "databases/", func(o Object) error {
		name := o.Metadata[metaSource]
		switch {
		case strings.HasSuffix(o.Name, ".json"):
			described[o.Name] = true
		case name == "" || only != nil && !only(name):
		case o.Name != databaseName(p.slug(name)):
			misplaced = append(misplaced, o)
		default:
			have[name] = had{db: o}
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	for name, h := range have {
		slug := strings.TrimSuffix(strings.TrimPrefix(h.db.Name, "databases/"), ".db")
		h.described = described[descriptionName(slug, h.db.Metadata[metaBuild])]
		have[name] = h
	}
	err = p.Failures(ctx, func(f Failure) error {
		if only == nil || only(f.Source) {
			h := have[f.Source]
			h.failed = true
			have[f.Source] = h
		}
		return nil
	})
	return have, misplaced, err
}

func (m *mender) see() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.Uploads++
}

func (m *mender) count(a Action) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.count(a)
}

func (m *mender) run(ctx context.Context) {
	for e := range m.work {
		r, _, err := m.p.bring(ctx, e)
		m.p.report(ctx, r, err)
		m.mu.Lock()
		if err != nil {
			m.errs = append(m.errs, err)
		} else {
			m.report.count(r.Action)
		}
		m.mu.Unlock()
	}
}

// A Served is a release, and what it is.
type Served struct {
	Manifest
	Current bool // it is the one that is served
}

// Releases returns all releases that are kept or marked as bad, the latest first.
func (p *Pipeline) Releases(ctx context.Context) ([]Served, error) {
	all, err := p.readShelf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := p.readCurrent(ctx)
	if err != nil {
		return nil, err
	}
	var list []Served
	for _, id := range all.later("") {
		m, _, err := p.readManifest(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			continue // not one of ours
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Served{*m, id == c.Release})
	}
	return list, nil
}
