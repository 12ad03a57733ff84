package pages

import (
	"context"

	"github.com/dynasette/dynasette"
)

// Try opens the databases of r, as Restart does, and closes them again.
func (s *Server) Try(ctx context.Context, r dynasette.Release) error {
	next, done, err := s.next(ctx, r)
	if err != nil || next == nil {
		return err
	}
	defer done()
	next.close()
	return nil
}
