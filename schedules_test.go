package dynasette_test

import (
	"flag"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

var schedules = flag.Int("schedules", 47, "of the schedules of two processes, one in how many to try")

// A gate stops a process before one of its calls, to the Store, the Source or the
// Restarter, until it is opened.
type gate struct {
	at   int    // the number of the call, beginning with 1
	is   string // or what the call is, "op name"
	dies string // when it is opened, it dies before that call, or after it; "": it goes on

	mu      sync.Mutex
	calls   int
	call    string        // that it was stopped before
	stopped chan struct{} // closed once it is
	open    chan struct{} // closed by whoever opens it
}

func newGate(at int, dies string) *gate {
	return &gate{at: at, dies: dies, stopped: make(chan struct{}), open: make(chan struct{})}
}

// pass waits at the gate. It reports whether the process has died right after this call.
func (g *gate) pass(a *actor, op, name string) (after bool) {
	g.mu.Lock()
	here := false
	if !strings.HasPrefix(name, "lease") && op != "page" && op != "reset" { // nothing depends on these
		if g.calls++; g.calls == g.at || g.at == 0 && g.is == op+" "+name {
			g.at = g.calls
			here = true
			g.call = op + " " + name
			close(g.stopped)
		}
	}
	wait := g.at > 0 && g.calls >= g.at
	g.mu.Unlock()
	if wait {
		<-g.open
	}
	if here && g.dies != "" {
		a.die()
		return g.dies == "after"
	}
	return false
}

// A thing is what a process does in a schedule.
type thing struct {
	name string
	do   func(p *play, a *actor)
}

// A scene is what is there before a schedule, and what is done in it.
type scene struct {
	prepare func(p *play)
	things  []thing
	known   map[int]int // how many calls a process makes to do them
}

// uploadScene is that of uploads by themselves.
var uploadScene = &scene{prepare: (*play).prepare, things: []thing{
	{"a change", func(p *play, a *actor) { p.until(a, p.put("x.csv", sound)[0]) }},
	{"a new one of the same name", func(p *play, a *actor) { p.until(a, p.put("x.CSV", sound)[0]) }},
	{"the new one is gone, heard of twice", func(p *play, a *actor) {
		if e := p.remove("x.CSV"); len(e) > 0 {
			other := p.newActor(nil)
			other.Bring(other.ctx, e[0]) // but there is no release
			p.until(a, e[0])
		}
	}},
	{"a delete", func(p *play, a *actor) {
		if e := p.remove("x.csv"); len(e) > 0 {
			p.until(a, e[0])
		}
	}},
	{"a delete and another upload", func(p *play, a *actor) {
		p.remove("x.csv")
		p.until(a, p.put("x.csv", sound)[0])
	}},
	{"an event again", func(p *play, a *actor) {
		_, generation, _ := p.uploads.Content("x.csv")
		p.until(a, dynasette.Event{Name: "x.csv", Generation: generation})
	}},
	{"a broken upload", func(p *play, a *actor) { p.until(a, p.put("x.csv", broken)[0]) }},
	{"a poisoned upload", func(p *play, a *actor) { p.until(a, p.put("x.csv", poison)[0]) }},
	{"a rollback", func(p *play, a *actor) { p.rollback(a, func(n int) int { return n - 1 }) }},
	{"reconcile", func(p *play, a *actor) { a.Reconcile(a.ctx) }},
	{"a lost change and reconcile", func(p *play, a *actor) { p.put("x.csv", sound); a.Reconcile(a.ctx) }},
	{"a lost delete and reconcile", func(p *play, a *actor) { p.remove("x.csv"); a.Reconcile(a.ctx) }},
	{"only a change", func(p *play, a *actor) { p.put("x.csv", sound) }},
	{"only a delete", func(p *play, a *actor) { p.remove("x.csv") }},
}}

// setScene is that of a set.
var setScene = &scene{prepare: (*play).prepareSet, things: []thing{
	{"a change", func(p *play, a *actor) { p.until(a, p.put("s/1.csv", sound)[0]) }},
	{"a new member", func(p *play, a *actor) { p.until(a, p.put("s/2.csv", sound)[0]) }},
	{"a delete", func(p *play, a *actor) { p.untilAll(a, p.remove("s/1.csv")) }},
	{"the last deletes", func(p *play, a *actor) {
		p.untilAll(a, append(p.remove("s/1.csv"), p.remove("s/2.csv")...))
	}},
	{"an event again", func(p *play, a *actor) { p.until(a, dynasette.Event{Name: "s/1.csv"}) }},
	{"a broken member", func(p *play, a *actor) { p.until(a, p.put("s/2.csv", broken)[0]) }},
	{"rules for half of it", func(p *play, a *actor) { p.untilAll(a, p.putRules(setRules[2])) }},
	{"other rules", func(p *play, a *actor) { p.untilAll(a, p.putRules(setRules[1])) }},
	{"no rules", func(p *play, a *actor) { p.untilAll(a, p.uploads.Delete(rulesFile)) }},
	{"lost changes and reconcile", func(p *play, a *actor) {
		p.put("s/4.csv", sound)
		p.remove("s/1.csv")
		a.Reconcile(a.ctx)
	}},
}}

// prepareSet serves a set, and one that is not in it.
func (p *play) prepareSet() {
	p.sets = true
	a := p.newActor(nil)
	p.putRules(setRules[0])
	for _, name := range []string{"x.csv", "s/1.csv", "s/3.csv"} {
		p.until(a, p.put(name, sound)[0])
	}
	a.Wait()
	p.invariants()
}

// untilAll delivers events.
func (p *play) untilAll(a *actor, events []dynasette.Event) {
	for _, e := range events {
		p.until(a, e)
	}
}

// until delivers an event until it is acknowledged, or about something else.
func (p *play) until(a *actor, e dynasette.Event) {
	for range 100 {
		r, err := a.Process(a.ctx, e)
		if err == nil {
			p.acknowledged(e, r)
			return
		}
		if a.dead.Load() {
			return
		}
		time.Sleep(2 * time.Second)
	}
	p.t.Errorf("%+v is never acknowledged", e)
}

// A schedule is what two processes do, and where they are stopped.
type schedule struct {
	*scene
	first, second int    // of its things
	at            int    // call before which the first is stopped
	dies          string // the first, there: "before", "after"
	then          int    // call before which the second is stopped, until the first is done; 0: it is not
}

// always reports whether it is always tried: of the first things, which is as many.
func (s schedule) always() bool { return s.first < 2 && s.second < 4 && s.dies == "" && s.then == 0 }

// play plays it.
func (s schedule) play(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, 1, new(sinktest.Memory))
		p.calm, p.alone = true, true
		s.prepare(p)
		one, other := newGate(s.at, s.dies), newGate(s.then, "")
		defer func() {
			if t.Failed() {
				t.Logf("%d %d, call %d %s, %d: %s is stopped before %q, %s before %q", s.first, s.second, s.at, s.dies, s.then, s.things[s.first].name, one.call, s.things[s.second].name, other.call)
			}
		}()
		ended := p.start(one, s.things[s.first])
		one.reached(ended)
		p.invariants()
		if s.dies != "" {
			close(one.open)
			<-ended
		}
		endedToo := p.start(other, s.things[s.second])
		other.reached(endedToo)
		p.invariants()
		if s.dies == "" {
			close(one.open)
			<-ended
			p.invariants()
		}
		close(other.open)
		<-endedToo
		p.finish()
	})
}

