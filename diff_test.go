package dynasette_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/sqlite"
)

// db is a database of a manifest: its upload, its object, and its tables.
func db(slug, source, object string, tables ...dynasette.Table) dynasette.Database {
	return dynasette.Database{Slug: slug, Source: source, Object: object, Tables: tables}
}

// tab is a table; its columns are written as "name TYPE".
func tab(name string, rows int64, columns ...string) dynasette.Table {
	t := dynasette.Table{Name: name, Rows: rows}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		t.Columns, t.Types = append(t.Columns, name), append(t.Types, typ)
	}
	return t
}

func compare(t *testing.T, before, after []dynasette.Database) dynasette.Diff {
	t.Helper()
	d, err := new(dynasette.Pipeline).Diff(t.Context(), &dynasette.Manifest{Release: "a", Databases: before},
		&dynasette.Manifest{Release: "b", Databases: after}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDiffLines: what is said to people of what may differ.
func TestDiffLines(t *testing.T) {
	type all = []dynasette.Database
	hidden := tab("_dynasette_sources", 1)
	hidden.Hidden = true
	unknown := tab("t", 5)
	names := dynasette.Table{Name: "t", Rows: 5, Columns: []string{"a", "b"}}
	rejects := db("t", "t.csv", "2", tab("t", 1, "a TEXT"))
	rejects.Rejects = 2
	hash := func(d dynasette.Database, sum string) dynasette.Database { d.SHA256 = sum; return d }
	fts := func(rows int64) []dynasette.Table {
		return []dynasette.Table{tab("docs", 3, "a TEXT"), tab("docs_fts", rows), tab("docs_fts_data", rows), tab("docs_fts_idx", rows),
			tab("docs_fts_docsize", rows), tab("docs_fts_config", 1), tab("docs_data", rows, "a TEXT")}
	}
	var wide []string
	for i := range 20 {
		wide = append(wide, fmt.Sprintf("c%d TEXT", i))
	}
	for _, test := range []struct {
		name          string
		before, after all
		want          string
	}{
		{"nothing", all{db("t", "t.csv", "1", tab("t", 1, "a TEXT"))}, all{db("t", "t.csv", "1", tab("t", 1, "a TEXT"))}, ""},
		{"rows, type, table", all{db("sales", "sales.db", "1", tab("sales", 120, "price INTEGER"))},
			all{db("sales", "sales.db", "2", tab("notes", 3, "x TEXT"), tab("sales", 134, "price REAL"))},
			"sales: table notes is new (3 rows); 120 → 134 rows (+14); column price: INTEGER → REAL"},
		{"an upload more and one less", all{db("a", "a.csv", "1", tab("a", 1, "x TEXT"))}, all{db("b", "b.csv", "2", tab("b", 2, "x TEXT"), tab("c", 0, "x TEXT"), hidden)},
			"a is withdrawn: 1 row of a.csv\nb is new: 2 rows in 2 tables of b.csv"},
		{"the name goes to another upload", all{db("a", "a.csv", "1", tab("a", 1, "x TEXT"))}, all{db("a", "a.json", "2", tab("a", 1, "x INTEGER"))},
			"a: is of a.json and no longer of a.csv; column x: TEXT → INTEGER"},
		{"two change names", all{db("a", "1.csv", "1", tab("t", 1)), db("b", "2.csv", "2", tab("t", 1))}, all{db("a", "2.csv", "2", tab("t", 1)), db("b", "1.csv", "1", tab("t", 1))},
			"a: was called b\nb: was called a"},
		{"values", all{db("a", "a.csv", "1", tab("t", 1, "x TEXT"))}, all{db("a", "a.csv", "2", tab("t", 1, "x TEXT"))}, "a: 1 row as before, other content"},
		{"the same bytes", all{hash(db("a", "a.csv", "1", tab("t", 1, "x TEXT")), "s")}, all{hash(db("a", "a.csv", "2", tab("t", 1, "x TEXT")), "s")}, ""},
		{"columns", all{db("a", "a.csv", "1", tab("t", 1, "x TEXT", "y"))}, all{db("a", "a.csv", "2", tab("t", 1, "y INTEGER", "z REAL", "w"))},
			"a: column y: no type → INTEGER; column z is new (REAL); column w is new; column x is gone"},
		{"no columns are known", all{db("a", "a.csv", "1", unknown)}, all{db("a", "a.csv", "2", tab("t", 6, "x TEXT"))}, "a: 5 → 6 rows (+1)"},
		{"no types are known", all{db("a", "a.csv", "1", names)}, all{db("a", "a.csv", "2", tab("t", 5, "b TEXT", "c TEXT"))}, "a: column c is new (TEXT); column a is gone"},
		{"rejects", all{db("t", "t.csv", "1", tab("t", 1, "a TEXT"))}, all{rejects}, "t: 0 → 2 rejected rows (+2)"},
		{"a search index is no data", all{db("d", "d.db", "1", fts(3)...)}, all{db("d", "d.db", "2", fts(9)...)}, "d: table docs_data: 3 → 9 rows (+6)"},
		{"many", all{db("t", "t.csv", "1", tab("t", 9))}, all{db("t", "t.csv", "2", tab("t", 1, wide...), hidden)}, "t: 9 → 1 row (-8)"},
		{"very many", all{db("t", "t.csv", "1", tab("t", 1, "x TEXT"))}, all{db("t", "t.csv", "2", tab("t", 1, wide...))},
			"t: column c0 is new (TEXT); column c1 is new (TEXT); column c2 is new (TEXT); column c3 is new (TEXT); column c4 is new (TEXT); column c5 is new (TEXT); column c6 is new (TEXT); column c7 is new (TEXT); column c8 is new (TEXT); column c9 is new (TEXT); column c10 is new (TEXT); column c11 is new (TEXT); and 9 more"},
		{"names are text", nil, all{db("t", "a\x1b[2J\n\u202e"+strings.Repeat("ü", 100)+".csv", "2", tab("t", 1))},
			"t is new: 1 row of a\uFFFD[2J\uFFFD\uFFFD" + strings.Repeat("ü", 73) + "…"},
	} {
		if got := strings.Join(compare(t, test.before, test.after).Lines(), "\n"); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// TestDiffBase: the operator's documents count, too.
func TestDiffBase(t *testing.T) {
	before := &dynasette.Manifest{Release: "a", Base: map[string]string{"metadata.json": "{}", "settings.json": "{}", "same": ""}}
	after := &dynasette.Manifest{Release: "b", Base: map[string]string{"metadata.json": `{"title": "x"}`, "datasette.yaml": "", "same": ""}}
	d, err := new(dynasette.Pipeline).Diff(t.Context(), before, after, nil)
	if want := []string{"datasette.yaml", "metadata.json", "settings.json"}; err != nil || !slices.Equal(d.Base, want) {
		t.Errorf("%q %v", d.Base, err)
	}
}

// TestDiffApplies: to do what a Diff says with what was before makes what is after, whatever these
// are; and there is nothing to do from a release to itself.
func TestDiffApplies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	release := func() []dynasette.Database {
		var all []dynasette.Database
		uploads := random.Perm(5)[:random.IntN(6)]
		for i, slug := range random.Perm(6)[:len(uploads)] {
			var tables []dynasette.Table
			for _, n := range random.Perm(3)[:random.IntN(4)] {
				var columns []string
				for _, c := range random.Perm(3)[:1+random.IntN(3)] {
					columns = append(columns, fmt.Sprintf("c%d %s", c, []string{"TEXT", "REAL", ""}[random.IntN(3)]))
				}
				tables = append(tables, tab(fmt.Sprint("t", n), random.Int64N(3), columns...))
			}
			all = append(all, db(fmt.Sprint("s", slug), fmt.Sprint("u", uploads[i]), fmt.Sprint(random.Int()), tables...))
		}
		slices.SortFunc(all, func(a, b dynasette.Database) int { return strings.Compare(a.Slug, b.Slug) })
		return all
	}
	type facts map[string]string // rows of tables, and types of columns
	factsOf := func(all []dynasette.Database) facts {
		f := facts{}
		for _, d := range all {
			f[d.Source] = d.Slug
			for _, t := range d.Tables {
				f[d.Source+"/"+t.Name] = fmt.Sprint(t.Rows)
				for i, c := range t.Columns {
					f[d.Source+"/"+t.Name+"/"+c] = "type " + t.Types[i]
				}
			}
		}
		return f
	}
	for range 3000 {
		before, after := release(), release()
		if d := compare(t, before, before); len(d.Databases) > 0 {
			t.Fatalf("%+v from %+v to itself", d, before)
		}
		now, want := factsOf(before), factsOf(after)
		inside := func(path string, from facts, into facts) {
			for key, value := range from {
				if strings.HasPrefix(key, path+"/") {
					into[key] = value
				}
			}
		}
		drop := func(path string) {
			for key := range now {
				if key == path || strings.HasPrefix(key, path+"/") {
					delete(now, key)
				}
			}
		}
		for _, d := range compare(t, before, after).Databases {
			if d.Change == dynasette.Removed {
				drop(d.Source)
				continue
			}
			if d.OldSource != "" {
				for key, value := range now {
					if rest, ok := strings.CutPrefix(key, d.OldSource+"/"); ok {
						now[d.Source+"/"+rest] = value
					}
				}
				drop(d.OldSource)
			}
			now[d.Source] = d.Slug
			if d.Change == dynasette.Added {
				inside(d.Source, want, now)
			}
			for _, table := range d.Tables {
				path := d.Source + "/" + table.Name
				switch table.Change {
				case dynasette.Removed:
					drop(path)
				case dynasette.Added:
					inside(path, want, now)
					fallthrough
				case dynasette.Changed:
					now[path] = fmt.Sprint(table.Rows.After)
				}
				for _, c := range table.Columns {
					if now[path+"/"+c.Name] = "type " + c.Type; c.Change == dynasette.Removed {
						drop(path + "/" + c.Name)
					}
				}
			}
		}
		if !reflect.DeepEqual(now, want) {
			t.Fatalf("%+v\nwant %+v\nbefore %+v\nafter %+v", now, want, before, after)
		}
	}
}

// TestDiffReadsWhatIsNotKnown: only of what differs, and only what the manifest doesn't tell.
func TestDiffReadsWhatIsNotKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("same.csv", "a\n1\n")
		w.put("x.csv", "a,b\n1,2\n")
		w.Wait()
		time.Sleep(time.Hour)
		before := w.is("same.csv@1 x.csv@2")
		w.put("x.csv", "a,c\n1.5,2\n")
		w.Wait()
		after := w.is("same.csv@1 x.csv@3")
		calls := counted(w)
		read := func(want int) string {
			t.Helper()
			calls()
			d, err := w.Diff(t.Context(), before, after, sqlite.Schema)
			if err != nil {
				t.Fatal(err)
			}
			if c := calls(); sum(c) != want {
				t.Errorf("%d calls, want %d: %v", sum(c), want, c)
			}
			return strings.Join(d.Lines(), "\n")
		}
		known := read(0)
		if known != "x: column a: INTEGER → REAL; column c is new (INTEGER); column b is gone" {
			t.Error(known)
		}
		for _, m := range []*dynasette.Manifest{before, after} { // as an earlier program has written them
			for i := range m.Databases {
				for j := range m.Databases[i].Tables {
					m.Databases[i].Tables[j].Types = nil
				}
			}
		}
		if got := read(2); got != known {
			t.Errorf("%s, and of the databases themselves %s", known, got)
		}
		oops := errors.New("oops")
		failing := func(io.ReaderAt, int64) ([]converter.TableSummary, error) { return nil, oops }
		if _, err := w.Diff(t.Context(), before, after, failing); !errors.Is(err, oops) {
			t.Errorf("%v", err)
		}
	})
}

