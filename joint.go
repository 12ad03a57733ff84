package dynasette

import (
	"context"
	"sync"
)

// A joint is work that is done for whoever asks, once for all who asked before it began.
type joint[T any] struct {
	mu      sync.Mutex
	current *jointly[T]
	next    *jointly[T]
}

// jointly is one time that it is done.
type jointly[T any] struct {
	done   chan struct{}
	result T
	err    error
	given  bool // whoever did it has given it up
}

func (j *joint[T]) run(ctx context.Context, do func() (T, error)) (T, error) {
	var none T
	for {
		j.mu.Lock()
		if j.current == nil {
			l := j.next
			if l == nil {
				l = &jointly[T]{done: make(chan struct{})}
			}
			j.current, j.next = l, nil
			j.mu.Unlock()
			l.result, l.err = do()
			j.mu.Lock()
			l.given = ctx.Err() != nil
			j.current = nil
			j.mu.Unlock()
			close(l.done)
			return l.result, l.err
		}
		// What is under way may have begun too early.
		if j.next == nil {
			j.next = &jointly[T]{done: make(chan struct{})}
		}
		current, next := j.current, j.next
		j.mu.Unlock()
		select {
		case <-current.done:
		case <-ctx.Done():
			return none, ctx.Err()
		}
		j.mu.Lock()
		mine := j.next == next // nobody has begun it
		j.mu.Unlock()
		if mine {
			continue
		}
		select {
		case <-next.done:
			if next.err != nil && next.given {
				continue
			}
			return next.result, next.err
		case <-ctx.Done():
			return none, ctx.Err()
		}
	}
}
