package dynasette_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
)

// phases returns what States says, by the source.
func (w *world) phases() map[string]dynasette.Phase {
	w.t.Helper()
	states, err := w.States(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]dynasette.Phase{}
	for _, s := range states.Sources {
		all[s.Source] = s.Phase
		d, err := w.State(context.Background(), s.Source)
		if err != nil || d.Phase != s.Phase || (d.Failure == nil) != (s.Failure == nil) || (d.Served == nil) != (s.Served == nil) {
			w.t.Errorf("%s by itself: %+v, %v; among others: %+v", s.Source, d.State, err, s)
		}
		if s.Phase.Troubled() && (s.Failure == nil || s.Failure.Message == "") {
			w.t.Errorf("%s is %s, and nothing says why", s.Source, s.Phase)
		}
	}
	return all
}

func (w *world) phasesAre(want map[string]dynasette.Phase) {
	w.t.Helper()
	if got := w.phases(); !maps.Equal(got, want) {
		w.t.Errorf("states: %v\nwant:   %v", got, want)
	}
}

type phases = map[string]dynasette.Phase

// TestStates: what has become of uploads, whatever has.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.phasesAre(phases{})
		w.put("good.csv", "a\n1\n")
		w.put("set/dynasette.yaml", "database: {name: all}\nresources:\n  - {path: '*.csv'}\n")
		w.put("bad.csv", "")
		w.put("odd\x00<b>.csv", "a\n1\n")
		states := w.phases()
		for name, want := range (phases{"good.csv": dynasette.PhasePublished, "bad.csv": dynasette.PhaseFailed, "odd\x00<b>.csv": dynasette.PhasePublished}) {
			if states[name] != want {
				t.Errorf("%s is %q", name, states[name])
			}
		}
		d, err := w.State(t.Context(), "good.csv")
		if err != nil || d.Summary == nil || d.Format != "csv" || len(d.Versions) != 1 || d.Versions[0].Rows != 1 || d.Versions[0].Read != 4 || d.Served.Slug != "good" {
			t.Errorf("%+v, %v", d, err)
		}
		if _, err := w.State(t.Context(), "none.csv"); !errors.Is(err, dynasette.ErrNotFound) {
			t.Errorf("what never was: %v", err)
		}
	})
}

// TestStatesOnTheWay: each step to a release is a state, also where somebody waits for a slot, and a watcher
// hears of it.
func TestStatesOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Conversions = 1
		half := &halfDone{Source: w.Source}
		begun, goOn := make(chan string), make(chan bool)
		w.Source = &slowToRead{Source: half, begun: begun, goOn: goOn}
		changed, stop := w.Watch()
		defer stop()
		heard := func(what string) {
			t.Helper()
			synctest.Wait()
			select {
			case <-changed:
			default:
				t.Errorf("%s: nothing was heard", what)
			}
		}
		half.unfinished.Store("c.csv", true)
		w.uploads.Put("c.csv", "a\n1\n")
		if _, err := w.Process(t.Context(), dynasette.Event{Name: "c.csv"}); !errors.Is(err, dynasette.ErrUnfinished) {
			t.Fatal(err)
		}
		heard("being written")
		done := make(chan bool)
		for _, name := range []string{"a.csv", "b.csv"} {
			w.uploads.Put(name, "a\n1\n")
			go func() { w.process(dynasette.Event{Name: name}); done <- true }()
		}
		first := <-begun
		second := map[string]string{"a.csv": "b.csv", "b.csv": "a.csv"}[first]
		heard("converting")
		w.phasesAre(phases{first: dynasette.PhaseConverting, second: dynasette.PhaseWaiting, "c.csv": dynasette.PhaseWritten})
		if working := w.Working(); len(working) != 3 || working[first].Size != 4 {
			t.Errorf("%+v", working)
		}
		other := w.second()
		other.Store = w.store
		if got := other.phases(); got[first] != dynasette.PhaseConverting {
			t.Errorf("another process sees %v", got)
		}
		goOn <- true
		<-begun
		w.server.fail = func(dynasette.Release) error { // while the server is moved to the release
			w.phasesAre(phases{first: dynasette.PhaseReleasing, second: dynasette.PhaseReleasing, "c.csv": dynasette.PhaseWritten})
			return nil
		}
		goOn <- true
		<-done
		<-done
		heard("published")
		half.unfinished.Delete("c.csv")
		go func() { <-begun; goOn <- true }()
		w.server.fail = nil
		w.process(dynasette.Event{Name: "c.csv"})
		w.phasesAre(phases{first: dynasette.PhasePublished, second: dynasette.PhasePublished, "c.csv": dynasette.PhasePublished})
		if working := w.Working(); len(working) > 0 {
			t.Errorf("%+v", working)
		}
	})
}

// slowToRead stops at the first byte of each document.
type slowToRead struct {
	dynasette.Source
	begun chan string
	goOn  chan bool
}

