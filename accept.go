package dynasette

import (
	"context"
	"errors"
	"fmt"
)

// ErrNotHeld: no version of the upload is held back, or not the one that is named.
var ErrNotHeld = errors.New("no such version is held back")

// Accept lets a version of an upload through that a guard holds back, and returns when that is served,
// as Process does. An event that names a generation means that one and no other; else it is the one that is held now. It
// was made already, and is let through as it is: a Store is enough, as for Rollback.
func (p *Pipeline) Accept(ctx context.Context, e Event) (Result, error) {
	p.start()
	r, want, err := p.accept(ctx, e)
	if err == nil {
		var bad error
		r.Release, bad, err = p.publish(ctx, want, true)
		r = p.placed(r, bad)
		p.Wait()
	}
	p.report(ctx, r, err)
	return r, err
}

// accept makes what is held back the current database.
func (p *Pipeline) accept(ctx context.Context, e Event) (Result, *want, error) {
	r := Result{Name: e.Name, Action: Converted}
	unlock, err := p.names.lock(ctx, e.Name)
	if err != nil {
		return r, nil, err
	}
	defer unlock()
	for try := range tries {
		if err := pause(ctx, try); err != nil {
			return r, nil, err
		}
		rec, err := p.readRecord(ctx, e.Name)
		if err != nil {
			return r, nil, err
		}
		if rec.Held == nil || e.Generation != "" && e.Generation != rec.Held.Made.Generation {
			return r, nil, fmt.Errorf("%s: %w", shown(e.Name), ErrNotHeld)
		}
		c := rec.Held.Made
		if p.lost(ctx, &c) {
			return r, nil, fmt.Errorf("%s: its database is gone; it is made again by the next reconcile: %w", shown(e.Name), ErrNotHeld)
		}
		err = p.accepted(ctx, rec, &c)
		if !moved(err) {
			r.Summary = &c.Summary
			return r, serves(e.Name, c.Object), err
		}
	}
	return r, nil, fmt.Errorf("%s: %w again and again", shown(e.Name), ErrChanged)
}