// start has a process do something.
func (p *play) start(g *gate, thing thing) (ended chan struct{}) {
	a := p.newActor(g)
	ended = make(chan struct{})
	go func() {
		defer close(ended)
		thing.do(p, a)
		a.Wait()
	}()
	return ended
}

// reached waits until the process stands at the gate, or has ended.
func (g *gate) reached(ended chan struct{}) {
	select {
	case <-g.stopped:
	case <-ended:
	}
}

// prepare serves a few uploads, in several releases, of which there are enough for something
// to be collected.
func (p *play) prepare() {
	a := p.newActor(nil)
	for _, name := range []string{"old.csv", "x.csv", "x!.csv", "x.csv", "x.csv"} {
		p.until(a, p.put(name, sound)[0])
	}
	for _, e := range p.remove("old.csv") {
		p.until(a, e)
	}
	a.Wait()
	p.invariants()
}

// TestSchedules has a process do something and stops it before each of its calls; meanwhile
// another one does something whole; then the first goes on, or never does. The lease keeps nobody
// away. Whatever it is, the invariants hold.
func TestSchedules(t *testing.T) {
	uploadScene.schedules(t)
}

// TestSchedulesOfSets is the same with what is done about a set.
func TestSchedulesOfSets(t *testing.T) { setScene.schedules(t) }

