package dynasette_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

func TestOneUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		r := w.put("cities.csv", "name,people\nOslo,700000\nBern,130000\n")
		if r.Action != dynasette.Converted || r.Slug != "cities" || r.Summary == nil || r.Summary.Tables[0].Rows != 2 || r.Err != nil {
			t.Fatalf("%+v", r)
		}
		m := w.is("cities.csv@1")
		if r.Release != m.Release {
			t.Errorf("result says release %q, served is %q", r.Release, m.Release)
		}
		d := m.Databases[0]
		want := []dynasette.Table{{Name: "cities", Rows: 2}, {Name: "_dynasette_sources", Rows: 1, Hidden: true}}
		if d.Rows() != 2 || d.Format != "csv" || fmt.Sprint(d.Tables) != fmt.Sprint(want) {
			t.Errorf("%+v", d)
		}
		if !bytes.Contains(read(t, w.store, "releases/"+m.Release+"/cities.db"), []byte("Oslo")) {
			t.Error("no Oslo in the database")
		}
	})
}

// TestRepeatedEvents: duplicated, late and stale events change nothing.
func TestRepeatedEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		first := w.uploads.Put("x.csv", "a\n1\n")
		w.process(first[0])
		second := w.uploads.Put("x.csv", "a\n2\n")
		for _, e := range append(append(second, first...), second...) {
			w.process(e)
		}
		w.is("x.csv@2")
		if n := w.server.count(); n != 2 {
			t.Errorf("%d releases for two uploads: %v", n, w.server.restarts)
		}
		if r := w.process(first[0]); r.Action != dynasette.Skipped {
			t.Errorf("a stale event: %s", r.Action)
		}
		if r := w.process(second[0]); r.Action != dynasette.Current || r.Release == "" {
			t.Errorf("a doubled event: %+v", r)
		}
	})
}

func TestDelete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		w.put("y.csv", "a\n1\n")
		gone := w.uploads.Delete("x.csv")
		if r := w.process(gone[0]); r.Action != dynasette.Withdrawn {
			t.Errorf("%+v", r)
		}
		w.is("y.csv@2")
		// A delete that comes after the name was used again.
		w.put("x.csv", "a\n3\n")
		if r := w.process(gone[0]); r.Action != dynasette.Skipped {
			t.Errorf("%+v", r)
		}
		w.is("x.csv@3 y.csv@2")
		for _, name := range []string{"x.csv", "y.csv"} {
			for _, e := range w.uploads.Delete(name) {
				w.process(e)
			}
		}
		w.is("")
		w.reconcile()
		var left []string
		w.store.List(t.Context(), "databases/", func(o dynasette.Object) error { left = append(left, o.Name); return nil })
		if len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	})
}

func TestBrokenUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		r := w.put("x.csv", "")
		if r.Action != dynasette.Failed || !errors.Is(r.Err, converter.ErrEmpty) {
			t.Fatalf("%+v", r)
		}
		m := w.is("x.csv@1") // the last good one
		if r := w.put("dir/new.csv", ""); r.Action != dynasette.Failed {
			t.Fatalf("%+v", r)
		}
		var failures []string
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error {
			failures = append(failures, f.Source+"@"+f.Generation)
			return nil
		}); err != nil || strings.Join(failures, " ") != "dir/new.csv@3 x.csv@2" {
			t.Fatalf("failures: %q (%v)", failures, err)
		}
		if !bytes.Contains(read(t, w.store, "errors/x.csv.json"), []byte("the document is empty")) {
			t.Error("the record doesn't say why")
		}
		// It is not tried again, and nothing is released.
		if r := w.reconcile(); r.Failed != 2 || r.Converted != 0 || r.Release != m.Release {
			t.Errorf("%+v", r)
		}
		w.put("x.csv", "a\n4\n")
		w.is("x.csv@4")
		w.process(w.uploads.Delete("dir/new.csv")[0])
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error { return errors.New(f.Source) }); err != nil {
			t.Errorf("still recorded: %v", err)
		}
	})
}

