package dynasette_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
)

// following is a world in which uploads have rules.
type following struct {
	*world
	t *testing.T
}

func follow(t *testing.T, do func(f *following)) {
	synctest.Test(t, func(t *testing.T) {
		f := &following{newWorld(t), t}
		do(f)
		f.Wait()
	})
}

// tables returns the tables that are served, as "slug: table(column, …)", by slug.
func (f *following) tables() string {
	f.t.Helper()
	var all []string
	for _, d := range servedNow(f.t, f.store).Databases {
		for _, t := range d.Tables {
			if !t.Hidden {
				all = append(all, fmt.Sprintf("%s: %s(%s)", d.Slug, t.Name, strings.Join(t.Columns, ", ")))
			}
		}
	}
	return strings.Join(all, "; ")
}

func (f *following) has(want string) {
	f.t.Helper()
	if got := f.tables(); got != want {
		f.t.Errorf("served: %s\nwant:   %s", got, want)
	}
}

// failures returns what is recorded.
func (f *following) failures() (all []string) {
	f.t.Helper()
	if err := f.Failures(context.Background(), func(failure dynasette.Failure) error {
		all = append(all, failure.Message)
		return nil
	}); err != nil {
		f.t.Fatal(err)
	}
	return all
}

// metadata returns what Datasette is told of a database.
func (f *following) metadata(slug string) map[string]any {
	f.t.Helper()
	id := servedNow(f.t, f.store).Release
	data, _, err := f.store.Read(context.Background(), "releases/"+id+"/metadata.json")
	var root struct {
		Databases map[string]map[string]any `json:"databases"`
	}
	if err != nil || json.Unmarshal(data, &root) != nil {
		f.t.Fatal(err, string(data))
	}
	return root.Databases[slug]
}

func (f *following) objects() map[string]string {
	all := map[string]string{}
	for _, d := range servedNow(f.t, f.store).Databases {
		all[d.Source] = d.Object
	}
	return all
}

// What rules concern is converted anew when they change, and nothing else; and once they are gone
// it is as it was.
func TestFollow(t *testing.T) {
	follow(t, func(f *following) {
		f.put("in/a.csv", "x,y\n1,2\n")
		f.put("in/b.csv", "x,y\n1,2\n")
		f.has("in--a: a(x, y); in--b: b(x, y)")
		before := f.objects()

		if r := f.put("in/dynasette.yaml", "resources:\n  - path: a.csv\n    name: first\n"); r.Action != dynasette.Followed || r.Err != nil {
			t.Errorf("%+v", r)
		}
		f.has("in--a: first(x, y); in--b: b(x, y)")
		if now := f.objects(); now["in/b.csv"] != before["in/b.csv"] || now["in/a.csv"] == before["in/a.csv"] {
			t.Errorf("%v, and were %v", now, before)
		}
		f.put("in/a.csv", "x,y\n1,2\n3,4\n")
		f.put("in/c.csv", "x\n1\n")
		f.has("in--a: first(x, y); in--b: b(x, y); in--c: c(x)")
		other := &following{f.second(), t}
		if r := other.reconcile(); r.Converted != 0 || r.Current != 3 {
			t.Errorf("another process: %+v", r)
		}
		before = f.objects()
		f.process(f.uploads.Delete("in/dynasette.yaml")[0])
		f.has("in--a: a(x, y); in--b: b(x, y); in--c: c(x)")
		if now := f.objects(); now["in/b.csv"] != before["in/b.csv"] || now["in/c.csv"] != before["in/c.csv"] {
			t.Errorf("%v, and were %v", now, before)
		}
	})
}

// A broken file with rules changes nothing, in no process, and it is said where it is broken.
func TestFollowTheLastGoodRules(t *testing.T) {
	follow(t, func(f *following) {
		f.put("a.csv", "x\n1\n")
		f.put("dynasette.yaml", "resources:\n  - {path: a.csv, name: first}\n")
		r := f.put("dynasette.yaml", "resources:\n  - {path: a.csv, nmae: second}\n")
		if r.Action != dynasette.Failed || r.Err == nil || !strings.Contains(r.Err.Error(), "dynasette.yaml:2:") || !strings.Contains(r.Err.Error(), "name") {
			t.Errorf("%+v", r)
		}
		other := &following{f.second(), t}
		other.put("a.csv", "x\n1\n2\n")
		other.put("b.csv", "x\n1\n")
		f.has("a: first(x); b: b(x)")
		if all := other.failures(); len(all) != 1 || !strings.Contains(all[0], "dynasette.yaml:2:") {
			t.Errorf("%q", all)
		}
		if r := other.reconcile(); r.Converted != 0 {
			t.Errorf("%+v", r)
		}
		f.put("dynasette.yaml", "resources:\n  - {path: a.csv, name: second}\n")
		f.has("a: second(x); b: b(x)")
		if all := f.failures(); len(all) > 0 {
			t.Errorf("%q", all)
		}
	})
}

