package dynasette_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

var (
	seeds = flag.Int("seeds", 150, "how many random interleavings to try")
	seed  = flag.Int("seed", -1, "try this one only")
)

// TestInterleavings tries random interleavings of uploads, overwrites and deletes, of
// events that are doubled, late, lost and out of order, of several processes that handle
// them, of a store that fails, or does its work and loses the answer, and of processes
// that die in any operation. All the time, what is served must be whole, and what is
// acknowledged served; in the end the uploads must be what is served.
func TestInterleavings(t *testing.T) {
	first, last := 0, *seeds
	if *seed >= 0 {
		first, last = *seed, *seed+1
	}
	for n := first; n < last; n++ {
		ok := t.Run(strconv.Itoa(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newPlay(t, uint64(n)).run() })
		})
		if !ok {
			t.Fatalf("repeat with -run TestInterleavings -seed %d", n)
		}
	}
}

// A play is one random interleaving.
type play struct {
	t       *testing.T
	uploads sinktest.Uploads
	store   sinktest.Memory
	server  *server
	group   sync.WaitGroup

	mu     sync.Mutex // of all below
	random *rand.Rand
	calm   bool    // no more faults
	slow   float64 // percentage of operations that take long
	gap    int     // between uploads, milliseconds at most
	actors []*actor
	all    []*actor        // dead ones too
	bad    map[string]bool // generations that can't be converted
}

// An actor is a process that may die, or be stopped for a while.
type actor struct {
	*dynasette.Pipeline
	ctx     context.Context
	kill    context.CancelFunc
	dead    atomic.Bool
	stopped atomic.Int64 // until then, Unix time in nanoseconds
}

// wait waits for as long as the process is stopped.
func (a *actor) wait() {
	if d := time.Until(time.Unix(0, a.stopped.Load())); d > 0 {
		time.Sleep(d)
	}
}

func newPlay(t *testing.T, seed uint64) *play {
	p := &play{t: t, random: rand.New(rand.NewPCG(seed, 7)), bad: map[string]bool{}}
	p.slow, p.gap = []float64{5, 20, 60}[p.random.IntN(3)], []int{10, 200, 1500}[p.random.IntN(3)]
	p.server = &server{t: t, store: &p.store, fail: p.restartFault}
	for range 1 + p.random.IntN(3) {
		p.actors = append(p.actors, p.newActor())
	}
	return p
}

func (p *play) intn(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.random.IntN(n)
}

func (p *play) chance(percent float64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.calm && p.random.Float64()*100 < percent
}

func (p *play) restartFault(dynasette.Release) error {
	time.Sleep(time.Duration(p.intn(3000)) * time.Millisecond)
	switch {
	case p.chance(5):
		return errors.New("the server doesn't get well")
	case p.chance(10):
		return fmt.Errorf("no answer: %w", dynasette.ErrUnavailable)
	}
	return nil
}

// newActor starts a process. Its store fails now and then, and it may die in any operation
// of the store.
func (p *play) newActor() *actor {
	a := &actor{}
	a.ctx, a.kill = context.WithCancel(context.Background())
	faulty := &sinktest.Faulty{Store: &p.store, Fault: func(ctx context.Context, op, name string) sinktest.Fault {
		if p.chance(p.slow) {
			time.Sleep(time.Duration(p.intn(400)) * time.Millisecond)
		}
		if p.chance(0.5) {
			a.stopped.Store(time.Now().Add(time.Duration(p.intn(30_000)) * time.Millisecond).UnixNano())
		}
		a.wait()
		if !a.dead.Load() && p.chance(0.3) {
			a.dead.Store(true)
			a.kill()
			if p.chance(50) { // it dies after the operation
				return sinktest.After
			}
		}
		switch {
		case a.dead.Load():
			return sinktest.Before
		case p.chance(1.5):
			return sinktest.Before
		case p.chance(1):
			return sinktest.After
		}
		return sinktest.None
	}}
	a.Pipeline = &dynasette.Pipeline{
		Source: &p.uploads, Store: faulty, Formats: all.Formats(),
		Restarter: dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
			a.wait()
			return p.server.Restart(ctx, r)
		}),
		Lease: time.Duration(1+p.intn(10)) * time.Second, Keep: 3,
	}
	p.mu.Lock()
	p.all = append(p.all, a)
	p.mu.Unlock()
	return a
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
	a = p.newActor()
	p.mu.Lock()
	p.actors[i] = a
	p.mu.Unlock()
	return a
}

var playNames = []string{"x.csv", "x.CSV", "a.b.csv", "a-b.csv", "dir/y.csv", "../y.csv", "z.csv"}

func (p *play) run() {
	names := 1 + p.intn(len(playNames))
	for range 5 + p.intn(25) {
		name := playNames[p.intn(names)]
		var events []dynasette.Event
		switch {
		case p.intn(4) == 0:
			events = p.uploads.Delete(name)
		case p.intn(5) == 0:
			events = p.uploads.Put(name, "") // can't be converted
			p.mu.Lock()
			p.bad[events[0].Generation] = true
			p.mu.Unlock()
		default:
			events = p.uploads.Put(name, "a,b\n"+strconv.Itoa(p.intn(1000))+",\"x\"\n")
		}
		for _, e := range events {
			for range p.intn(3) { // none: it is lost
				p.group.Go(func() { p.deliver(e) })
			}
		}
		if p.intn(8) == 0 {
			p.group.Go(func() { p.actor().Reconcile(context.Background()) })
		}
		if p.intn(15) == 0 {
			p.group.Go(p.rollback)
		}
		time.Sleep(time.Duration(p.intn(p.gap)) * time.Millisecond)
		servedNow(p.t, &p.store)
	}
	p.group.Wait()
	p.mu.Lock()
	p.calm = true
	all := p.all
	p.mu.Unlock()
	for _, a := range all {
		a.Wait()
	}
	p.finish()
}

