package dynasette_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// A play is what several processes do to one store, and what must be so all the time.
type play struct {
	t       *testing.T
	uploads sinktest.Uploads
	store   dynasette.Store
	server  *server
	group   sync.WaitGroup

	mu       sync.Mutex // of all below
	random   *rand.Rand
	calm     bool    // no more faults
	down     bool    // the server refuses everything
	slow     float64 // percentage of operations that take long
	gap      int     // between uploads, milliseconds at most
	alone    bool    // each process has a lease of its own: nothing depends on there being one
	actors   []*actor
	all      []*actor        // dead ones too
	bad      map[string]bool // generations that can't be converted
	poisoned map[string]bool // generations whose database the server refuses

	sets  bool              // rules put uploads into a database
	ruled map[string]string // texts of rules by generation; "" is broken

	looking sync.Mutex        // of what was seen in the store:
	latest  string            // release that was served
	born    map[string]int    // by upload: the first generation of its present life
	slugs   map[string]string // by upload, in its present life
	last    int               // generation
	acked   map[string]int    // by upload: the generation that was acknowledged, 0 that it is gone
	rolled  bool              // somebody has gone back, so what is served instead of something bad may be old
}

func newPlay(t *testing.T, seed uint64, store dynasette.Store) *play {
	p := &play{t: t, store: store, random: rand.New(rand.NewPCG(seed, 7)), bad: map[string]bool{}, poisoned: map[string]bool{}, ruled: map[string]string{},
		born: map[string]int{}, slugs: map[string]string{}, acked: map[string]int{}}
	p.slow, p.gap = []float64{5, 20, 60}[p.random.IntN(3)], []int{10, 200, 1500}[p.random.IntN(3)]
	p.alone = p.random.IntN(2) == 0
	p.server = &server{t: t, store: p.store, fail: p.restartFault}
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

func (p *play) restartFault(r dynasette.Release) error {
	time.Sleep(time.Duration(p.intn(3000)) * time.Millisecond)
	p.mu.Lock()
	down := p.down && !p.calm
	for _, d := range r.Manifest.Databases {
		down = down || p.poisoned[d.SourceGeneration]
	}
	p.mu.Unlock()
	switch {
	case down:
		return errors.New("the server doesn't get well")
	case p.chance(10):
		return fmt.Errorf("no answer: %w", dynasette.ErrUnavailable)
	}
	return nil
}

// playFormats are those of all processes: to make them takes longer than a release.
var playFormats = all.Formats()

// A kind is what is the matter with an upload.
type kind int

const (
	sound  kind = iota
	broken      // it can't be converted
	poison      // the server refuses its database
)

// put puts or replaces an upload.
func (p *play) put(name string, k kind) []dynasette.Event {
	data, first := "a,b\n", p.intn(1000)
	for n := range 1 + p.intn(3) { // of a key that other files have, too
		data += strconv.Itoa(first+n) + ",\"x\"\n"
	}
	if k == broken {
		data = ""
		if isMember(name) { // what is empty breaks none of several
			data = "\x00\x01\x02\xff\xfe\x00"
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looking.Lock()
	defer p.looking.Unlock()
	events := p.uploads.Put(name, data)
	p.last, _ = strconv.Atoi(events[0].Generation)
	if p.acked[name] == 0 {
		delete(p.acked, name)
	}
	p.bad[events[0].Generation] = k == broken
	p.poisoned[events[0].Generation] = k == poison
	return events
}

// remove deletes an upload. If there is another one of the name later, it is a new one.
func (p *play) remove(name string) []dynasette.Event {
	p.looking.Lock()
	defer p.looking.Unlock()
	p.born[name] = p.last + 1
	delete(p.slugs, name)
	delete(p.acked, name)
	return p.uploads.Delete(name)
}

// invariants checks what must be so at any time.
func (p *play) invariants() {
	p.t.Helper()
	p.looking.Lock()
	defer p.looking.Unlock()
	m, chosen := servedOrChosen(p.t, p.store) // what it has is there
	if m == nil {
		return
	}
	if !chosen {
		p.honours(m)
	}
	if m.Release < p.latest {
		p.t.Errorf("release %s was served, and %s is", p.latest, m.Release)
	}
	p.latest = m.Release
	for _, d := range m.Databases {
		if g, _ := strconv.Atoi(d.SourceGeneration); g < p.born[d.Source] {
			continue
		}
		if slug := p.slugs[d.Source]; slug != "" && slug != d.Slug {
			p.t.Errorf("%s was called %s, and is %s", d.Source, slug, d.Slug)
		}
		p.slugs[d.Source] = d.Slug
	}
	slugs := map[string]bool{}
	for _, d := range m.Databases {
		if slugs[d.Slug] {
			p.t.Errorf("two are called %s: %s", d.Slug, sources(m))
		}
		slugs[d.Slug] = true
	}
	if id := p.server.now(); id != "" {
		now, err := whole(p.store, id)
		switch {
		case err == nil && !p.rolled:
			p.honours(now) // it may be ahead of the pointer, but never serves what is acknowledged as gone
		case err != nil && id == p.server.now():
			p.t.Errorf("the server serves release %s: %v", id, err)
		}
	}
	p.kept()
	p.records()
}

// honours checks that a release has what was acknowledged.
func (p *play) honours(m *dynasette.Manifest) {
	p.t.Helper()
	for name, g := range p.acked {
		d := database(m, name)
		switch {
		case g == 0 && d != nil:
			p.t.Errorf("that %s is gone was acknowledged, and it is served: %s", name, sources(m))
		case name == skippable, isMember(name):
		case g > 0 && !p.rolled && (d == nil || !atLeast(d.SourceGeneration, g)):
			p.t.Errorf("%s of generation %d was acknowledged, and served is %s", name, g, sources(m))
		}
	}
}

func atLeast(generation string, than int) bool {
	g, err := strconv.Atoi(generation)
	return err == nil && g >= than
}

// kept checks that what can be gone back to is whole.
func (p *play) kept() {
	p.t.Helper()
	for _, id := range p.pointer().ids() {
		if _, err := whole(p.store, id); err != nil && slices.Contains(p.pointer().ids(), id) {
			p.t.Errorf("release %s is kept: %v", id, err)
		}
	}
}

type pointer struct {
	Release, Trying string
	Kept, Left      []struct{ Release string }
}

func (at pointer) ids() []string {
	ids := []string{at.Release}
	for _, k := range append(at.Kept, at.Left...) {
		ids = append(ids, k.Release)
	}
	return ids
}

func (p *play) pointer() pointer { return pointerOf(p.t, p.store) }

func pointerOf(t testing.TB, store dynasette.Store) (at pointer) {
	if data, _, err := store.Read(context.Background(), "current.json"); err != nil || json.Unmarshal(data, &at) != nil {
		t.Fatalf("current.json: %s, %v", data, err)
	}
	return at
}

// records checks that the databases are there that records name, and returns them.
func (p *play) records() (current map[string]bool) {
	p.t.Helper()
	current = map[string]bool{}
	ctx := context.Background()
	p.store.List(ctx, "sources/", func(o dynasette.Object) error {
		for _, object := range []string{o.Metadata["object"], o.Metadata["held"]} {
			if object == "" {
				continue
			}
			current[object] = true
			if _, err := p.store.Stat(ctx, object); err == nil {
				continue
			}
			if again, err := p.store.Stat(ctx, o.Name); err == nil && again.Generation == o.Generation {
				p.t.Errorf("%s names %s, which is gone", o.Name, object)
			}
		}
		return nil
	})
	return current
}

// deliver delivers an event until it is acknowledged, or lost.
func (p *play) deliver(e dynasette.Event) {
	time.Sleep(time.Duration(p.intn(10*p.gap)) * time.Millisecond)
	for range 1 + p.intn(5) {
		a := p.actor()
		r, err := a.Process(a.ctx, e)
		if err == nil {
			p.acknowledged(e, r)
			return
		}
		time.Sleep(time.Duration(p.intn(5000)) * time.Millisecond)
	}
}

// acknowledged checks that what was acknowledged is served, or something newer.
func (p *play) acknowledged(e dynasette.Event, r dynasette.Result) {
	_, live, there := p.uploads.Content(e.Name)
	m, chosen := servedOrChosen(p.t, p.store)
	_, after, _ := p.uploads.Content(e.Name)
	p.mu.Lock()
	refused := p.poisoned[live] || p.bad[live]
	p.mu.Unlock()
	if e.Name == rulesFile || e.Name == skippable || isMember(e.Name) {
		return // another process may just be converting by other rules; it will find out
	}
	p.remember(e, r)
	if chosen || live != after || r.Err != nil || refused {
		return // somebody has gone back to older data, or it has just been replaced
	}
	d := database(m, e.Name)
	switch r.Action {
	case dynasette.Withdrawn:
		if d != nil && !there {
			p.t.Errorf("that %s is gone was acknowledged (%+v), and it is served: %s", e.Name, r, sources(m))
		}
	case dynasette.Converted, dynasette.Current:
		if d == nil {
			if there && live == e.Generation {
				p.t.Errorf("%s was acknowledged (%+v) and is not served: %s", e.Name, r, sources(m))
			}
			return
		}
		served, _ := strconv.Atoi(d.SourceGeneration)
		if acknowledged, _ := strconv.Atoi(e.Generation); served < acknowledged {
			p.t.Errorf("%s of generation %d was acknowledged, and %d is served", e.Name, acknowledged, served)
		}
	}
}

// remember keeps in mind what was acknowledged: it holds from then on.
func (p *play) remember(e dynasette.Event, r dynasette.Result) {
	p.looking.Lock()
	defer p.looking.Unlock()
	_, live, there := p.uploads.Content(e.Name)
	g, _ := strconv.Atoi(e.Generation)
	switch served := r.Action == dynasette.Converted || r.Action == dynasette.Current; {
	case !there && !served && r.Err == nil:
		p.acked[e.Name] = 0
	case there && served && g > p.acked[e.Name] && g >= p.born[e.Name] && atLeast(live, g):
		p.acked[e.Name] = g
	}
}

// rollback goes back to a release that is kept: of n, that one.
func (p *play) rollback(a *actor, which func(n int) int) error {
	p.looking.Lock()
	p.rolled = true
	p.looking.Unlock()
	list, err := a.Releases(a.ctx)
	if err == nil && len(list) > 0 {
		_, err = a.Rollback(a.ctx, list[which(len(list))].Release)
	}
	return err
}

// finish lets one new process clean up, and compares.
func (p *play) finish() {
	t := p.t
	a := p.newActor(nil)
	if p.sets {
		p.mendSets()
	}
	// Something new, so that a release that was gone back to is left.
	p.uploads.Put("last.csv", "a\n1\n")
	time.Sleep(20 * time.Minute) // whoever was trying is gone
	if _, err := a.Resume(a.ctx); err != nil {
		t.Fatal(err)
	}
	for {
		_, err := a.Reconcile(a.ctx)
		if err == nil && len(p.acceptAll(a)) == 0 {
			break
		}
		if err != nil && !errors.Is(err, dynasette.ErrUnavailable) {
			t.Fatalf("reconcile: %v", err)
		}
		time.Sleep(time.Hour) // so much is bad that not all of it is found at once
	}
	var report dynasette.Report
	for garbage := -1; garbage != 0; {
		time.Sleep(20 * time.Minute) // what was served or tried last is old now
		var err error
		if report, err = a.Reconcile(a.ctx); err != nil {
			t.Fatalf("reconcile: %v", err)
		}
		a.Wait()
		p.invariants()
		left := len(p.garbage())
		if garbage >= 0 && left >= garbage {
			t.Fatalf("a reconcile leaves %q of %d", p.garbage(), garbage)
		}
		garbage = left
	}
	p.invariants()
	m := servedNow(t, p.store)
	if p.server.serves != m.Release || report.Release != m.Release {
		t.Errorf("the server serves %s, the pointer says %s, the report %s", p.server.serves, m.Release, report.Release)
	}
	var want, failed, maybe []string
	text, broken := p.rulesNow()
	for _, name := range p.uploads.Names() {
		_, generation, _ := p.uploads.Content(name)
		switch {
		case name == rulesFile:
			if broken {
				failed = append(failed, name+"@"+generation)
			}
			continue
		case p.inSet(name):
			continue
		case name == skippable && (broken || strings.Contains(text, "skip")):
			if d := database(m, name); broken && d != nil { // the last good rules may be any
				want = append(want, name+"@"+d.SourceGeneration)
			}
			if broken && (p.bad[generation] || p.poisoned[generation]) {
				maybe = append(maybe, name+"@"+generation)
			}
			continue
		}
		if !p.bad[generation] && !p.poisoned[generation] {
			want = append(want, name+"@"+generation)
			continue
		}
		failed = append(failed, name+"@"+generation)
		if d := database(m, name); d != nil { // an older good one may have been there or not
			want = append(want, name+"@"+d.SourceGeneration)
			if p.poisoned[d.SourceGeneration] || p.bad[d.SourceGeneration] {
				t.Errorf("%s is served", want[len(want)-1])
			}
		}
	}
	want = append(want, p.setServed(m)...)
	got := strings.Fields(sources(m))
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("served: %s\nwant:   %s", got, want)
	}
	var recorded []string
	if err := a.Failures(a.ctx, func(f dynasette.Failure) error {
		if what := f.Source + "@" + f.Generation; !slices.Contains(maybe, what) {
			recorded = append(recorded, what)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	slices.Sort(failed)
	slices.Sort(recorded)
	if !slices.Equal(recorded, failed) {
		t.Errorf("recorded: %s\nwant:     %s", recorded, failed)
	}
	p.ruledBy(m)
	p.leftovers()
	if again, err := a.Reconcile(a.ctx); err != nil || again.Release != m.Release || again.Converted+again.Withdrawn != 0 {
		t.Errorf("once more: %+v %v", again, err)
	}
}

// leftovers checks that nothing is left that nobody needs.
func (p *play) leftovers() {
	p.t.Helper()
	if all := p.garbage(); len(all) > 0 {
		p.t.Errorf("left: %q", all)
	}
}

// garbage returns what is left that nobody needs.
func (p *play) garbage() (all []string) {
	at := p.pointer()
	if len(at.Kept) > 2 || at.Trying != "" {
		p.t.Errorf("%+v", at)
	}
	at.Left = nil
	needed := p.records()
	for _, id := range at.ids() {
		m, err := whole(p.store, id)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, d := range m.Databases {
			needed[d.Object] = true
		}
	}
	p.store.List(context.Background(), "", func(o dynasette.Object) error {
		folder, rest, _ := strings.Cut(o.Name, "/")
		id, _, inside := strings.Cut(rest, "/")
		if !inside {
			id = strings.TrimSuffix(id, ".json")
		}
		ok := folder == "current.json" || folder == "rules.json" || strings.HasPrefix(folder, "lease") || folder == "sources" ||
			folder == "releases" && slices.Contains(at.ids(), id) || folder == "databases" && needed[o.Name]
		if !ok {
			all = append(all, o.Name)
		}
		return nil
	})
	return all
}
