package dynasette_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// memory is a Destination in memory.
type memory struct{ first, rest bytes.Buffer }

func (m *memory) Write(p []byte) (int, error) { return m.rest.Write(p) }
func (m *memory) Reset() error                { m.rest.Reset(); return nil }
func (m *memory) Commit(first []byte) error   { m.first.Write(first); return nil }

// directly converts some of the uploads into one database, by these rules, without a pipeline.
func directly(t testing.TB, uploads *sinktest.Uploads, text string, names ...string) string {
	t.Helper()
	set := rules.ReadTexts(func(string) (string, error) { return text, nil }, []string{rulesFile}, playFormats)
	var jobs []converter.Job
	for _, name := range names {
		data, generation, _ := uploads.Content(name)
		in := &converter.Input{Name: name, Generation: generation, Size: int64(len(data)), ReaderAt: strings.NewReader(data)}
		f, c, err := playFormats.Detect(in)
		if data == "" {
			c, err = converter.Empty, nil
		}
		if err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, converter.Job{Input: in, Format: f, Converter: c})
	}
	opts := converter.Options{Formats: playFormats}
	if text != "" {
		opts.Rules = set.Rule
	}
	var m memory
	if _, err := converter.ConvertAll(t.Context(), jobs, &m, opts); err != nil {
		t.Fatal(err)
	}
	return m.first.String() + m.rest.String()
}

// isOf checks that the database of a source is what these uploads make by themselves.
func (w *world) isOf(source, text string, names ...string) *dynasette.Database {
	w.t.Helper()
	d := database(servedNow(w.t, w.store), source)
	if d == nil {
		w.t.Fatalf("%s is not served: %s", source, sources(servedNow(w.t, w.store)))
	}
	if string(read(w.t, w.store, d.Object)) != directly(w.t, w.uploads, text, names...) {
		w.t.Errorf("%s is not what %s make", source, names)
	}
	return d
}

const salesRules = `
resources:
  - path: sales/*.csv
    into: {database: sales, table: orders}
    source_column: file
    schema: {primaryKey: id}
databases:
  sales: {title: All sales}
`

// Uploads of a set are one database, whatever becomes of each of them.
func TestSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		w.put("other.csv", "a\n1\n")
		if r := w.put("sales/2.csv", "id,n\n2,two\n3,three\n"); r.Action != dynasette.Converted || r.Slug != "sales" || r.Set != "sales/" || r.Name != "sales/2.csv" {
			t.Fatalf("%+v", r)
		}
		w.isOf("sales/", salesRules, "sales/2.csv")
		w.put("sales/1.csv", "id,n\n1,one\n2,late\n")
		d := w.isOf("sales/", salesRules, "sales/1.csv", "sales/2.csv")
		if d.Tables[0].Name != "orders" || d.Tables[0].Rows != 3 || d.Words["title"] != "All sales" || d.Slug != "sales" {
			t.Errorf("%+v", d)
		}
		again := w.uploads.Put("sales/2.csv", "id,n\n2,two\n")
		for _, e := range append(again, again...) { // doubled, and that of the generation that it replaced
			w.process(e)
		}
		w.isOf("sales/", salesRules, "sales/1.csv", "sales/2.csv")
		releases := w.server.count()
		if r := w.process(again[0]); r.Action != dynasette.Current || w.server.count() != releases {
			t.Errorf("a doubled event: %+v", r)
		}
		gone := w.uploads.Delete("sales/1.csv")[0]
		if r := w.process(gone); r.Action != dynasette.Converted {
			t.Errorf("a delete: %+v", r)
		}
		w.isOf("sales/", salesRules, "sales/2.csv")
		if r := w.process(w.uploads.Delete("sales/2.csv")[0]); r.Action != dynasette.Withdrawn {
			t.Errorf("the last one: %+v", r)
		}
		w.is("other.csv@2")
		if r := w.process(gone); r.Action != dynasette.Skipped {
			t.Errorf("a late delete: %+v", r)
		}
		// What events do not tell, a look at everything does.
		w.uploads.Put("sales/3.csv", "id,n\n3,x\n")
		if r := w.reconcile(); r.Converted != 1 || r.Uploads != 3 {
			t.Errorf("%+v", r)
		}
		w.isOf("sales/", salesRules, "sales/3.csv")
		if r := w.reconcile(); r.Current != 2 || r.Converted != 0 {
			t.Errorf("%+v", r)
		}
		w.uploads.Delete("sales/3.csv")
		if r := w.reconcile(); r.Withdrawn != 1 {
			t.Errorf("%+v", r)
		}
		w.is("other.csv@2")
	})
}