// deliver delivers an event until it is acknowledged, or lost.
func (p *play) deliver(e dynasette.Event) {
	time.Sleep(time.Duration(p.intn(10*p.gap)) * time.Millisecond)
	for range 1 + p.intn(5) {
		a := p.actor()
		r, err := a.Process(a.ctx, e)
		if err == nil {
			if r.Err == nil && (r.Action == dynasette.Converted || r.Action == dynasette.Current) && r.Release != "" {
				p.acknowledged(e, r)
			}
			return
		}
		time.Sleep(time.Duration(p.intn(5000)) * time.Millisecond)
	}
}

// acknowledged checks that what was acknowledged is served, or something newer.
func (p *play) acknowledged(e dynasette.Event, r dynasette.Result) {
	m, chosen := servedOrChosen(p.t, &p.store)
	d := database(m, e.Name)
	if chosen {
		return // somebody has gone back to older data
	}
	if d == nil {
		if _, _, ok := p.uploads.Content(e.Name); ok && p.latestWas(e) {
			p.t.Errorf("%s was acknowledged (%+v) and is not served: %s", e.Name, r, sources(m))
		}
		return
	}
	served, _ := strconv.Atoi(d.SourceGeneration)
	acknowledged, _ := strconv.Atoi(e.Generation)
	if served < acknowledged {
		p.t.Errorf("%s of generation %d was acknowledged, and %d is served", e.Name, acknowledged, served)
	}
}

// latestWas reports whether the event's generation is the live one.
func (p *play) latestWas(e dynasette.Event) bool {
	_, g, ok := p.uploads.Content(e.Name)
	return ok && g == e.Generation
}

func (p *play) rollback() {
	a := p.actor()
	list, err := a.Releases(a.ctx)
	if err == nil && len(list) > 0 {
		a.Rollback(a.ctx, list[p.intn(len(list))].Release)
	}
}

// finish lets one new process clean up, and compares.
func (p *play) finish() {
	t := p.t
	a := p.newActor()
	// Something new, so that a release that was gone back to is left.
	p.uploads.Put("last.csv", "a\n1\n")
	if _, err := a.Resume(a.ctx); err != nil {
		t.Fatal(err)
	}
	report, err := a.Reconcile(a.ctx)
	if err != nil {
		t.Fatalf("reconcile: %v", err)
	}
	a.Wait()
	m := servedNow(t, &p.store)
	if p.server.serves != m.Release || report.Release != m.Release {
		t.Errorf("the server serves %s, the pointer says %s, the report %s", p.server.serves, m.Release, report.Release)
	}
	var want []string
	for _, name := range p.uploads.Names() {
		_, generation, _ := p.uploads.Content(name)
		if !p.bad[generation] {
			want = append(want, name+"@"+generation)
		} else if d := database(m, name); d != nil { // an older good one may have been there or not
			want = append(want, name+"@"+d.SourceGeneration)
		}
	}
	got := strings.Fields(sources(m))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("served: %s\nwant:   %s", got, want)
	}
	p.leftovers(a, m)
	if again, err := a.Reconcile(a.ctx); err != nil || again.Release != m.Release || again.Converted+again.Withdrawn != 0 {
		t.Errorf("once more: %+v %v", again, err)
	}
}

// leftovers checks that nothing is left that nobody needs.
func (p *play) leftovers(a *actor, m *dynasette.Manifest) {
	kept, failures := map[string]int{}, 0
	p.store.List(a.ctx, "", func(o dynasette.Object) error {
		folder, rest, _ := strings.Cut(o.Name, "/")
		switch folder {
		case "releases":
			if id, _, inside := strings.Cut(rest, "/"); inside {
				kept[id]++
			}
		case "errors":
			failures++
		case "databases":
			if d := m.Databases; strings.HasSuffix(rest, ".db") && !slices.ContainsFunc(d, func(d dynasette.Database) bool { return d.Slug+".db" == rest }) {
				p.t.Errorf("left: %s", o.Name)
			}
		case "current.json":
		default:
			p.t.Errorf("left: %s", o.Name)
		}
		return nil
	})
	if len(kept) > 3 {
		p.t.Errorf("%d releases kept: %v", len(kept), kept)
	}
	var current struct{ Previous string }
	if data, _, err := p.store.Read(a.ctx, "current.json"); err != nil || json.Unmarshal(data, &current) != nil {
		p.t.Errorf("current.json: %s, %v", data, err)
	}
	for id := range kept {
		// What was served until now stays for a while, even if a process that was late found it bad.
		if m, err := whole(&p.store, id); err != nil || m.Bad != "" && id != current.Previous {
			p.t.Errorf("release %s is kept: %v %+v", id, err, m)
		}
	}
	bad := 0
	for _, name := range p.uploads.Names() {
		if _, generation, _ := p.uploads.Content(name); p.bad[generation] {
			bad++
		}
	}
	if failures != bad {
		p.t.Errorf("%d failures recorded, want %d", failures, bad)
	}
}
