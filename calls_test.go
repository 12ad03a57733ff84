package dynasette_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// countedSource counts the calls to a Source.
type countedSource struct {
	dynasette.Source
	count func(op string)
}

func (s countedSource) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	s.count("source list")
	return s.Source.List(ctx, fn)
}

func (s countedSource) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	s.count("source stat")
	return s.Source.Stat(ctx, name)
}

func (s countedSource) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	s.count("source open")
	return s.Source.Open(ctx, u)
}

// counted is a store and a source that count the calls to them. Pages of a draft are not calls.
func counted(w *world) (calls func() map[string]int) {
	var mu sync.Mutex
	all := map[string]int{}
	count := func(op string) {
		mu.Lock()
		defer mu.Unlock()
		all[op]++
	}
	w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
		if op != "page" && op != "create" && op != "reset" {
			folder, _, _ := strings.Cut(name, "/")
			count(op + " " + folder)
		}
		return sinktest.None
	}}
	w.Source = countedSource{w.Source, count}
	return func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		n := maps.Clone(all)
		clear(all)
		return n
	}
}

func sum(calls map[string]int) (n int) {
	for _, c := range calls {
		n += c
	}
	return n
}

// TestCalls: what a change costs does not depend on what there is besides, but for the pages
// of listings, which here are one each: of uploads, of records, of databases.
func TestCalls(t *testing.T) {
	costs := map[string]map[int]int{}
	few, many := 5, 300
	if testing.Short() {
		many = 70 // what takes a call for each file shows
	}
	for _, n := range []int{few, many} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			calls := counted(w)
			for i := range n {
				w.uploads.Put(fmt.Sprintf("f%03d.csv", i), "a\n1\n")
				if i%5 == 0 { // some are broken, and stay
					w.uploads.Put(fmt.Sprintf("broken%03d.csv", i), "")
				}
			}
			w.reconcile()
			for i := range 4 { // until something is collected with every release
				w.put("f000.csv", fmt.Sprintf("a\n%d\n", i))
				w.Wait()
				time.Sleep(time.Hour)
			}
			const pages = 1
			burst := func() {
				for i := range 40 {
					w.put("f000.csv", fmt.Sprintf("a\n%d\n", 10*i))
					w.Wait()
				}
			}
			gone := []dynasette.Event{}
			for _, step := range []struct {
				what string
				most int
				do   func()
			}{
				{"a change", 28 + pages, func() { w.process(w.uploads.Put("f000.csv", "a\n9\n")[0]) }},
				{"40 changes", 40 * (20 + pages + 8), burst},
				{"a change after a burst", 31 + pages, func() { w.process(w.uploads.Put("f000.csv", "a\n9\n")[0]) }},
				{"a delete after a burst", 27 + pages, func() { w.process(w.uploads.Delete("f002.csv")[0]) }},
				{"a reconcile after a burst", 29 + 3*pages, func() { w.reconcile() }},
				{"... of another process", 29 + 3*pages, func() {
					next := w.second()
					next.Source, next.Store = w.Source, w.Store
					next.reconcile()
				}},
				{"all reconciles until nothing is left", 40 * 32, func() {
					before := math.MaxInt
					for n := len(filesOf(t, w.store, "databases/", "releases/")); n < before; {
						time.Sleep(time.Hour)
						w.reconcile()
						before, n = n, len(filesOf(t, w.store, "databases/", "releases/"))
					}
					if at := pointerOf(t, w.store); len(at.Left) > 0 {
						t.Errorf("left: %+v", at)
					}
					(&play{t: t, store: w.store}).leftovers()
				}},
				{"the same event again", 3, func() { w.process(dynasette.Event{Name: "f000.csv"}) }},
				{"a broken upload", 7, func() { w.put("new.csv", "") }},
				{"the same event again, of a broken one", 2, func() { w.process(dynasette.Event{Name: "new.csv"}) }},
				{"a delete", 26 + pages, func() { gone = w.uploads.Delete("f001.csv"); w.process(gone[0]) }},
				{"the same delete again", 5, func() { w.process(gone[0]) }},
				{"the broken one is gone", 5, func() { w.process(w.uploads.Delete("new.csv")[0]) }},
				{"the first reconcile", 3*pages + 7, func() { w.reconcile() }},
				{"an idle reconcile", 3*pages + 4, func() { w.reconcile() }},
				{"an idle reconcile of another process", 3*pages + 5, func() {
					next := w.second()
					next.Source, next.Store = w.Source, w.Store
					next.reconcile()
				}},
			} {
				time.Sleep(time.Hour)
				calls()
				step.do()
				w.Wait()
				c := calls()
				if sum(c) > step.most {
					t.Errorf("%s among %d: %d calls, want at most %d: %v", step.what, n, sum(c), step.most, c)
				}
				if costs[step.what] == nil {
					costs[step.what] = map[int]int{}
				}
				costs[step.what][n] = sum(c)
			}
		})
	}
	for what, by := range costs {
		if by[few] != by[many] {
			t.Errorf("%s costs %d calls among %d, and %d among %d", what, by[few], few, by[many], many)
		}
	}
}