// When rules put uploads into a set, or take them out of one, what is served of them is never missing.
func TestSetRuled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("sales/1.csv", "id,n\n1,a\n")
		w.put("sales/2.csv", "id,n\n2,b\n")
		w.Released = func(m *dynasette.Manifest) {
			own := database(m, "sales/1.csv") != nil && database(m, "sales/2.csv") != nil
			if set := database(m, "sales/") != nil; !own && !set {
				t.Errorf("missing in %s: %s", m.Release, sources(m))
			}
		}
		if r := w.put(rulesFile, salesRules); r.Action != dynasette.Followed {
			t.Errorf("%+v", r)
		}
		w.isOf("sales/", salesRules, "sales/1.csv", "sales/2.csv")
		if n := len(servedNow(t, w.store).Databases); n != 1 {
			t.Errorf("%d databases: %s", n, sources(servedNow(t, w.store)))
		}
		w.process(w.uploads.Delete(rulesFile)[0])
		w.is("sales/1.csv@1 sales/2.csv@2")
		if r := w.reconcile(); r.Converted+r.Withdrawn != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// A file that can't be converted holds the set as it was, and is named.
func TestSetBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		w.put("sales/1.csv", "id,n\n1,a\n")
		was := w.isOf("sales/", salesRules, "sales/1.csv")
		r := w.put("sales/2.csv", "id,n\n1,\x00\x01\x02\xff\xfe\x00\n")
		if r.Action != dynasette.Failed || !strings.Contains(r.Err.Error(), "sales/2.csv") || !strings.Contains(r.Err.Error(), "skip: true") {
			t.Errorf("%v", r.Err)
		}
		if d := database(servedNow(t, w.store), "sales/"); d == nil || d.Object != was.Object {
			t.Error("it is not held as it was")
		}
		w.process(w.uploads.Delete("sales/2.csv")[0])
		w.isOf("sales/", salesRules, "sales/1.csv")
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error { return &f }); err != nil {
			t.Error(err)
		}
	})
}

// Many members at once are one conversion, or a few.
func TestSetBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		w.Wait()
		var mu sync.Mutex
		made := 0
		w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, op, name string) sinktest.Fault {
			if mu.Lock(); op == "create" && strings.HasPrefix(name, "databases/") {
				made++
			}
			mu.Unlock()
			return sinktest.None
		}}
		var group sync.WaitGroup
		var names []string
		for i := range 100 {
			name := fmt.Sprintf("sales/%02d.csv", i)
			names = append(names, name)
			e := w.uploads.Put(name, fmt.Sprintf("id,n\n%d,x\n", i))[0]
			group.Go(func() {
				if r, err := w.Process(t.Context(), e); err != nil || r.Release == "" || r.Slug != "sales" {
					t.Errorf("%+v %v", r, err)
				}
			})
			time.Sleep(50 * time.Millisecond)
		}
		group.Wait()
		w.isOf("sales/", salesRules, names...)
		if made > 3 || made == 0 {
			t.Errorf("%d conversions", made)
		}
	})
}

// The Markdown of a folder is one database without a rule, but that of the outermost one, or beside a package.
func TestSetOfFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for _, name := range []string{"top.md", "notes/a.md", "notes/b.markdown", "notes/c.csv", "package/read.md", "deep/notes/a.md"} {
			text := "# A\n\ntext\n"
			if strings.HasSuffix(name, ".csv") {
				text = "a\n1\n"
			}
			w.uploads.Put(name, text)
		}
		w.uploads.Put("package/datapackage.json", `{"name": "bundle", "resources": [
			{"name": "one", "path": "1.csv"}, {"name": "two", "path": "2.csv"}, {"name": "here", "data": [{"x": 1}]}]}`)
		w.uploads.Put("package/1.csv", "a\n1\n")
		w.uploads.Put("package/2.csv", "a\n1\n")
		w.reconcile()
		slugs := map[string]string{}
		tables := map[string]int{}
		for _, d := range servedNow(t, w.store).Databases {
			slugs[d.Source], tables[d.Source] = d.Slug, len(d.Tables)-1
		}
		want := "map[deep/notes/:deep--notes notes/:notes notes/c.csv:notes--c package/bundle/:bundle package/read.md:package--read top.md:top]"
		if fmt.Sprint(slugs) != want {
			t.Errorf("%v", slugs)
		}
		w.isOf("notes/", "", "notes/a.md", "notes/b.markdown")
		if tables["package/bundle/"] != 3 {
			t.Errorf("%v", tables)
		}
	})
}

// meanwhile has something done once, before an operation on the store.
func (w *world) meanwhile(op, prefix string, do func()) {
	w.Wait() // nothing of before goes on
	once := sync.OnceFunc(do)
	w.Store = &sinktest.Faulty{Store: w.store, Fault: func(_ context.Context, at, name string) sinktest.Fault {
		if at == op && strings.HasPrefix(name, prefix) {
			once()
		}
		return sinktest.None
	}}
}

// What comes after the set was listed, and goes again, is in no database that is taken for one
// without it.
func TestSetListedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		w.meanwhile("write", "sources/", func() { w.uploads.Put("sales/2.csv", "id,n\n2,b\n") })
		w.put("sales/1.csv", "id,n\n1,a\n")
		w.isOf("sales/", salesRules, "sales/1.csv", "sales/2.csv")
		w.uploads.Delete("sales/2.csv")
		w.reconcile()
		w.isOf("sales/", salesRules, "sales/1.csv")
	})
}

