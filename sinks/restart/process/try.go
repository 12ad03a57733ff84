package process

import (
	"context"
	"fmt"
	"time"

	"github.com/dynasette/dynasette"
)

// keepTried is how long a program is kept that a Try has started.
const keepTried = 2 * time.Minute

// tried is a healthy program that gets no requests yet.
type tried struct {
	*backend
	taken chan struct{} // closed by whoever takes it
}

// Try starts the program on a folder of r and waits until it is healthy, as Restart does,
// and keeps it for a while: a Restart to r then only switches to it. What is served stays. Of
// several only the last one is kept.
func (s *Server) Try(ctx context.Context, r dynasette.Release) error {
	give, err := s.begin(ctx, r)
	if err != nil || give == nil {
		return err
	}
	defer give()
	if t := s.tried; t != nil && t.runs(r) {
		return nil
	}
	s.stopTried()
	b, err := s.start(ctx, r)
	if err != nil {
		return fmt.Errorf("release %s: %w", r.ID, err)
	}
	t := &tried{b, make(chan struct{})}
	s.tried = t
	s.background.Go(func() {
		timer := time.NewTimer(keepTried)
		defer timer.Stop()
		select {
		case <-t.taken:
			return
		case <-timer.C:
		case <-t.child.done:
		case <-s.ctx.Done():
		}
		s.restarting <- struct{}{}
		if s.tried == t {
			s.stopTried()
		}
		<-s.restarting
	})
	return nil
}

// runs reports whether b is a running program of r.
func (b *backend) runs(r dynasette.Release) bool {
	return b.release.ID == r.ID && b.release.Location == r.Location && !b.child.ended()
}

// takeTried returns the program that was tried for r, if there is one. It is called by
// whoever holds restarting, and so is stopTried.
func (s *Server) takeTried(r dynasette.Release) *backend {
	t := s.tried
	if t == nil || !t.runs(r) {
		s.stopTried()
		return nil
	}
	close(t.taken)
	s.tried = nil
	return t.backend
}

func (s *Server) stopTried() {
	if t := s.tried; t != nil {
		close(t.taken)
		s.tried = nil
		t.stop(s.stopTimeout())
	}
}
