// Package handover passes requests from what serves one release to what serves the next,
// without dropping any: a request keeps what it began with, and the old one is let go of
// only when its last request is done.
package handover

import "sync"

// A Handover holds the value that new requests use. The zero value holds none. It is safe
// for concurrent use.
type Handover[T any] struct {
	mu      sync.Mutex
	current *holder[T]
}

type holder[T any] struct {
	value   T
	users   int
	retired bool
	idle    chan struct{} // closed once retired and unused
}

// Acquire returns the current value, to be used until done is called, exactly once.
// Without a current value ok is false and done is nil.
func (h *Handover[T]) Acquire() (value T, done func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return value, nil, false
	}
	held := h.current
	held.users++
	return held.value, func() { h.leave(held) }, true
}

// Current returns the current value, for a look at it.
func (h *Handover[T]) Current() (value T, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return value, false
	}
	return h.current.value, true
}

// Swap makes next the current value. It returns the one that was, if had is true, and a
// channel that is closed once no request uses that one any more.
func (h *Handover[T]) Swap(next T) (old T, idle <-chan struct{}, had bool) {
	return h.swap(&holder[T]{value: next, idle: make(chan struct{})})
}

// Clear leaves no current value. What it returns is as for Swap.
func (h *Handover[T]) Clear() (old T, idle <-chan struct{}, had bool) {
	return h.swap(nil)
}

func (h *Handover[T]) swap(next *holder[T]) (old T, idle <-chan struct{}, had bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	prev := h.current
	h.current = next
	if prev == nil {
		return old, nil, false
	}
	prev.retired = true
	if prev.users == 0 {
		close(prev.idle)
	}
	return prev.value, prev.idle, true
}

func (h *Handover[T]) leave(held *holder[T]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	held.users--
	if held.retired && held.users == 0 {
		close(held.idle)
	}
}