func (s *slowToRead) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	d, err := s.Source.Open(ctx, u)
	return &slowDocument{Document: d, s: s, name: u.Name}, err
}

type slowDocument struct {
	dynasette.Document
	s     *slowToRead
	name  string
	begun bool
}

func (d *slowDocument) ReadAt(p []byte, off int64) (int, error) {
	if !d.begun {
		d.begun = true
		d.s.begun <- d.name
		<-d.s.goOn
	}
	return d.Document.ReadAt(p, off)
}

// TestStatesInTrouble: what is held back, refused, gone or rolled back says so, and why; what was served stays.
func TestStatesInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("dynasette.yaml", "resources:\n  - {path: '*.csv', guard: {rows: -50%}}\n")
		w.put("a.csv", csvOf(10, "x,y"))
		w.put("gone.csv", "a\n1\n")
		back := servedNow(t, w.store).Release
		w.put("a.csv", csvOf(2, "x,y"))
		for _, e := range w.uploads.Delete("gone.csv") {
			w.process(e)
		}
		want := phases{"a.csv": dynasette.PhaseHeld, "gone.csv": dynasette.PhaseWithdrawn, "dynasette.yaml": dynasette.PhaseFollowed}
		w.phasesAre(want)
		d, err := w.State(t.Context(), "a.csv")
		if err != nil || d.Failure.Held == nil || d.Failure.Held.Changes.Rows.After != 2 || d.Served.Rows() != 10 {
			t.Fatalf("%+v, %v", d, err)
		}
		if _, err := w.Accept(t.Context(), dynasette.Event{Name: "a.csv", Generation: d.Failure.Held.Generation}); err != nil {
			t.Fatal(err)
		}
		want["a.csv"] = dynasette.PhasePublished
		w.phasesAre(want)
		if d, err := w.State(t.Context(), "a.csv"); err != nil || len(d.Versions) != 2 || d.Versions[1].Rows != 2 {
			t.Errorf("%+v, %v", d.Versions, err)
		}
		if _, err := w.Rollback(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		want["a.csv"] = dynasette.PhaseBack
		w.phasesAre(want)
		if states, _ := w.States(t.Context()); states.Of != back {
			t.Errorf("gone back to %q, want %q", states.Of, back)
		}
		poisoned(w)
		w.put("evil.csv", "a\n1\n")
		want["evil.csv"], want["a.csv"] = dynasette.PhaseRefused, dynasette.PhasePublished
		w.put("dynasette.yaml", "resources: 7\n")
		want["dynasette.yaml"] = dynasette.PhaseFailed
		if _, err := w.store.Write(t.Context(), "base/metadata.json", []byte("{"), dynasette.Absent, nil); err != nil {
			t.Fatal(err)
		}
		want["base/metadata.json"] = dynasette.PhaseFailed
		w.phasesAre(want)
	})
}

// TestStatesOfASet: uploads that are one database are one source.
func TestStatesOfASet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("dynasette.yaml", "resources:\n  - {path: 'y/*.csv', into: {database: years, table: t}}\n")
		w.put("y/1.csv", "a\n1\n")
		w.put("y/2.csv", "a\n1\n")
		w.phasesAre(phases{"years/": dynasette.PhasePublished, "dynasette.yaml": dynasette.PhaseFollowed})
	})
}

// TestStatesAreCheap: however many uploads there are, and however many have failed, it is the same few calls, once the
// reasons are read.
func TestStatesAreCheap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		calls := counted(w)
		for i := range 150 {
			w.uploads.Put(fmt.Sprintf("f%03d.csv", i), strings.Repeat("a\n1\n", i%2)) // half of them are broken
		}
		w.reconcile()
		look := func() int {
			calls()
			if _, err := w.States(t.Context()); err != nil {
				t.Fatal(err)
			}
			return sum(calls())
		}
		if n := look(); n > 80 {
			t.Errorf("%d calls at first", n)
		}
		if n := look(); n > 3 {
			t.Errorf("%d calls, want the pointer, and listings of records and base documents", n)
		}
	})
}

// TestVersionsAreBounded: a record keeps the last ones.
func TestVersionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		const most = 30
		for i := range most + 5 {
			w.put("a.csv", "a\n"+strings.Repeat("1\n", i+1))
		}
		d, err := w.State(t.Context(), "a.csv")
		if err != nil || len(d.Versions) != most || d.Versions[most-1].Rows != most+5 {
			t.Errorf("%d versions, %v", len(d.Versions), err)
		}
		data, _, _ := w.store.Read(t.Context(), "sources/a.csv.json")
		var record struct{ Versions json.RawMessage }
		if json.Unmarshal(data, &record); len(record.Versions) > 6<<10 {
			t.Errorf("%d bytes of versions in the record", len(record.Versions))
		}
	})
}
