package dynasette

import (
	"context"
	"fmt"
	"slices"
)

// Rollback has the server go to a release of the databases of another one that is kept, and
// stay there until something is published (or withdrawn) that is new now: the records, as
// they are, stay what they are, so whoever finds that one of the databases is wrong replaces
// or deletes the upload, and that makes a new release. It returns ErrNotFound if there is no
// such release, and else the ID of the one that is served now.
func (p *Pipeline) Rollback(ctx context.Context, id string) (now string, err error) {
	p.start()
	waiting := func(context.Context) error { return nil }
	err = p.withLease(ctx, waiting, func(ctx context.Context) error {
		s, err := p.survey(ctx, false)
		if err != nil {
			return err
		}
		kept := slices.ContainsFunc(s.at.Kept, func(k kept) bool { return k.Release == id })
		old, err := p.manifest(ctx, id)
		if err != nil {
			return err
		}
		if old == nil || !kept && id != s.at.Release {
			return fmt.Errorf("release %s: %w", id, ErrNotFound)
		}
		if now = id; id == s.at.Release && s.at.Trying == "" {
			return p.serve(ctx, old)
		}
		m := &maker{p: p, s: s, at: s.at, served: s.served}
		to := plan{databases: old.Databases, base: s.base, of: id}
		if s.fingerprint(to.databases, to.base) != s.identity {
			to.insteadOf = s.identity
		}
		refused, err := m.attempt(ctx, to)
		if refused != nil {
			return fmt.Errorf("release %s can't be served again: %w", id, refused)
		}
		now = m.at.Release
		return err
	})
	return now, err
}
