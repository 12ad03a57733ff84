// Package pool keeps only some things open at a time: there may be more of them than a
// process may open, or has memory for.
package pool

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// A Pool has items, of which at most Limit are open, besides those in use. Beyond that, those
// are closed that were not used for the longest time.
type Pool[T io.Closer] struct {
	Limit int

	mu   sync.Mutex
	open []*Item[T] // the one used last at the end
}

// An Item is opened when it is used, and again if it was closed meanwhile.
type Item[T io.Closer] struct {
	pool    *Pool[T]
	open    func() (T, error)
	opening sync.Mutex // held to open it once

	// Held by pool.mu:
	value  T
	isOpen bool
	users  int
	errs   []error // of closing
}

// New returns an item, which is not open yet.
func (p *Pool[T]) New(open func() (T, error)) *Item[T] { return &Item[T]{pool: p, open: open} }

// Opened returns an item that is open already, as value; open opens it again.
func (p *Pool[T]) Opened(value T, open func() (T, error)) *Item[T] {
	i := &Item[T]{pool: p, open: open, value: value, isOpen: true}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, i)
	p.trim()
	return i
}

// Open returns how many items are open.
func (p *Pool[T]) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

// Use calls fn with the item open. Many may use it at a time.
func (i *Item[T]) Use(fn func(T) error) error {
	value, err := i.acquire()
	if err != nil {
		return err
	}
	defer i.release()
	return fn(value)
}

func (i *Item[T]) acquire() (T, error) {
	i.opening.Lock()
	defer i.opening.Unlock()
	p := i.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if !i.isOpen {
		p.mu.Unlock() // others need not wait for this one
		value, err := i.open()
		p.mu.Lock()
		if err != nil {
			return value, err
		}
		i.value, i.isOpen = value, true
		p.open = append(p.open, i)
	}
	i.users++
	return i.value, nil
}

func (i *Item[T]) release() {
	p := i.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	i.users--
	if at := slices.Index(p.open, i); at != len(p.open)-1 {
		p.open = append(slices.Delete(p.open, at, at+1), i)
	}
	p.trim()
}

// trim closes what is open beyond the limit and nobody uses. mu is held.
func (p *Pool[T]) trim() {
	for at := 0; at < len(p.open) && len(p.open) > p.Limit; {
		if idle := p.open[at]; idle.users == 0 {
			idle.close()
		} else {
			at++
		}
	}
}

// close closes the item for now. pool.mu is held.
func (i *Item[T]) close() {
	var none T
	i.errs = append(i.errs, i.value.Close())
	i.value, i.isOpen = none, false
	i.pool.open = slices.DeleteFunc(i.pool.open, func(o *Item[T]) bool { return o == i })
}

// Close closes the item, which nobody uses any more, and returns whatever closing it has
// come to.
func (i *Item[T]) Close() error {
	i.pool.mu.Lock()
	defer i.pool.mu.Unlock()
	if i.isOpen {
		i.close()
	}
	return errors.Join(i.errs...)
}