// What people are told changes what they are told, and converts nothing. The operator's words
// go first, and what would do more than describe is left out.
func TestFollowedWords(t *testing.T) {
	follow(t, func(f *following) {
		if _, err := f.store.Write(context.Background(), "base/metadata.json", []byte(`{"databases": {"a": {"title": "Ours"}}}`), dynasette.Absent, nil); err != nil {
			t.Fatal(err)
		}
		f.put("a.csv", "x,y\n1,2\n")
		before := f.objects()["a.csv"]
		f.put("dynasette.yaml", `
title: Theirs
license: CC0
license_url: javascript:alert(1)
databases:
  a: {queries: {all: {sql: select 1}, short: select 2}, about_url: "https://example.com"}
resources:
  - path: a.csv
    description: What it is
    facets: [y, gone]
    sort: x
    size: 20
    units: {x: km}
`)
		if f.objects()["a.csv"] != before {
			t.Error("it was converted anew")
		}
		about := f.metadata("a")
		if about["title"] != "Ours" || about["license"] != "CC0" || about["license_url"] != nil || about["about_url"] != "https://example.com" {
			t.Errorf("%v", about)
		}
		table, _ := about["tables"].(map[string]any)["a"].(map[string]any)
		if got, want := fmt.Sprint(table), "map[columns:map[x:km] description:What it is facets:[y] size:20 sort:x]"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if q := fmt.Sprint(about["queries"]); q != "map[all:map[sql:select 1] short:map[sql:select 2]]" {
			t.Error(q)
		}
		found := servedNow(t, f.store).BaseFindings
		if len(found) != 1 || !strings.HasPrefix(found[0].String(), "dynasette.yaml:10:") || found[0].Column != "gone" {
			t.Errorf("%v", found)
		}
		f.put("a.csv", "x,y\n1,2\n2,2\n") // served with what the manifest keeps of the others
		f.put("b.csv", "x,y\n1,2\n")
		if table := f.metadata("a")["tables"].(map[string]any)["a"].(map[string]any); table["size"] != "20" && table["size"] != 20. {
			t.Errorf("%v", table)
		}
		f.process(f.uploads.Delete("dynasette.yaml")[0])
		if about := f.metadata("a"); about["license"] != nil || about["queries"] != nil {
			t.Errorf("%v", about)
		}
	})
}

// What is said of a column for people holds for the one that is there after rules moved it to
// another table.
func TestFollowedWordsOfExtracted(t *testing.T) {
	follow(t, func(f *following) {
		f.put("a.csv", "State,x,y,z\nopen,1,2,3\n")
		f.put("dynasette.yaml", `
resources:
  - path: a.csv
    rename: {State: status}
    extract: [status, {columns: [x, y], table: place}]
    facets: [State, x, y, z]
    units: {State: km}
    sortable_columns: [status, z]
    schema:
      fields:
        - {name: x, description: Not of the place}
`)
		table, _ := f.metadata("a")["tables"].(map[string]any)["a"].(map[string]any)
		if got, want := fmt.Sprint(table), "map[columns:map[status_id:km] facets:[status_id place_id z] sortable_columns:[status_id z]]"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if found := servedNow(t, f.store).BaseFindings; len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// What is to be skipped is not served, until nobody says so any more.
func TestFollowedSkip(t *testing.T) {
	follow(t, func(f *following) {
		f.put("a.csv", "x\n1\n")
		f.put("b.csv", "x\n1\n")
		f.put("dynasette.yaml", "resources:\n  - {path: a.csv, skip: true}\n")
		f.has("b: b(x)")
		if r := f.put("a.csv", "x\n1\n2\n"); r.Action != dynasette.Skipped {
			t.Errorf("%+v", r)
		}
		f.has("b: b(x)")
		f.put("dynasette.yaml", "title: none\n")
		f.has("a: a(x); b: b(x)")
	})
}

// Others' files say what they say of their documents, which a package has in one database; what is
// a part of them is no document, as long as it is one.
func TestFollowOthers(t *testing.T) {
	follow(t, func(f *following) {
		f.put("p/a.csv", "x;y\n1;2\n")
		f.put("p/schema.json", `{"fields": [{"name": "x", "type": "string"}, {"name": "y"}]}`)
		f.put("n-metadata.json", `[{"v": 1}]`) // is called so, and is none
		f.put("q/b.csv", "u,v\n1,2\n")
		f.has("n-metadata: n-metadata(v); p--a: a(x, y); p--schema: fields(name, type); q--b: b(u, v)")
		const descriptor = `{"name": "pack", "resources": [{"name": "first", "path": "a.csv", "schema": "schema.json"}]}`
		f.put("p/datapackage.json", descriptor)
		f.put("q/b.csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "b.csv", "dc:title": "B", "tableSchema": {"columns": [{"name": "w", "titles": "u", "dc:description": "told"}, {"name": "v"}]}}`)
		if got := f.tables(); !strings.HasPrefix(got, "n-metadata: n-metadata(v); pack: first(x, y); q--b: b(") {
			t.Errorf("%s", got)
		}
		if r := f.reconcile(); r.Converted+r.Withdrawn != 0 {
			t.Errorf("%+v", r)
		}
		broken := f.put("p/schema.json", `{"fields": [`)
		if broken.Action != dynasette.Failed {
			t.Errorf("%+v", broken)
		}
		if all := f.failures(); len(all) != 1 {
			t.Errorf("%q", all)
		}
		f.process(f.uploads.Delete("p/datapackage.json")[0])
		f.put("p/schema.json", `[{"z": 1}]`)
		if got := f.tables(); !strings.Contains(got, "p--a: a(x, y); p--schema: schema(z)") {
			t.Errorf("%s", got)
		}
		f.put("p/datapackage.json", descriptor)
		f.process(f.uploads.Delete("p/schema.json")[0])
		if got := f.tables(); strings.Contains(got, "schema") {
			t.Errorf("%s", got)
		}
		f.put("p/schema.json", `{"fields": [{"name": "x"}]}`) // comes later than what names it
		if got := f.tables(); strings.Contains(got, "schema") {
			t.Errorf("%s", got)
		}
	})
}
