package handover

import (
	"context"
	"sync"

	"github.com/dynasette/dynasette"
)

// A Turn is for restarters that can't ask the server what it serves: they move it to one
// release at a time, and never back. The zero value is ready for use.
type Turn struct {
	once   sync.Once
	taken  chan struct{} // full while it is somebody's turn
	serves string        // the last release that the server was moved to; for whose turn it is
}

// Take waits for its turn, and returns what has to be called in the end, exactly once, with
// the result. The error is the context's, or a dynasette.NewerError.
func (t *Turn) Take(ctx context.Context, r dynasette.Release) (done func(error), err error) {
	t.once.Do(func() { t.taken = make(chan struct{}, 1) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case t.taken <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := r.Follows(t.serves); err != nil {
		<-t.taken
		return nil, err
	}
	return func(err error) {
		if err == nil {
			t.serves = r.ID
		}
		<-t.taken
	}, nil
}