func (s *scene) schedules(t *testing.T) {
	trySchedules(t, *schedules, func(yield func(schedule)) {
		for first := range s.things {
			for at := range s.calls(t, first) {
				for second := range s.things {
					for _, dies := range []string{"", "before", "after"} {
						yield(schedule{scene: s, first: first, second: second, at: at + 1, dies: dies})
					}
				}
			}
		}
	})
}

// TestSchedulesOfTwo stops the other process as well, before each of its calls, until the
// first one is done.
func TestSchedulesOfTwo(t *testing.T) {
	trySchedules(t, 40**schedules, func(yield func(schedule)) {
		s := uploadScene
		for first := range s.things {
			for at := range s.calls(t, first) {
				for second := range s.things {
					for then := range 2 * s.calls(t, second) { // what the first one has done costs some more
						yield(schedule{scene: s, first: first, second: second, at: at + 1, then: then + 1})
					}
				}
			}
		}
	})
}

// TestListingComesFirst: what is listed before the records, and is in none of them, never will be
// in one. Were it the other way round, a database could be taken for garbage that has just
// been made, while somebody releases it.
func TestListingComesFirst(t *testing.T) {
	for at := range 12 { // of a release, of which nothing is new
		synctest.Test(t, func(t *testing.T) {
			p := newPlay(t, 1, new(sinktest.Memory))
			p.calm, p.alone = true, true
			p.prepare()
			start := func(g *gate, do func(a *actor)) (*actor, chan struct{}) {
				a, ended := p.newActor(g), make(chan struct{})
				go func() {
					defer close(ended)
					do(a)
					a.Wait()
				}()
				g.reached(ended)
				return a, ended
			}
			collects, again := newGate(at+1, ""), newGate(0, "")
			again.is = "read sources/n.csv.json"
			a, ended := start(collects, func(a *actor) { a.Release(a.ctx) })
			other := p.newActor(nil)
			other.Bring(other.ctx, p.put("n.csv", sound)[0])
			a.gate = again
			close(collects.open)
			again.reached(ended)
			releases := newGate(0, "")
			releases.is = "write current.json"
			_, endedToo := start(releases, func(a *actor) { a.Release(a.ctx) })
			other.Bring(other.ctx, p.remove("n.csv")[0])
			close(again.open)
			<-ended
			close(releases.open)
			<-endedToo
			p.finish()
		})
	}
}

// trySchedules tries one in so many.
func trySchedules(t *testing.T, one int, all func(yield func(schedule))) {
	n, tried := 0, 0
	if testing.Short() {
		one *= 10
	}
	all(func(s schedule) {
		if n++; (s.always() && !testing.Short() || n%one == 0) && !t.Failed() {
			tried++
			s.play(t)
		}
	})
	t.Logf("%d of %d schedules", tried, n)
}

// calls returns how many calls a process makes to do something.
func (s *scene) calls(t *testing.T, thing int) int {
	if n, ok := s.known[thing]; ok {
		return n
	}
	if s.known == nil {
		s.known = map[int]int{}
	}
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, 1, new(sinktest.Memory))
		p.calm = true
		s.prepare(p)
		g := newGate(-1, "")
		s.things[thing].do(p, p.newActor(g))
		p.finish()
		s.known[thing] = g.calls
	})
	return s.known[thing]
}