// TestBurst: many uploads at once are one release, or two.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var group sync.WaitGroup
		for i := range 50 {
			events := w.uploads.Put(fmt.Sprintf("f%02d.csv", i), fmt.Sprintf("a\n%d\n", i))
			group.Go(func() {
				r, err := w.Process(t.Context(), events[0])
				if err != nil || r.Release == "" {
					t.Errorf("%+v %v", r, err)
				}
				if database(servedNow(t, w.store), events[0].Name) == nil {
					t.Errorf("%s was acknowledged and is not served", events[0].Name)
				}
			})
		}
		group.Wait()
		if n := w.server.count(); n > 2 {
			t.Errorf("%d releases for one burst", n)
		}
		if len(servedNow(t, w.store).Databases) != 50 {
			t.Error("not all are served")
		}
	})
}

// TestOvertaken: another process has made the same database before this one commits its own.
func TestOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		other := &dynasette.Pipeline{Source: w.Source, Store: w.store, Formats: w.Formats}
		overtake := sync.OnceFunc(func() {
			if r, err := other.Bring(t.Context(), e); err != nil || r.Action != dynasette.Converted {
				t.Errorf("%+v %v", r, err)
			}
		})
		w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
			if op == "commit" {
				overtake()
			}
			return sinktest.None
		}}
		w.process(e)
		if database(servedNow(t, w.store), e.Name) == nil {
			t.Error("not served")
		}
	})
}

// TestSlowBurst: uploads that take long to convert don't make a release each.
func TestSlowBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.Formats = new(converter.Registry)
		w.Formats.Register(converter.Format{Name: "slow", Extensions: []string{".csv"}},
			converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
				time.Sleep(time.Second)
				return out.Table("t", "a").Append(converter.Int(1))
			}))
		w.Conversions = 2
		var group sync.WaitGroup
		for i := range 50 {
			e := w.uploads.Put(fmt.Sprintf("f%02d.csv", i), "x")[0]
			group.Go(func() { w.process(e) })
		}
		group.Wait()
		if n := w.server.count(); n > 2 {
			t.Errorf("%d releases for one burst", n)
		}
	})
}

func TestCollidingNames(t *testing.T) {
	names := []string{"a.b.csv", "a-b.csv", "x.csv", "x.CSV", "dir/x.csv", "dir-x.csv", "../x.csv", "static.csv", "_memory.csv", "-.csv", "metadata.csv"}
	var first string
	for round := range 2 {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			for i := range names {
				name := names[i]
				if round == 1 {
					name = names[len(names)-1-i]
				}
				if r := w.put(name, "a\n1\n"); r.Action != dynasette.Converted {
					t.Errorf("%s: %+v", name, r)
				}
			}
			for _, name := range []string{"dir/", ".x.csv", "x.csv.part", "~$x.csv"} {
				if r := w.put(name, "a\n1\n"); r.Action != dynasette.Skipped {
					t.Errorf("%s: %+v", name, r)
				}
			}
			var slugs []string
			for _, d := range servedNow(t, w.store).Databases {
				slugs = append(slugs, d.Slug+"="+d.Source)
			}
			if all := strings.Join(slugs, " "); len(slugs) != len(names) {
				t.Errorf("served: %s", all)
			} else if first == "" {
				first = all
			} else if all != first {
				t.Errorf("served: %s\nin another order: %s", all, first)
			}
		})
	}
}

func TestNameThatIsNotUTF8(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		if r := w.put("b\xe4ume.csv", "a\n1\n"); r.Action != dynasette.Failed || r.Err == nil {
			t.Errorf("%+v", r)
		}
		w.uploads.Put("x.csv", "a\n1\n")
		if r := w.reconcile(); r.Failed != 1 || r.Converted != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// TestUploadedConfiguration: what Datasette would take for configuration is data.
func TestUploadedConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for _, name := range []string{
			"metadata.json", "metadata.yaml", "config.json", "settings.json", "datasette.yaml", "inspect-data.json",
			"plugins/evil.py", "templates/index.html", "base/metadata.json", "current.json", "lease.json",
		} {
			w.put(name, "title,plugins\nevil,evil\n") // CSV, whatever its name
		}
		m := servedNow(t, w.store)
		if strings.Contains(string(read(t, w.store, "releases/"+m.Release+"/metadata.json")), `"title"`) {
			t.Error("an uploader has set the title")
		}
		w.store.List(t.Context(), "releases/"+m.Release+"/", func(o dynasette.Object) error {
			switch name := strings.TrimPrefix(o.Name, "releases/"+m.Release+"/"); {
			case strings.HasSuffix(name, ".db") && !strings.Contains(name, "/"):
			case name == "metadata.json", name == "inspect-data.json", name == "settings.json", name == "datasette.yaml":
			default:
				t.Errorf("%s in the release", name)
			}
			return nil
		})
	})
}

