package dynasette

import (
	"context"
	"sync"
	"time"
)

// A releaser runs one release at a time for all who wait for one, so that a burst of
// uploads is one release.
type releaser struct {
	run func(ctx context.Context) error // makes releases, and calls mark, done and seen

	mu      sync.Mutex
	last    int // number of the waiter that came last
	waiters map[*waiter]struct{}
	running bool
	ctx     context.Context    // of the run
	cancel  context.CancelFunc // of the run
	ended   chan struct{}      // closed when the run has ended
}

type waiter struct {
	number int
	want   want
	result chan outcome
}

// An outcome is what those who wait for a release are told.
type outcome struct {
	release string // that is served
	bad     error  // why the release with what they want won't be served; recorded
	err     error  // trying again may help
}

// wait joins those who wait, sees to it that somebody makes releases, and returns the
// outcome.
func (r *releaser) wait(ctx context.Context, want want) outcome {
	w := &waiter{want: want, result: make(chan outcome, 1)}
	r.mu.Lock()
	r.last++
	w.number = r.last
	if r.waiters == nil {
		r.waiters = map[*waiter]struct{}{}
	}
	r.waiters[w] = struct{}{}
	if !r.running {
		r.running = true
		r.next(ctx)
		go r.lead(ctx)
	}
	r.mu.Unlock()
	select {
	case o := <-w.result:
		return o
	case <-ctx.Done():
	}
	r.mu.Lock()
	delete(r.waiters, w)
	nobody := len(r.waiters) == 0 && r.running
	ended := r.ended
	if nobody {
		r.cancel()
	}
	r.mu.Unlock()
	if nobody {
		<-ended // the lease is given back, and nothing goes on behind the caller's back
	}
	return outcome{err: ctx.Err()}
}

// next prepares a run, which ends when nobody waits any more, whoever came first.
func (r *releaser) next(ctx context.Context) {
	r.ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	r.ended = make(chan struct{})
}

// lead runs until nobody waits.
func (r *releaser) lead(ctx context.Context) {
	for {
		err := r.run(r.ctx)
		r.mu.Lock()
		if err != nil && r.ctx.Err() == nil {
			for w := range r.waiters {
				w.result <- outcome{err: err}
			}
			clear(r.waiters)
		}
		r.cancel()
		close(r.ended)
		if r.running = len(r.waiters) > 0; !r.running {
			r.mu.Unlock()
			return
		}
		r.next(ctx)
		r.mu.Unlock()
	}
}

// rest waits until nothing runs.
func (r *releaser) rest() {
	for {
		r.mu.Lock()
		running, ended := r.running, r.ended
		r.mu.Unlock()
		if !running {
			return
		}
		<-ended
	}
}

// mark returns a number that stands for all who wait now.
func (r *releaser) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// done tells those up to mark the outcome.
func (r *releaser) done(mark int, o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.waiters {
		if w.number <= mark {
			w.result <- o
			delete(r.waiters, w)
		}
	}
}

// seen tells those whose want a release fulfils that it is served.
func (r *releaser) seen(m *Manifest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.waiters {
		if w.want(m) {
			w.result <- outcome{release: m.id()}
			delete(r.waiters, w)
		}
	}
}

// idle reports whether nobody waits.
func (r *releaser) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiters) == 0
}

// activity counts uploads that are being converted, or wait for it.
type activity struct {
	mu sync.Mutex
	n  int
}

// begin counts one more, until the function returned is called.
func (a *activity) begin() (end func()) {
	a.add(1)
	return func() { a.add(-1) }
}

func (a *activity) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n += n
}

func (a *activity) quiet() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n == 0
}

// keyed is a lock for each name.
type keyed struct {
	mu    sync.Mutex
	locks map[string]*keyedLock
}

type keyedLock struct {
	held  chan struct{} // full while held
	users int
}

func (k *keyed) lock(ctx context.Context, name string) (unlock func(), err error) {
	k.mu.Lock()
	if k.locks == nil {
		k.locks = map[string]*keyedLock{}
	}
	l := k.locks[name]
	if l == nil {
		l = &keyedLock{held: make(chan struct{}, 1)}
		k.locks[name] = l
	}
	l.users++
	k.mu.Unlock()
	leave := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.locks, name)
		}
	}
	select {
	case l.held <- struct{}{}:
		return func() { <-l.held; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
