package dynasette

import (
	"context"
	"fmt"
)

// Rollback has the server go to another release that is kept, and stay there until
// something is published (or withdrawn) that is new now: the databases, as they are, stay
// what they are, so whoever finds that one of them is wrong replaces or deletes the upload,
// and that makes a new release. It returns ErrNotFound if there is no such release.
func (p *Pipeline) Rollback(ctx context.Context, id string) error {
	p.start()
	waiting := func(context.Context) error { return nil }
	return p.withLease(ctx, waiting, func(ctx context.Context) error {
		m, _, err := p.readManifest(ctx, id)
		if err != nil {
			return fmt.Errorf("release %s: %w", id, err)
		}
		if m.Bad != "" {
			return &BadRelease{id, m.Bad}
		}
		if problems, err := p.lint(ctx, m, nil); err != nil {
			return err
		} else if len(problems) > 0 {
			return &BadRelease{id, joinProblems(problems)}
		}
		s, err := p.survey(ctx, nil)
		if err != nil {
			return err
		}
		if s.current.Release == id {
			return p.serve(ctx, id, true)
		}
		if err := p.serve(ctx, id, true); err != nil {
			return err
		}
		next := current{Release: id}
		if m.Fingerprint != s.fingerprint {
			next.InsteadOf = s.fingerprint
		}
		if err := p.point(ctx, s.current, next); err != nil {
			return err
		}
		p.log().InfoContext(ctx, "release served again", "release", id)
		return nil
	})
}
