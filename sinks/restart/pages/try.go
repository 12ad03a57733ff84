package pages

import (
	"context"

	"github.com/dynasette/dynasette"
)

// Try opens the databases of r, as Restart does, and closes them again.
func (s *Server) Try(ctx context.Context, r dynasette.Release) error {
	now, done, ok := s.current.Acquire()
	if ok {
		defer done()
		switch {
		case now.ID == r.ID && now.Location == r.Location:
			return nil
		case now.ID > r.ID:
			return &dynasette.NewerError{Release: now.ID}
		}
	}
	tried, err := openRelease(ctx, r, now)
	if err != nil {
		return err
	}
	tried.close()
	return nil
}