func TestReconcile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 20 {
			w.uploads.Put(fmt.Sprintf("f%d.csv", i), "a\n1\n")
		}
		w.uploads.Put("bad.csv", "")
		if r := w.reconcile(); r.Uploads != 21 || r.Converted != 20 || r.Failed != 1 || r.Release == "" {
			t.Errorf("%+v", r)
		}
		r := w.reconcile()
		if r.Uploads != 21 || r.Current != 20 || r.Failed != 1 || r.Converted != 0 || w.server.count() != 1 {
			t.Errorf("%+v, %d releases", r, w.server.count())
		}
		w.uploads.Put("f1.csv", "a\n2\n")
		w.uploads.Delete("f2.csv")
		w.uploads.Delete("bad.csv")
		if r := w.reconcile(); r.Uploads != 19 || r.Current != 18 || r.Converted != 1 || r.Withdrawn != 1 || r.Failed != 0 {
			t.Errorf("%+v", r)
		}
		if n := w.server.count(); n != 2 {
			t.Errorf("%d releases, want 2", n)
		}
		// Another version of the converters reads everything anew.
		next := *newWorld(t)
		next.Source, next.Store, next.Version, next.Restarter = w.Source, w.Store, "next", w.server
		if r, err := next.Reconcile(t.Context()); err != nil || r.Converted != 19 {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// TestMendInParts: the parts of the work add up.
func TestMendInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 10 {
			w.uploads.Put(fmt.Sprintf("f%d.csv", i), "a\n1\n")
		}
		w.reconcile()
		for i := range 10 {
			w.uploads.Put(fmt.Sprintf("f%d.csv", i), "a\n2\n")
		}
		w.uploads.Delete("f3.csv")
		converted, withdrawn := 0, 0
		for part := range 3 {
			r, err := w.Mend(t.Context(), func(name string) bool { return int(name[1]-'0')%3 == part })
			if err != nil {
				t.Fatal(err)
			}
			converted += r.Converted
			withdrawn += r.Withdrawn
		}
		if converted != 9 || withdrawn != 1 || w.server.count() != 1 {
			t.Errorf("%d converted, %d withdrawn, %d releases", converted, withdrawn, w.server.count())
		}
		if _, err := w.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(servedNow(t, w.store).Databases); n != 9 {
			t.Errorf("%d databases", n)
		}
	})
}

// TestLostDescription: a database about which nothing is known is made anew.
func TestLostDescription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		w.store.List(t.Context(), "databases/x.", func(o dynasette.Object) error {
			if strings.HasSuffix(o.Name, ".json") {
				return w.store.Delete(t.Context(), o.Name, o.Generation)
			}
			return nil
		})
		if r := w.reconcile(); r.Converted != 1 {
			t.Errorf("%+v", r)
		}
		w.put("y.csv", "a\n1\n")
		w.is("x.csv@1 y.csv@2")
	})
}

// TestRenamed: with another Slug, nothing stays under its old name.
func TestRenamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		next := w.second()
		next.Pipeline.Slug = func(name string) string { return "other-" + dynasette.Slug(name) }
		if r := next.reconcile(); r.Converted != 1 {
			t.Errorf("%+v", r)
		}
		next.Wait()
		m := next.is("x.csv@1")
		if m.Databases[0].Slug != "other-x" {
			t.Errorf("%+v", m)
		}
		if again := next.reconcile(); again.Current != 1 || again.Release != m.Release {
			t.Errorf("%+v", again)
		}
	})
}
