package dynasette_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// An actor is a process that may die, or be stopped for a while.
type actor struct {
	*dynasette.Pipeline
	ctx     context.Context
	kill    context.CancelFunc
	dead    atomic.Bool
	stopped atomic.Int64 // until then, Unix time in nanoseconds
	gate    *gate        // optional
}

// wait waits for as long as the process is stopped.
func (a *actor) wait() {
	if d := time.Until(time.Unix(0, a.stopped.Load())); d > 0 {
		time.Sleep(d)
	}
}

// newActor starts a process. Its store fails now and then, and it may be stopped, or die, in
// any operation.
func (p *play) newActor(g *gate) *actor {
	a := &actor{gate: g}
	a.ctx, a.kill = context.WithCancel(context.Background())
	store := p.store
	p.mu.Lock()
	p.all = append(p.all, a)
	if p.alone {
		store = leased{store, fmt.Sprintf("lease-%d.json", len(p.all))}
	}
	p.mu.Unlock()
	a.Pipeline = &dynasette.Pipeline{
		Source:  sourceFor{p, a},
		Store:   &sinktest.Faulty{Store: store, Fault: func(ctx context.Context, op, name string) sinktest.Fault { return p.fault(a, op, name) }},
		Formats: playFormats,
		Restarter: dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
			a.stop("restart", r.ID)
			if a.dead.Load() {
				return sinktest.ErrFault
			}
			return p.server.Restart(ctx, r)
		}),
		Lease: time.Duration(1+p.intn(10)) * time.Second, Keep: 3,
	}
	return a
}

// fault is what becomes of an operation of a process.
func (p *play) fault(a *actor, op, name string) sinktest.Fault {
	if p.chance(p.slow) {
		time.Sleep(time.Duration(p.intn(400)) * time.Millisecond)
	}
	if p.chance(0.5) {
		a.stopped.Store(time.Now().Add(time.Duration(p.intn(30_000)) * time.Millisecond).UnixNano())
	}
	after := a.stop(op, name)
	if !a.dead.Load() && p.chance(0.3) {
		a.die()
		after = p.chance(50)
	}
	switch {
	case after:
		return sinktest.After
	case a.dead.Load(), p.chance(1.5):
		return sinktest.Before
	case p.chance(1):
		return sinktest.After
	}
	return sinktest.None
}

// die ends a process: from now on it does nothing.
func (a *actor) die() {
	a.dead.Store(true)
	a.kill()
}

// stop waits for as long as the process is stopped. It reports whether it has died right
// after the operation that comes.
func (a *actor) stop(op, name string) (after bool) {
	a.wait()
	return a.gate != nil && a.gate.pass(a, op, name)
}

// leased is a store in which a process has a lease of its own.
type leased struct {
	dynasette.Store
	name string
}

func (l leased) own(name string) string {
	if name == "lease.json" {
		return l.name
	}
	return name
}

func (l leased) Read(ctx context.Context, name string) ([]byte, string, error) {
	return l.Store.Read(ctx, l.own(name))
}

func (l leased) Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	return l.Store.Write(ctx, l.own(name), data, over, metadata)
}

// sourceFor is the uploads as a process sees them, which may be stopped before it looks.
type sourceFor struct {
	*play
	a *actor
}

func (s sourceFor) look(op, name string) error {
	if s.a.stop(op, name); s.a.dead.Load() {
		return sinktest.ErrFault
	}
	return nil
}

func (s sourceFor) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	if err := s.look("source list", ""); err != nil {
		return err
	}
	return s.uploads.List(ctx, fn)
}

func (s sourceFor) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	if err := s.look("source stat", name); err != nil {
		return dynasette.Upload{}, err
	}
	return s.uploads.Stat(ctx, name)
}

func (s sourceFor) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	if err := s.look("source open", u.Name); err != nil {
		return nil, err
	}
	return s.uploads.Open(ctx, u)
}

// actor returns a living process, a new one in the place of one that has died.
func (p *play) actor() *actor {
	i := p.intn(len(p.actors))
	p.mu.Lock()
	a := p.actors[i]
	p.mu.Unlock()
	if !a.dead.Load() {
		return a
	}
	a = p.newActor(nil)
	p.mu.Lock()
	p.actors[i] = a
	p.mu.Unlock()
	return a
}
