package dynasette_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/tries"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// csvOf returns a CSV file with so many rows of its columns.
func csvOf(rows int, columns string) string {
	return columns + "\n" + strings.Repeat(strings.TrimSuffix(strings.Repeat("1,", 1+strings.Count(columns, ",")), ",")+"\n", rows)
}

// holds checks that a version of an upload is held back, and why.
func (f *following) holds(r dynasette.Result, why string) *dynasette.Hold {
	f.t.Helper()
	var hold *dynasette.Hold
	if r.Action != dynasette.Held || !errors.As(r.Err, &hold) || !strings.Contains(r.Err.Error(), why) {
		f.t.Fatalf("%+v, want it to be held: %s", r, why)
	}
	return hold
}

// A new version that loses too much is held back, what was served stays, and whoever accepts it has it
// served as it was made.
func TestGuard(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", "resources:\n  - {path: '*.csv', guard: {rows: -50%, columns: keep, rejects: 1%}}\n")
		f.put("a.csv", csvOf(10, "x,y"))
		f.put("a.csv", csvOf(5, "x,y")) // so much may be lost
		f.is("a.csv@3")
		r := f.put("a.csv", csvOf(2, "x"))
		hold := f.holds(r, "a.csv: held back by its guard: table a: 5 → 2 rows (-3), but only -50% is allowed; table a: column y is gone")
		if r.Release != "" || r.Summary == nil {
			t.Errorf("%+v", r)
		}
		want := []dynasette.Breach{
			{Rule: "rows", Limit: "-50%", Table: "a", Rows: dynasette.RowsDiff{Before: 5, After: 2}},
			{Rule: "columns", Limit: "keep", Table: "a", Columns: []string{"y"}},
		}
		if !reflect.DeepEqual(hold.Breaches, want) || hold.Generation != "4" || hold.Changes.Rows != want[0].Rows || len(hold.Changes.Tables) != 1 {
			t.Errorf("%+v", hold)
		}
		f.is("a.csv@3")
		var failures []dynasette.Failure
		f.Failures(context.Background(), func(failure dynasette.Failure) error { failures = append(failures, failure); return nil })
		if len(failures) != 1 || failures[0].Source != "a.csv" || failures[0].Message != r.Err.Error() || failures[0].Held == nil ||
			!reflect.DeepEqual(failures[0].Held.Breaches, want) {
			t.Errorf("%+v", failures)
		}
		other := &following{f.second(), t}
		if r := other.reconcile(); r.Held != 1 || r.Converted != 0 || r.Failed != 0 {
			t.Errorf("%+v", r)
		}
		f.holds(f.process(dynasette.Event{Name: "a.csv"}), "held back")
		time.Sleep(time.Hour)
		f.reconcile() // which collects what no record names
		store := &dynasette.Pipeline{Store: f.store, Formats: f.Formats, Restarter: f.Restarter}
		for _, e := range []dynasette.Event{{Name: "a.csv", Generation: "3"}, {Name: "b.csv"}} {
			if r, err := store.Accept(context.Background(), e); !errors.Is(err, dynasette.ErrNotHeld) {
				t.Errorf("%+v: %+v, %v", e, r, err)
			}
		}
		r, err := store.Accept(context.Background(), dynasette.Event{Name: "a.csv", Generation: "4"})
		if err != nil || r.Action != dynasette.Converted || r.Slug != "a" || r.Release != f.is("a.csv@4").Release {
			t.Errorf("%+v, %v", r, err)
		}
		if r := other.reconcile(); r.Held != 0 || r.Converted != 0 || r.Current != 1 {
			t.Errorf("%+v", r)
		}
		if all := f.failures(); len(all) > 0 {
			t.Errorf("%q", all)
		}
		f.has("a: a(x)")
	})
}

// What is held back is so until a newer version comes, or the older one again, or the upload is gone.
func TestGuardAndAnotherVersion(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", "resources: [{path: '*.csv', guard: {rows: -50%}}]")
		f.put("a.csv", csvOf(10, "x"))
		f.holds(f.put("a.csv", csvOf(1, "x")), "10 → 1 row")
		f.holds(f.put("a.csv", csvOf(2, "x")), "10 → 2 rows")
		f.put("a.csv", "") // broken
		if all := f.failures(); len(all) != 1 || strings.Contains(all[0], "held") {
			t.Errorf("%q", all)
		}
		if _, err := f.Accept(context.Background(), dynasette.Event{Name: "a.csv"}); !errors.Is(err, dynasette.ErrNotHeld) {
			t.Error(err)
		}
		f.put("a.csv", csvOf(9, "x"))
		f.is("a.csv@6")
		f.holds(f.put("a.csv", csvOf(3, "x")), "9 → 3 rows")
		f.process(f.uploads.Delete("a.csv")[0])
		f.is("")
		f.put("a.csv", csvOf(3, "x")) // there is nothing to lose
		f.is("a.csv@8")
		time.Sleep(time.Hour)
		for range 3 {
			time.Sleep(time.Hour)
			f.reconcile()
		}
		(&play{t: t, store: f.store}).leftovers()
	})
}

