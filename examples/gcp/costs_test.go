package gcp_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/sinktest"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// Prices are Google's list prices in europe-west1 on 2026-09-15, in US dollars, and what is
// free each month. Free storage is only in regions of the US.
const (
	perGiBMonth = 0.020        // of storage, STANDARD
	perClassA   = 0.005 / 1000 // writes, lists, compositions
	perClassB   = 0.0004 / 1000
	perEgress   = 0.12 // a GiB
	perVCPU     = 0.000024
	perGiBs     = 0.0000025
	freeVCPU    = 180_000
	freeGiBs    = 360_000
)

// The example: what is in it, and what happens in a day.
const (
	sources   = 200
	sizeGB    = 0.1 // of an upload, and of its database
	uploads   = 50  // replaced a day, each on its own
	views     = 10_000
	versions  = 30 // days that what was replaced in the uploads is kept: storage.tf
	days      = 30
	visitorKB = 50 // of a page
	viewTime  = 0.1
	blocks    = 10 // of 1 MiB, that a page reads from the bucket

	// What was seen of gcsfuse with a bucket that takes 30 ms: opening a database asks for
	// two lists, one description and one read, once in an instance (mount_options).
	listsOpened, readsOpened = 2, 2
	starts                   = 10 // of instances a day, beside those that revisions bring
	convertTime              = 5  // seconds for an upload to be served, in place
	revisionTime             = 100
	reconcileTime            = 2
	reconciles               = 24 * 4 // variables.tf
	probes                   = 24 * 60 * 2
)

// calls is what operations are billed as. Deleting is free.
type calls struct{ a, b float64 }

func (c calls) times(n float64) calls { return calls{c.a * n, c.b * n} }
func (c calls) plus(o calls) calls    { return calls{c.a + o.a, c.b + o.b} }

// billed is what Cloud Storage bills an operation of a Store as. A database of more than 8 MiB is two
// uploads and a composition, a small one is an upload.
var billed = map[string]calls{
	"list": {a: 1}, "write": {a: 1}, "sweep": {a: 1}, "commit": {a: 3}, "stat": {b: 1}, "read": {b: 1}, "open": {b: 2},
}

// measure counts what the pipeline asks of its store for an upload that is replaced among
// all the others, and for a look at all of them.
func measure(t *testing.T) (change, idle calls) {
	t.Helper()
	folder := t.TempDir()
	store, err := sinkdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var now calls
	count := &sinktest.Faulty{Store: store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
		mu.Lock()
		defer mu.Unlock()
		now = now.plus(billed[op])
		return sinktest.None
	}}
	taken := func() calls {
		mu.Lock()
		defer mu.Unlock()
		c := now
		now = calls{}
		return c
	}
	p := &dynasette.Pipeline{Source: &sourcedir.Source{Root: folder}, Store: count, Formats: all.Formats()}
	for i := range sources {
		write(t, filepath.Join(folder, fmt.Sprintf("f%03d.csv", i)), "a\n1\n")
	}
	reconcile := func() {
		if _, err := p.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.Wait()
	}
	replace := func(text string) {
		write(t, filepath.Join(folder, "f000.csv"), text)
		if r, err := p.Process(t.Context(), dynasette.Event{Name: "f000.csv"}); err != nil || r.Err != nil {
			t.Fatal(err, r.Err)
		}
		p.Wait()
	}
	reconcile()
	for i := range 4 { // until something is collected with every release
		replace(fmt.Sprintf("a\n1\n%s\n", strings.Repeat("2\n", i)))
	}
	taken()
	replace("a\nlast\n")
	change = taken()
	reconcile()
	idle = taken()
	// Of the uploads' bucket: a description, and reads of 8 MiB; a list.
	change.b += 1 + sizeGB*1e9/(8<<20)
	idle.a++
	return change, idle
}

// costs returns the bill of a month, by what is billed.
func costs(change, idle calls, mode string) map[string]float64 {
	opened := calls{a: listsOpened, b: readsOpened}
	day := change.times(uploads).plus(idle.times(reconciles)).plus(calls{b: views * blocks})
	begins := float64(starts)
	busy := float64(uploads * convertTime)
	if mode == "follow" {
		day = day.plus(opened.times(uploads))            // what is new in a release
		day = day.plus(calls{b: views + probes})         // looks at the pointer
		day = day.plus(calls{a: 1, b: 6}.times(uploads)) // documents of releases
	} else {
		begins += uploads * 2 // a revision, and once more what it is scaled to
		busy = uploads * revisionTime
	}
	day = day.plus(opened.times(begins * sources))

	const gib = 1e9 / (1 << 30)
	stored := (2*sources + 3) * sizeGB // uploads, databases, and those that only kept releases name
	stored += uploads * sizeGB * versions
	vcpu := (2*(busy+reconciles*reconcileTime) + views*viewTime) * days
	gibs := (busy + reconciles*reconcileTime + views*viewTime) * days
	return map[string]float64{
		"storage":               stored * gib * perGiBMonth,
		"writes and lists":      day.a * days * perClassA,
		"reads":                 day.b * days * perClassB,
		"pages to the world":    views * visitorKB * 1000. / (1 << 30) * days * perEgress,
		"processors and memory": max(0, vcpu-freeVCPU)*perVCPU + max(0, gibs-freeGiBs)*perGiBs,
	}
}

// The README's costs are those of the calls that are made today.
func TestCosts(t *testing.T) {
	change, idle := measure(t)
	bills := map[string]map[string]float64{}
	for _, mode := range modes {
		bills[mode] = costs(change, idle, mode)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "| a month, in $ | %s |\n|---|%s\n", strings.Join(modes, " | "), strings.Repeat("---:|", len(modes)))
	total := map[string]float64{}
	for _, what := range slices.Sorted(maps.Keys(bills["follow"])) {
		fmt.Fprintf(&table, "| %s |", what)
		for _, mode := range modes {
			total[mode] += bills[mode][what]
			fmt.Fprintf(&table, " %.1f |", bills[mode][what])
		}
		table.WriteString("\n")
	}
	fmt.Fprintf(&table, "| **together** | **%.0f** | **%.0f** |\n", total["follow"], total["revision"])
	if readme := readFiles(t, "README.md")["README.md"]; !strings.Contains(readme, table.String()) {
		t.Errorf("a change is billed as %.0f A and %.0f B, a look at all as %.0f A and %.0f B; want in README.md\n%s",
			change.a, change.b, idle.a, idle.b, table.String())
	}
}
