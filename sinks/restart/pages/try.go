package pages

import (
	"context"
	"fmt"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/redact"
)

// Try opens the databases of r, as Restart does, and closes them again.
func (s *Server) Try(ctx context.Context, r dynasette.Release) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.once.Do(s.start)
	now, done, ok := s.current.Acquire() // so that what is shared stays open
	if ok {
		defer done()
	}
	if shown, err := now.shows(r); shown || err != nil {
		return err
	}
	tried, err := s.openRelease(ctx, r, now)
	if err != nil {
		return fmt.Errorf("release %s: %w", r.ID, redact.Error(err))
	}
	tried.close()
	return nil
}