// TestHistory: a release says what it and those before it changed, through refusals, rollbacks and
// other processes.
func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		first := w.is("x.csv@1")
		w = w.second()
		w.put("y.csv", "a\n1\n")
		w.Wait()
		if _, err := w.Rollback(t.Context(), first.Release); err != nil {
			t.Fatal(err)
		}
		m := servedNow(t, w.store)
		var lines []string
		for _, p := range m.History.Releases {
			lines = append(lines, p.Lines...)
		}
		want := []string{"y is withdrawn: 1 row of y.csv", "y is new: 1 row of y.csv", "x is new: 1 row of x.csv"}
		if !slices.Equal(lines, want) || m.History.Since != first.Release || m.History.Releases[0].Of != first.Release || m.History.Releases[0].Release != m.Release {
			t.Errorf("%q\n%+v", lines, m.History)
		}
		poisoned(w)
		w.put("evil.csv", "a\n1\n") // refused
		w.Wait()
		if now := servedNow(t, w.store); len(now.History.Releases) < 3 || strings.Contains(fmt.Sprint(now.History), "evil") {
			t.Errorf("%+v", now.History)
		}
	})
}

// TestTypesOfEarlierReleases: what an earlier program has released without types of columns has them
// with the next release, whatever that is about.
func TestTypesOfEarlierReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		name := "releases/" + w.is("x.csv@1").Release + ".json"
		w.Wait()
		data, generation, err := w.store.Read(t.Context(), name)
		if err != nil || !strings.Contains(string(data), `"types"`) {
			t.Fatalf("%s %v", data, err)
		}
		before := strings.NewReplacer(`"types"`, `"formerly"`, `"history"`, `"nothing"`).Replace(string(data))
		if _, err := w.store.Write(t.Context(), name, []byte(before), generation, nil); err != nil {
			t.Fatal(err)
		}
		w = w.second()
		w.put("y.csv", "a\n1\n")
		w.Wait()
		m := servedNow(t, w.store)
		if x := database(m, "x.csv"); x == nil || !slices.Equal(x.Tables[0].Types, []string{"INTEGER"}) {
			t.Errorf("%+v", x)
		}
		if h := m.History; h.Since != m.Release || len(h.Releases) != 1 || !slices.Equal(h.Releases[0].Lines, []string{"y is new: 1 row of y.csv"}) {
			t.Errorf("%+v", h)
		}
	})
}
