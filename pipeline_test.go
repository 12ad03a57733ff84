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
		want := []dynasette.Table{{Name: "cities", Rows: 2, Columns: []string{"name", "people"}, Types: []string{"TEXT", "INTEGER"}}, {Name: "_dynasette_sources", Rows: 1, Hidden: true}}
		if d.Rows() != 2 || d.Format != "csv" || fmt.Sprint(d.Tables) != fmt.Sprint(want) {
			t.Errorf("%+v", d)
		}
		if !bytes.Contains(read(t, w.store, d.Object), []byte("Oslo")) {
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

// TestEventsOfOthers: an event about a generation that is not the live one, or that one was
// deleted, is not what brings the live one; its own event is.
func TestEventsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		first := w.uploads.Put("x.csv", "a\n1\n")[0]
		second := w.uploads.Put("x.csv", "a\n2\n")
		own, replaced := second[0], second[1]
		nameless := dynasette.Event{Name: "x.csv", Deleted: true}
		gone := own
		gone.Deleted = true // and uploaded anew as the same generation, which no bucket does
		for _, e := range []dynasette.Event{replaced, first, nameless, gone} {
			if r := w.process(e); r.Action != dynasette.Skipped || r.Release != "" {
				t.Errorf("%+v: %+v", e, r)
			}
			if n := w.server.count(); n > 0 {
				t.Fatalf("%+v made a release", e)
			}
		}
		if r := w.process(own); r.Action != dynasette.Converted {
			t.Errorf("%+v", r)
		}
		w.is("x.csv@2")
		if r := w.process(dynasette.Event{Name: "x.csv"}); r.Action != dynasette.Current {
			t.Errorf("an event that names no generation: %+v", r)
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
		w.store.List(t.Context(), "sources/", func(o dynasette.Object) error { left = append(left, o.Name); return nil })
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
		if !bytes.Contains(read(t, w.store, "sources/x.csv.json"), []byte("the document is empty")) {
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

// TestOvertaken: another process sees to a newer generation before this one commits its own.
func TestOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		other := &dynasette.Pipeline{Source: w.Source, Store: w.store, Formats: w.Formats}
		overtake := sync.OnceFunc(func() {
			// The same generation is left to the one who tries.
			if _, err := other.Bring(t.Context(), e); !errors.Is(err, dynasette.ErrUnavailable) {
				t.Error(err)
			}
			next := w.uploads.Put("x.csv", "a\n2\n")[0]
			if r, err := other.Bring(t.Context(), next); err != nil || r.Action != dynasette.Converted {
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
		w.process(dynasette.Event{Name: "x.csv"})
		w.is("x.csv@2")
		databases := 0
		w.store.List(t.Context(), "databases/", func(dynasette.Object) error { databases++; return nil })
		if databases != 1 {
			t.Errorf("%d databases are left", databases)
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

// TestCollidingNames: all of them are served, and keep their names while others come and go.
func TestCollidingNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		names := []string{"a.b.csv", "a-b.csv", "x.csv", "x.CSV", "dir/x.csv", "dir-x.csv", "../x.csv", "static.csv", "_memory.csv", "-.csv", "metadata.csv"}
		slugs := map[string]string{}
		check := func() {
			t.Helper()
			m := servedNow(t, w.store)
			for _, d := range m.Databases {
				if slugs[d.Source] != "" && slugs[d.Source] != d.Slug {
					t.Errorf("%s was %s, and is %s", d.Source, slugs[d.Source], d.Slug)
				}
				slugs[d.Source] = d.Slug
			}
			if len(m.Databases) != len(w.uploads.Names()) {
				t.Errorf("served: %s", sources(m))
			}
		}
		for _, name := range names {
			if r := w.put(name, "a\n1\n"); r.Action != dynasette.Converted || r.Slug == "" {
				t.Errorf("%s: %+v", name, r)
			}
			check()
		}
		for _, name := range []string{"dir/", ".x.csv", "x.csv.part", "~$x.csv"} {
			if r := w.process(dynasette.Event{Name: name}); r.Action != dynasette.Skipped {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if slugs["x.csv"] != "x" || slugs["a.b.csv"] != "a-b" || slugs["a-b.csv"] != "a-b-csv" {
			t.Errorf("%v", slugs)
		}
		w.process(w.uploads.Delete("x.csv")[0])
		check()
		delete(slugs, "x.csv") // whoever comes now is another one
		w.put("x.json", `[{"a": 1}]`)
		check()
		if slugs["x.json"] != "x" {
			t.Errorf("%v", slugs)
		}
		w.put("x.csv", "a\n2\n")
		w.put("a.b.csv", "a\n2\n")
		check()
		w.second().reconcile()
		check()
	})
}

// TestOddNames: whatever stands in a name, it is the uploader's own affair.
func TestOddNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		names := []string{
			"a\x00b.csv", "line\nbreak.csv", "tab\t.csv", "\x7f\u0085.csv", "a%b.csv", "a%0Ab.csv", " .csv", `"quoted".csv`, "日本.csv",
			"<b>.csv", "a?b#c.csv", strings.Repeat("long", 250) + ".csv", "con.csv",
		}
		for _, name := range names {
			w.uploads.Put(name, "a\n1\n")
		}
		if r := w.reconcile(); r.Converted != len(names) || r.Failed != 0 {
			t.Errorf("%+v", r)
		}
		if m := servedNow(t, w.store); len(m.Databases) != len(names) {
			t.Errorf("served: %s", sources(m))
		}
		if r := w.reconcile(); r.Current != len(names) {
			t.Errorf("%+v", r)
		}
		w.store.List(t.Context(), "", func(o dynasette.Object) error {
			for key, value := range o.Metadata {
				if strings.ContainsFunc(key+value, func(r rune) bool { return r < ' ' || r > '~' }) {
					t.Errorf("%s: metadata %q: %q", o.Name, key, value)
				}
			}
			return nil
		})
		for _, name := range names {
			w.uploads.Delete(name)
		}
		w.reconcile()
		w.is("")
	})
}

func TestNameThatIsNotUTF8(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		const name = "b\xe4ume.csv"
		if r := w.put(name, "a\n1\n"); r.Action != dynasette.Failed || r.Err == nil {
			t.Errorf("%+v", r)
		}
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error { return errors.New(f.Source) }); err == nil || err.Error() != "b\uFFFDume.csv" {
			t.Errorf("recorded: %v", err)
		}
		w.uploads.Put("x.csv", "a\n1\n")
		if r := w.reconcile(); r.Failed != 1 || r.Converted != 1 {
			t.Errorf("%+v", r)
		}
		w.process(w.uploads.Delete(name)[0])
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error { return errors.New(f.Source) }); err != nil {
			t.Errorf("still recorded: %v", err)
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
		if _, own := w.document("metadata.json")["title"]; own {
			t.Error("an uploader has set the title")
		}
		w.store.List(t.Context(), "releases/"+m.Release+"/", func(o dynasette.Object) error {
			switch name := strings.TrimPrefix(o.Name, "releases/"+m.Release+"/"); {
			case name == "metadata.json", name == "files.txt", name == "inspect-data.json", name == "datapackage.json", name == "datasette.yaml":
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

// TestLostDatabase: a database that somebody has deleted is made anew.
func TestLostDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		w.Wait()
		d := servedNow(t, w.store).Databases[0]
		if err := w.store.Delete(t.Context(), d.Object, d.Generation); err != nil {
			t.Fatal(err)
		}
		if r := w.reconcile(); r.Converted != 1 {
			t.Errorf("%+v", r)
		}
		w.put("y.csv", "a\n1\n")
		w.is("x.csv@1 y.csv@2")
	})
}

// TestOldLayout: a store of an earlier program is refused, with what to do.
func TestOldLayout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		if _, err := w.store.Write(t.Context(), "current.json", []byte(`{"release": "20261101-000000-000-abcdef"}`), dynasette.Absent, nil); err != nil {
			t.Fatal(err)
		}
		e := w.uploads.Put("x.csv", "a\n1\n")[0]
		_, processed := w.Process(t.Context(), e)
		_, reconciled := w.Reconcile(t.Context())
		_, resumed := w.Resume(t.Context())
		_, listed := w.Releases(t.Context())
		for _, err := range []error{processed, reconciled, resumed, listed} {
			if err == nil || !strings.Contains(err.Error(), "name an empty folder or prefix") {
				t.Error(err)
			}
		}
	})
}
