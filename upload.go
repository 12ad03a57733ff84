package dynasette

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// tries is how often an upload is looked at that keeps changing, before the event is
// refused.
const tries = 6

// A want is what somebody waits for: that a release is served which fulfils it.
type want func(*Manifest) bool

// bring makes the database of one upload what the live upload says, whatever the event
// was. It returns what to wait for, if there is something.
func (p *Pipeline) bring(ctx context.Context, e Event) (Result, want, error) {
	r := Result{Name: e.Name, Action: Skipped}
	if p.ignores(e.Name) {
		return r, nil, nil
	}
	if r.Slug = p.slug(e.Name); !utf8.ValidString(e.Name) {
		// Nothing that is written about it could name it.
		r.Action, r.Err = Failed, fmt.Errorf("%q: %w: its name is not UTF-8", e.Name, converter.ErrUnsupported)
		return r, nil, nil
	}
	unlock, err := p.names.lock(ctx, e.Name)
	if err != nil {
		return r, nil, err
	}
	defer unlock()
	defer p.busy.begin()()
	var done Result // what was done last
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return r, nil, err
		}
		found, want, err := p.look(ctx, e, r)
		switch {
		case errors.Is(err, ErrChanged), errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return r, nil, err
		case found.acted:
			// Look again whether that is still right, whatever the event was about.
			done, e = found.Result, Event{Name: e.Name}
			continue
		case done.Action == Converted && found.Action == Current,
			done.Action == Withdrawn && found.Action == Skipped,
			done.Action == Failed && found.Action == Failed:
			return done, want, nil
		}
		return found.Result, want, nil
	}
	return r, nil, fmt.Errorf("%s: %w again and again", e.Name, ErrChanged)
}

// pause waits a little before another try.
func pause(ctx context.Context, try int) error {
	if try < 2 { // the second one is the look at what the first one has done
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Millisecond << (2 * try)):
		return nil
	}
}

func (p *Pipeline) ignores(name string) bool {
	if p.Ignored != nil {
		return p.Ignored(name)
	}
	return Ignored(name)
}

func (p *Pipeline) slug(name string) string {
	if p.Slug != nil {
		return p.Slug(name)
	}
	return Slug(name)
}

// A finding is what a look has found, or done.
type finding struct {
	Result
	acted bool
}

// look compares the upload with its database once and acts on the difference. An error
// that is ErrChanged or ErrNotFound means that either has changed meanwhile.
func (p *Pipeline) look(ctx context.Context, e Event, r Result) (finding, want, error) {
	nothing := func(a Action, err error) finding {
		r.Action, r.Err = a, err
		return finding{Result: r}
	}
	did := func(a Action, err error) finding {
		r.Action, r.Err = a, err
		return finding{Result: r, acted: true}
	}
	// First the database and the record of a failure, then the upload: whoever replaces
	// them after this did so knowing at least what we are about to see, and our
	// preconditions will then fail.
	db, err := p.Store.Stat(ctx, databaseName(r.Slug))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return finding{}, nil, err
	}
	failure, recorded, err := p.readFailure(ctx, e.Name)
	if err != nil {
		return finding{}, nil, err
	}
	up, err := p.Source.Stat(ctx, e.Name)
	switch {
	case errors.Is(err, ErrNotFound):
		gone := func(m *Manifest) bool { return m.find(r.Slug) == nil }
		if err := p.clearFailure(ctx, e.Name, recorded); err != nil {
			return finding{}, nil, err
		}
		if db.Metadata[metaSource] != e.Name {
			return nothing(Skipped, nil), gone, nil
		}
		return did(Withdrawn, nil), gone, p.withdraw(ctx, r.Slug, db)
	case err != nil:
		return finding{}, nil, err
	case e.Deleted, e.Generation != "" && e.Generation != up.Generation:
		// About another generation: the live one has, or will have, an event of its own.
		return nothing(Skipped, nil), nil, nil
	case p.current(db, up) && !e.anew:
		return nothing(Current, nil), serves(r.Slug, db), p.clearFailure(ctx, e.Name, recorded)
	case failure.of(up, p.build):
		return nothing(Failed, failure), nil, nil
	case db.Metadata[metaSource] != "" && db.Metadata[metaSource] != up.Name:
		err = fmt.Errorf("%w: its name %s is in use by %q", converter.ErrUnsupported, r.Slug, db.Metadata[metaSource])
	default:
		r.Summary, err = p.convert(ctx, up, r.Slug, db)
	}
	switch {
	case err == nil:
		return did(Converted, nil), nil, p.clearFailure(ctx, e.Name, recorded)
	case errors.Is(err, ErrChanged), errors.Is(err, ErrNotFound), ctx.Err() != nil, !converter.Permanent(err):
		return finding{}, nil, err
	}
	return did(Failed, err), nil, p.recordFailure(ctx, up, err, recorded)
}

// current reports whether a database is what would be made of the upload.
func (p *Pipeline) current(db Object, up Upload) bool {
	m := db.Metadata
	return m[metaSource] == up.Name && m[metaGeneration] == up.Generation && m[metaConverter] == p.build
}

// withdraw removes a database, and what is known about it.
func (p *Pipeline) withdraw(ctx context.Context, slug string, db Object) error {
	if err := p.Store.Delete(ctx, db.Name, db.Generation); err != nil {
		return err
	}
	p.dropDescription(ctx, slug, db)
	return nil
}

// serves is to wait for a database.
func serves(slug string, db Object) want {
	return func(m *Manifest) bool {
		d := m.find(slug)
		return d != nil && d.Generation == db.Generation
	}
}
