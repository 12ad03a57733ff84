package publish

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Bounds of what is found out about databases for pages.
const (
	memoIn   = 3 * time.Second
	memoKept = 50
)

// A memo remembers what was found out about databases, which never change, and finds out one thing at a time.
type memo[T any] struct {
	mu     sync.Mutex
	known  map[string]T
	recent []string // keys of known, the oldest first
	turn   chan struct{}
}

func newMemo[T any]() *memo[T] { return &memo[T]{known: map[string]T{}, turn: make(chan struct{}, 1)} }

// get returns what is known by a key, or is found out now; nothing if that can't be in time. What took too long is not
// tried again.
func (m *memo[T]) get(ctx context.Context, key string, find func(ctx context.Context) T) (found T) {
	ctx, cancel := context.WithTimeout(ctx, memoIn)
	defer cancel()
	if found, ok := m.recall(key); ok {
		return found
	}
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return found
	}
	if found, ok := m.recall(key); ok {
		return found
	}
	if found = find(ctx); !errors.Is(ctx.Err(), context.Canceled) { // else who asked is gone
		m.keep(key, found)
	}
	return found
}

func (m *memo[T]) recall(key string) (found T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok = m.known[key]
	return found, ok
}

func (m *memo[T]) keep(key string, found T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.recent) == memoKept {
		delete(m.known, m.recent[0])
		m.recent = m.recent[1:]
	}
	m.known[key] = found
	m.recent = append(m.recent, key)
}
