package dynasette

import (
	"context"
	"fmt"
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
	want   *want // nil is the next release
	result chan outcome
}

// An outcome is what those who wait for a release are told.
type outcome struct {
	release string // that is served
	bad     error  // why what they want is not in it, and won't be; recorded
	err     error  // trying again may help

	served *Manifest // of release
	chosen bool      // somebody has gone back to it
	made   bool      // it was made now
	fault  error     // of what the operator wants
}

// asked is what those want who wait for a release.
type asked struct {
	mark int  // stands for all of them
	all  bool // look at everything that there is
	gone bool // that no older survey leads to a release any more
}

// wait joins those who wait, sees to it that somebody makes releases, and returns the
// outcome.
func (r *releaser) wait(ctx context.Context, want *want) outcome {
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

// asked returns what those want who wait now.
func (r *releaser) asked() asked {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := asked{mark: r.last}
	for w := range r.waiters {
		a.all = a.all || w.want == nil
		a.gone = a.gone || w.want != nil && w.want.object == ""
	}
	return a
}

// done tells those up to mark the outcome. What is not in the release that they wait for was
// replaced meanwhile: they should look again.
func (r *releaser) done(mark int, o outcome) {
	r.tell(func(w *waiter) (outcome, bool) {
		if w.number > mark {
			return o, false
		}
		told := outcome{release: o.release}
		if w.want == nil {
			told.bad = o.fault
			return told, true
		}
		ok, refused := w.want.met(o.served)
		if told.bad = refused; !ok && !o.chosen {
			told.err = fmt.Errorf("%s: %w", w.want.source, ErrChanged)
		}
		return told, true
	})
}

// seen tells those whose want a release fulfils that it is served.
func (r *releaser) seen(m *Manifest) {
	r.tell(func(w *waiter) (outcome, bool) {
		if w.want == nil || w.want.object == "" {
			return outcome{}, false
		}
		ok, refused := w.want.met(m)
		return outcome{release: m.id(), bad: refused}, ok
	})
}

// tell gives those their outcome for whom there is one.
func (r *releaser) tell(what func(*waiter) (outcome, bool)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.waiters {
		if o, ok := what(w); ok {
			w.result <- o
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
	mu   sync.Mutex
	n    int
	last time.Time // that something changed
	lone bool      // it was the first to do so for long
}

// What comes after a rest of so many times Quiet is most often alone, so others are waited for
// only a part of Quiet.
const (
	restedAfter = 2
	lonePart    = 5
)

// begin counts one more, until the function returned is called.
func (a *activity) begin(quiet time.Duration) (end func()) {
	a.add(1, quiet)
	return func() { a.add(-1, quiet) }
}

// touch says that something has changed.
func (a *activity) touch(quiet time.Duration) { a.add(0, quiet) }

func (a *activity) add(n int, quiet time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n >= 0 {
		a.lone = a.n == 0 && time.Since(a.last) >= restedAfter*quiet
	}
	a.n += n
	a.last = time.Now()
}

func (a *activity) quiet() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n == 0
}

// rest returns how long to wait until nothing may have changed for a while; 0 is no longer.
func (a *activity) rest(quiet time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lone {
		quiet /= lonePart
	}
	if a.n > 0 {
		return quiet
	}
	return max(0, quiet-time.Since(a.last))
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
