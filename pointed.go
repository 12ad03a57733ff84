package dynasette

import (
	"context"
	"fmt"
)

// Pointed returns the release that the Store's pointer names, for a server that follows it;
// ErrNotFound if there is none yet.
func (p *Pipeline) Pointed(ctx context.Context) (Release, error) {
	at, err := p.readPointer(ctx)
	if err != nil {
		return Release{}, err
	}
	if at.Release == "" {
		return Release{}, fmt.Errorf("%s: %w", p.Store.Location(pointerName), ErrNotFound)
	}
	return p.ReleaseOf(ctx, at.Release)
}

// ReleaseOf returns the release of that ID, served, kept or being tried; ErrNotFound if
// there is none.
func (p *Pipeline) ReleaseOf(ctx context.Context, id string) (Release, error) {
	m, err := p.manifest(ctx, id)
	if err != nil {
		return Release{}, err
	}
	if m == nil {
		return Release{}, fmt.Errorf("release %s: %w", id, ErrNotFound)
	}
	return p.toServe(m), nil
}

// toServe returns what a Restarter is given.
func (p *Pipeline) toServe(m *Manifest) Release {
	return Release{
		ID: m.Release, Location: p.Store.Location(folderName(m.Release)), Store: p.Store.Location(""), Manifest: m,
	}
}