// Whoever has made a set by rules that no longer count takes it back.
func TestSetOverruled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		other := w.second()
		e := w.uploads.Put("sales/1.csv", "id,n\n1,a\n")[0]
		w.meanwhile("create", "databases/", func() { other.process(w.uploads.Delete(rulesFile)[0]) })
		if r := w.process(e); r.Set != "" || r.Slug != "sales--1" {
			t.Errorf("%+v", r)
		}
		w.is("sales/1.csv@2")
	})
}

// What is served of a file by itself stays while it is in no database of the set.
func TestSetNeverMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("sales/1.csv", "id,n\n1,a\n")
		w.put("sales/2.csv", "id,n\n2,b\n")
		w.uploads.Put("sales/3.csv", "id,n\n1,\x00\x01\x02\xff\xfe\x00\n")
		w.put(rulesFile, salesRules)
		w.is("sales/1.csv@1 sales/2.csv@2")
		w.process(w.uploads.Delete("sales/2.csv")[0])
		w.is("sales/1.csv@1")
		w.process(w.uploads.Delete("sales/3.csv")[0])
		w.isOf("sales/", salesRules, "sales/1.csv")
		if n := len(servedNow(t, w.store).Databases); n != 1 {
			t.Errorf("%d databases", n)
		}
		// One that is added and broken holds the set, and nobody else.
		w.put(rulesFile, strings.Replace(salesRules, "sales/*.csv", "sales/[13].csv", 1))
		w.put("sales/4.csv", "id,n\n4,d\n")
		w.uploads.Put("sales/3.csv", "id,n\n1,\x00\x01\x02\xff\xfe\x00\n")
		w.put(rulesFile, salesRules)
		m := servedNow(t, w.store)
		if database(m, "sales/") == nil || database(m, "sales/4.csv") == nil {
			t.Errorf("missing: %s", sources(m))
		}
	})
}

// foldersOf is a Source that lists what is in a folder, as a bucket does.
type foldersOf struct {
	countedSource
	listed *int // uploads
}

func (s foldersOf) ListPrefix(ctx context.Context, prefix string, fn func(dynasette.Upload) error) error {
	s.count("source list prefix")
	return s.Source.List(ctx, func(up dynasette.Upload) error {
		if !strings.HasPrefix(up.Name, prefix) {
			return nil
		}
		*s.listed++
		return fn(up)
	})
}

// What an event about a member costs depends on the set alone, and what one about another upload
// costs on no set.
func TestCallsOfSets(t *testing.T) {
	const members = 20
	costs := map[string]map[int]int{}
	for _, n := range []int{5, 300} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			calls := counted(w)
			listed := 0
			w.Source = foldersOf{w.Source.(countedSource), &listed}
			w.uploads.Put(rulesFile, salesRules)
			for i := range n {
				w.uploads.Put(fmt.Sprintf("f%03d.csv", i), "a\n1\n")
			}
			for i := range members {
				w.uploads.Put(fmt.Sprintf("sales/%02d.csv", i), fmt.Sprintf("id,n\n%d,x\n", i))
			}
			w.reconcile()
			for _, step := range []struct {
				what         string
				most, listed int
				do           func()
			}{
				{"a change of a member", 31 + members, 2 * members, func() { w.process(w.uploads.Put("sales/03.csv", "id,n\n3,y\n")[0]) }},
				{"the same event again", 6, members, func() { w.process(dynasette.Event{Name: "sales/03.csv"}) }},
				{"a new member", 31 + members + 1, 2 * (members + 1), func() { w.process(w.uploads.Put("sales/new.csv", "id,n\n99,y\n")[0]) }},
				{"a member is gone", 31 + members, 2 * members, func() { w.process(w.uploads.Delete("sales/new.csv")[0]) }},
				{"another upload", 29, 0, func() { w.process(w.uploads.Put("f000.csv", "a\n9\n")[0]) }},
				{"an idle reconcile", 3 + 4, 0, func() { w.reconcile() }},
			} {
				time.Sleep(time.Hour)
				w.reconcile()
				calls()
				listed = 0
				step.do()
				w.Wait()
				c := calls()
				if sum(c) > step.most || listed > step.listed {
					t.Errorf("%s among %d: %d calls, %d uploads listed, want at most %d and %d: %v", step.what, n, sum(c), listed, step.most, step.listed, c)
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

// A set has so many members at most.
func TestSetLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put(rulesFile, salesRules)
		for i := range 10_001 {
			w.uploads.Put(fmt.Sprintf("sales/%05d.csv", i), "id\n1\n")
		}
		r := w.process(dynasette.Event{Name: "sales/00000.csv"})
		if r.Action != dynasette.Failed || !strings.Contains(r.Err.Error(), "10001 files in one database; there may be 10000") {
			t.Errorf("%v", r.Err)
		}
		for i := 10; i <= 10_000; i++ {
			w.uploads.Delete(fmt.Sprintf("sales/%05d.csv", i))
		}
		w.process(dynasette.Event{Name: "sales/00000.csv"})
		if d := database(servedNow(t, w.store), "sales/"); d == nil || d.Tables[0].Rows != 1 || d.From() != "sales (10 files)" {
			t.Errorf("%+v", d)
		}
	})
}