// Another guard asks again, of what was made already; other rules make it anew.
func TestGuardThatChanges(t *testing.T) {
	follow(t, func(f *following) {
		rules := func(text string) {
			if r := f.put("dynasette.yaml", text); r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		rules("resources: [{path: '*.csv', guard: {rows: -50%}}]")
		f.put("a.csv", csvOf(10, "x"))
		f.holds(f.put("a.csv", csvOf(4, "x")), "-50% is allowed")
		made := filesOf(t, f.store, "databases/")
		rules("resources: [{path: '*.csv', guard: {rows: -5}}]")
		if all := f.failures(); len(all) != 1 || !strings.Contains(all[0], "only -5 is") {
			t.Errorf("%q", all)
		}
		f.is("a.csv@2")
		rules("resources: [{path: '*.csv', guard: {rows: -60%}}]")
		f.is("a.csv@3")
		if now := filesOf(t, f.store, "databases/"); !slices.Equal(now, made) {
			t.Errorf("%q, and were %q", now, made)
		}
		f.holds(f.put("a.csv", csvOf(1, "x")), "only -60% is")
		f.process(f.uploads.Delete("dynasette.yaml")[0])
		f.is("a.csv@6")

		rules("resources: [{path: '*.csv', guard: {rejects: 0}}]")
		f.is("a.csv@6")
		f.holds(f.put("b.csv", "a,b\n1,2\n3,\"x\n"), "b.csv: held back by its guard: 1 of 2 rows rejected, but only 0 is allowed")
		f.is("a.csv@6")
		rules("resources: [{path: '*.csv', guard: {rejects: 0}, name: t}]")
		if all := f.failures(); len(all) != 1 {
			t.Errorf("%q", all)
		}
		f.has("a: t(x)")
		if r, err := f.Accept(context.Background(), dynasette.Event{Name: "b.csv"}); err != nil || r.Release == "" {
			t.Errorf("%+v, %v", r, err)
		}
		f.has("a: t(x); b: t(a, b)")
		rules("resources: [{path: '*.csv', guard: {rejects: 0}, name: u}]") // no more rows are rejected than were accepted
		f.has("a: u(x); b: u(a, b)")
	})
}

// A guard may be about one of several tables; a table that is gone has lost all, and one that is new, nothing.
func TestGuardOfTables(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", `resources:
  - {path: '*.json', table: a, guard: {rows: -0, columns: keep}}
  - {path: '*.json', table: b, guard: {rows: +100%}}
`)
		f.put("x.json", `{"a": [{"i": 1}, {"i": 2}], "b": [{"j": 1}], "c": [{"k": 1}, {"k": 2}]}`)
		f.put("x.json", `{"a": [{"i": 1}, {"i": 2}, {"i": 3}], "b": [{"j": 1}, {"j": 2}]}`) // c is free
		f.is("x.json@3")
		f.holds(f.put("x.json", `{"a": [{"i": 1}, {"i": 2}, {"i": 3}], "b": [{"j": 1}, {"j": 2}, {"j": 3}, {"j": 4}, {"j": 5}]}`), "table b: 2 → 5 rows (+3), but only +100% is allowed")
		f.holds(f.put("x.json", `{"b": [{"j": 1}], "d": [{"k": 1}]}`), "table a is gone (3 rows), but only -0 is allowed; table a is gone with all its columns")
		f.is("x.json@3")
	})
}

// Rejected rows are counted of each document in an archive.
func TestGuardOfAnArchive(t *testing.T) {
	follow(t, func(f *following) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{"in/a.csv": csvOf(9, "a,b") + "3,\"x\n", "b.csv": csvOf(9, "a,b")} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, text)
		}
		z.Close()
		f.put("dynasette.yaml", "resources: [{path: x.zip/in/*.csv, guard: {rejects: 9%}}, {path: y.zip, guard: {rejects: 9%}}, {path: z.zip, guard: {rejects: 10%}}]")
		for _, name := range []string{"x.zip", "y.zip"} {
			f.holds(f.put(name, b.String()), "1 of 10 rows rejected, but only 9% is allowed")
		}
		f.put("z.zip", b.String())
		f.is("z.zip@4")
	})
}

// What is held back and was deleted from the store by hand is made again, and is no longer accepted as it was.
func TestGuardOfWhatIsLost(t *testing.T) {
	follow(t, func(f *following) {
		f.put("dynasette.yaml", "resources: [{path: '*.csv', guard: {rejects: 0}}]")
		f.holds(f.put("a.csv", "a,b\n1,2\n3,\"x\n"), "1 of 2 rows rejected")
		lost := filesOf(t, f.store, "databases/")
		if len(lost) != 1 {
			t.Fatalf("%q", lost)
		}
		o, err := f.store.Stat(context.Background(), lost[0])
		if err != nil || f.store.Delete(context.Background(), o.Name, o.Generation) != nil {
			t.Fatal(err)
		}
		if _, err := f.Accept(context.Background(), dynasette.Event{Name: "a.csv"}); !errors.Is(err, dynasette.ErrNotHeld) {
			t.Error(err)
		}
		f.reconcile()
		if now := filesOf(t, f.store, "databases/"); len(now) != 1 || now[0] == lost[0] {
			t.Errorf("%q, and were %q", now, lost)
		}
		if _, err := f.Accept(context.Background(), dynasette.Event{Name: "a.csv"}); err != nil {
			t.Error(err)
		}
		f.is("a.csv@2")
	})
}

// TestGuardIsTold: once in the log.
func TestGuardIsTold(t *testing.T) {
	follow(t, func(f *following) {
		log := &lines{}
		f.Log = log.logger()
		f.put("dynasette.yaml", "resources: [{path: '*.csv', guard: {rows: -0}}]")
		f.put("a.csv", csvOf(2, "x"))
		f.put("a.csv", csvOf(1, "x"))
		f.reconcile()
		f.process(dynasette.Event{Name: "a.csv"})
		if n := log.about(t, "a.csv", slog.LevelWarn); n != 1 {
			t.Errorf("%d lines", n)
		}
	})
}

// TestAcceptAndDie: wherever whoever accepts a version dies, it is served, or is still held back.
func TestAcceptAndDie(t *testing.T) {
	for at := range 2 * 16 {
		follow(t, func(f *following) {
			f.put("dynasette.yaml", "resources: [{path: '*.csv', guard: {rows: -0}}]")
			f.put("a.csv", csvOf(2, "x"))
			f.holds(f.put("a.csv", csvOf(1, "x")), "held back")
			dying := f.second()
			ctx, kill := context.WithCancel(context.Background())
			var calls atomic.Int64
			dying.Store = &sinktest.Faulty{Store: f.store, Fault: func(context.Context, string, string) sinktest.Fault {
				switch n := int(calls.Add(1)) - 1; {
				case n < at/2:
					return sinktest.None
				case n == at/2 && at%2 == 1:
					kill()
					return sinktest.After
				}
				kill()
				return sinktest.Before
			}}
			_, err := dying.Accept(ctx, dynasette.Event{Name: "a.csv"})
			kill()
			dying.Wait()
			time.Sleep(time.Hour)
			next := &following{f.second(), t}
			report := next.reconcile()
			held := len(next.failures()) > 0
			if held == (report.Current == 1) || err == nil && held || report.Converted > 0 {
				t.Errorf("died at call %d: %v; %+v", at, err, report)
			}
			if held {
				next.is("a.csv@2")
			} else {
				next.is("a.csv@3")
			}
		})
	}
}

// TestChanges holds what a guard says of two versions against what they are made of.
func TestChanges(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	version := func() *converter.Summary {
		s := &converter.Summary{}
		for _, name := range []string{"a", "b", "c"} {
			if random.IntN(3) == 0 {
				continue
			}
			table := converter.TableSummary{Name: name, Rows: random.Int64N(20)}
			for _, column := range []string{"x", "y", "z"} {
				if random.IntN(4) > 0 {
					table.Columns = append(table.Columns, converter.ColumnSummary{Name: column, Type: []string{"TEXT", "INTEGER"}[random.IntN(2)]})
				}
			}
			if len(table.Columns) > 0 {
				s.Tables = append(s.Tables, table)
			}
		}
		return s
	}
	columnsOf := func(s *converter.Summary) (all []string, rows map[string]int64) {
		rows = map[string]int64{}
		for _, t := range s.Tables {
			rows[t.Name] = t.Rows
			for _, c := range t.Columns {
				all = append(all, t.Name+"."+c.Name)
			}
		}
		return all, rows
	}
	for range tries.Of(5_000) {
		before, after := version(), version()
		rows := fmt.Sprintf("-%d%%", random.IntN(101))
		breaches := dynasette.Breaches(t, fmt.Sprintf("resources: [{path: x, guard: {rows: %q, columns: keep}}]", rows), "x", before, after)
		had, rowsBefore := columnsOf(before)
		has, rowsAfter := columnsOf(after)
		var want, got []string
		for _, c := range had {
			if !slices.Contains(has, c) {
				want = append(want, c)
			}
		}
		var percent int64
		fmt.Sscanf(rows, "-%d%%", &percent)
		for table, n := range rowsBefore {
			if lost := n - rowsAfter[table]; lost*100 > percent*n {
				want = append(want, table)
			}
		}
		for _, b := range breaches {
			switch {
			case b.Rule == "rows":
				got = append(got, b.Table)
			case b.Gone:
				for _, c := range had {
					if strings.HasPrefix(c, b.Table+".") {
						got = append(got, c)
					}
				}
			default:
				for _, c := range b.Columns {
					got = append(got, b.Table+"."+c)
				}
			}
		}
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Fatalf("%s: %v → %v: %q, want %q", rows, before, after, got, want)
		}
		if d := dynasette.Changes(before, after); d.Rows != (dynasette.RowsDiff{Before: before.Rows(), After: after.Rows()}) || d.Change != dynasette.Changed {
			t.Fatalf("%+v", d)
		}
		if dynasette.Breaches(t, "resources: [{path: x, guard: {rows: -0, columns: keep}}]", "x", before, before) != nil {
			t.Fatalf("%v breaks with itself", before)
		}
	}
}
