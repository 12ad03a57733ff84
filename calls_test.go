package dynasette_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// counted is a store that counts the calls to it. Pages of a draft are not calls.
func counted(w *world) (calls func() map[string]int) {
	var mu sync.Mutex
	all := map[string]int{}
	w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
		if op != "page" && op != "create" && op != "reset" {
			mu.Lock()
			defer mu.Unlock()
			folder, _, _ := strings.Cut(name, "/")
			all[op+" "+folder]++
		}
		return sinktest.None
	}}
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

// TestCalls: what a change costs does not depend on what there is besides.
func TestCalls(t *testing.T) {
	costs := map[string]map[int]int{}
	for _, n := range []int{5, 300} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			calls := counted(w)
			for i := range n {
				w.uploads.Put(fmt.Sprintf("f%03d.csv", i), "a\n1\n")
			}
			w.reconcile()
			for i := range 4 { // until something is collected with every release
				w.put("f000.csv", fmt.Sprintf("a\n%d\n", i))
				w.Wait()
			}
			gone := []dynasette.Event{}
			for _, step := range []struct {
				what string
				most int
				do   func()
			}{
				{"a change", 29, func() { w.put("f000.csv", "a\n9\n") }},
				{"the same event again", 2, func() { w.process(dynasette.Event{Name: "f000.csv"}) }},
				{"a broken upload", 3, func() { w.put("new.csv", "") }},
				{"the same event again, of a broken one", 1, func() { w.process(dynasette.Event{Name: "new.csv"}) }},
				{"a delete", 25, func() { gone = w.uploads.Delete("f001.csv"); w.process(gone[0]) }},
				{"the same delete again", 4, func() { w.process(gone[0]) }},
				{"an idle reconcile", 13, func() { w.reconcile() }},
			} {
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
		if by[5] != by[300] {
			t.Errorf("%s costs %d calls among 5, and %d among 300", what, by[5], by[300])
		}
	}
}
