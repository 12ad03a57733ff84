package dynasette_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette"
)

// base puts a document of the operator's into the store.
func (w *world) base(name, text string) {
	w.t.Helper()
	name = "base/" + name
	o, _ := w.store.Stat(w.t.Context(), name)
	if _, err := w.store.Write(w.t.Context(), name, []byte(text), o.Generation, nil); err != nil {
		w.t.Fatal(err)
	}
}

// document returns a document of the release that is served.
func (w *world) document(name string) map[string]any {
	w.t.Helper()
	m := servedNow(w.t, w.store)
	data := read(w.t, w.store, "releases/"+m.Release+"/"+name)
	var root map[string]any
	var err error
	if strings.HasSuffix(name, ".yaml") {
		err = yaml.Unmarshal(data, &root)
	} else {
		err = json.Unmarshal(data, &root)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return root
}

// at returns what a path of keys leads to.
func at(root any, keys ...string) any {
	for _, k := range keys {
		m, _ := root.(map[string]any)
		root = m[k]
	}
	return root
}

func TestMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("cities.csv", "name\nOslo\n")
		metadata := w.document("metadata.json")
		for _, test := range []struct {
			want any
			keys []string
		}{
			{"Updated 2000-01-01 00:00 UTC", []string{"description"}},
			{nil, []string{"title"}},
			{"cities.csv", []string{"databases", "cities", "source"}},
			{"cities.csv", []string{"databases", "cities", "title"}},
			{"1 row of cities.csv, updated 2000-01-01 00:00 UTC", []string{"databases", "cities", "description"}},
			{true, []string{"databases", "cities", "tables", "_dynasette_sources", "hidden"}},
		} {
			if got := at(metadata, test.keys...); got != test.want {
				t.Errorf("%v: %v, want %v", test.keys, got, test.want)
			}
		}
		inspect := w.document("inspect-data.json")
		d := w.is("cities.csv@1").Databases[0]
		if at(inspect, "cities", "file") != "cities.db" || at(inspect, "cities", "size") != float64(d.Size) ||
			at(inspect, "cities", "hash") != d.SHA256 || at(inspect, "cities", "tables", "cities", "count") != float64(1) ||
			at(inspect, "cities", "tables", "_dynasette_sources", "count") != float64(1) {
			t.Errorf("%v", inspect)
		}
	})
}

// TestFreshness: the time is the data's, not that of the release.
func TestFreshness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("x.csv", "a\n1\n")
		time.Sleep(48 * time.Hour)
		w.put("y.csv", "a\n1\n")
		if d := w.document("metadata.json")["description"]; d != "Updated 2000-01-03 00:00 UTC" {
			t.Error(d)
		}
		w.process(w.uploads.Delete("y.csv")[0])
		if d := w.document("metadata.json")["description"]; d != "Updated 2000-01-01 00:00 UTC" {
			t.Error(d)
		}
	})
}

// TestBaseMetadata: what the operator says is never lost, however often there is a release.
func TestBaseMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.base("metadata.yaml", `
title: Trees of {updated}
description: All trees
description_html: <b>Trees</b>, {updated}
license: CC0
2024: a number
about: 2024-05-01
plugins: {datasette-x: {n: 3, big: 2097152}}
allow: {id: root}
databases:
  x:
    source: The forest
    license: MIT
    queries: {big: {sql: select 1}}
    tables:
      x: {title: X, sort_desc: a, facet_size: 5, columns: {a: the a}}
  notyet: {title: Later}
`)
		for i := range 100 {
			w.uploads.Put("x.csv", "a\n"+strings.Repeat("1\n", i+1))
			w.reconcile()
		}
		m := w.document("metadata.json")
		for _, test := range []struct {
			want any
			keys []string
		}{
			{"Trees of 2000-01-01 00:00 UTC", []string{"title"}},
			{"All trees (updated 2000-01-01 00:00 UTC)", []string{"description"}},
			{"<b>Trees</b>, 2000-01-01 00:00 UTC", []string{"description_html"}},
			{"a number", []string{"2024"}},
			{"2024-05-01", []string{"about"}},
			{"The forest", []string{"databases", "x", "source"}},
			{"100 rows of x.csv, updated 2000-01-01 00:00 UTC", []string{"databases", "x", "description"}},
			{"the a", []string{"databases", "x", "tables", "x", "columns", "a"}},
			{true, []string{"databases", "x", "tables", "_dynasette_sources", "hidden"}},
			{"Later", []string{"databases", "notyet", "title"}},
			{float64(2097152), []string{"plugins", "datasette-x", "big"}},
		} {
			if got := at(m, test.keys...); got != test.want {
				t.Errorf("%v: %v, want %v", test.keys, got, test.want)
			}
		}
		// Version 1.0 takes configuration from datasette.yaml.
		want := map[string]any{
			"2024": "a number", "allow": map[string]any{"id": "root"},
			"plugins": map[string]any{"datasette-x": map[string]any{"n": 3, "big": 2097152}},
			"databases": map[string]any{"x": map[string]any{
				"queries": map[string]any{"big": map[string]any{"sql": "select 1"}},
				"tables": map[string]any{
					"_dynasette_sources": map[string]any{"hidden": true},
					"x":                  map[string]any{"sort_desc": "a", "facet_size": 5},
				},
			}},
		}
		if got := w.document("datasette.yaml"); !reflect.DeepEqual(got, want) {
			t.Errorf("datasette.yaml: %v\nwant %v", got, want)
		}
	})
}

func TestBaseSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.base("settings.json", "{\n\t\"default_page_size\": 7,\n\t\"max_insert_rows\": 5,\n\t\"allow_download\": false\n}")
		w.put("x.csv", "a\n1\n")
		first := servedNow(t, w.store).Release
		if got, want := w.document("settings.json"), map[string]any{"default_page_size": 7.0, "allow_download": false}; !reflect.DeepEqual(got, want) {
			t.Errorf("settings.json: %v", got) // without what 0.65 doesn't know
		}
		want := map[string]any{"default_page_size": 7, "allow_download": false, "max_insert_rows": 5}
		if got := w.document("datasette.yaml")["settings"]; !reflect.DeepEqual(got, want) {
			t.Errorf("datasette.yaml: %v", got)
		}
		// Another base document is a release of its own.
		w.base("datasette.yaml", "settings: {default_page_size: 9, sql_time_limit_ms: 100}\ndatabases: {x: {tables: {x: {size: 3}}}}\n")
		w.reconcile()
		if servedNow(t, w.store).Release == first {
			t.Error("no new release")
		}
		config := w.document("datasette.yaml")
		if !reflect.DeepEqual(config["settings"], map[string]any{"default_page_size": 9, "allow_download": false, "max_insert_rows": 5, "sql_time_limit_ms": 100}) || at(config, "databases", "x", "tables", "x", "size") != 3 {
			t.Errorf("datasette.yaml: %v", config)
		}
		if got, want := w.document("settings.json"), map[string]any{"default_page_size": 7.0, "allow_download": false, "sql_time_limit_ms": 100.0}; !reflect.DeepEqual(got, want) {
			t.Errorf("settings.json: %v", got)
		}
	})
}

// TestBadBase: with a base document that Datasette wouldn't start with, the last good one is
// used, and whoever asks for a release is told why. The uploads have nothing to do with it.
func TestBadBase(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"metadata.json", `{"title": `, "base/metadata.json:1:11: unexpected end of JSON input; it is left out"},
		{"metadata.json", `{} {}`, "base/metadata.json:1:4: invalid character '{' after top-level value"},
		{"metadata.json", `[]`, "base/metadata.json:1:1: is not a mapping"},
		{"metadata.yaml", "a: b: c", "base/metadata.yaml:1:5: mapping values are not allowed in this context"},
		{"metadata.yaml", "title: x\n\tdescription: y\n", "base/metadata.yaml:2:1: "},
		{"metadata.json", "{\n  // of the town\n  \"title\": \"x\"\n}", "base/metadata.json:2:3: invalid character '/' looking for beginning of object key string; JSON has no comments"},
		{"metadata.json", `{"databases": []}`, "databases is not a mapping"},
		{"metadata.json", `{"databases": {"x": 1}}`, "x is not a mapping"},
		{"metadata.json", `{"databases": {"x": {"tables": {"t": "x"}}}}`, "t is not a mapping"},
		{"metadata.json", `{"databases": {"x": {"tables": {"t": {"columns": []}}}}}`, "columns is not a mapping"},
		{"settings.json", `{"no_such_setting": 1}`, "there is no setting no_such_setting"},
		{"settings.json", `{"sql_time_limit": 1}`, "base/settings.json: there is no setting sql_time_limit; did you mean sql_time_limit_ms?"},
		{"settings.json", `{"default_page_size": "50"}`, "setting default_page_size can't be 50"},
		{"settings.json", `{"allow_facet": 1}`, "setting allow_facet can't be 1"},
		{"settings.json", `{"base_url": false}`, "setting base_url can't be false"},
		{"settings.json", `{"max_csv_mb": 1.5}`, "setting max_csv_mb can't be 1.5"},
		{"datasette.yaml", "settings: {allow_facet: 'off'}", "setting allow_facet can't be off"},
		{"datasette.yaml", "settings: []", "settings is not a mapping"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.put("x.csv", "a\n1\n")
			w.base(test.name, test.text)
			if r := w.put("y.csv", "a\n1\n"); r.Err != nil {
				t.Errorf("%s %s: %+v", test.name, test.text, r)
			}
			m := w.is("x.csv@1 y.csv@2")
			for range 2 { // and it is not tried again
				if _, err := w.Release(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s %s: %v, want %s", test.name, test.text, err, test.want)
				}
				if now := w.is("x.csv@1 y.csv@2"); now.Release != m.Release {
					t.Errorf("%s %s: another release", test.name, test.text)
				}
			}
			w.base(test.name, `{"title": "good"}`) // once mended, nothing is said any more
			if _, err := w.Release(t.Context()); (err != nil) != (test.name == "settings.json") {
				t.Error(err)
			}
		})
	}
}

// TestNothingNew: the same databases and documents make no other release.
func TestNothingNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.reconcile() // nothing at all
		if m := servedNow(t, w.store); m != nil {
			t.Errorf("served %v", m)
		}
		w.base("metadata.json", `{"title": "x"}`)
		w.put("x.csv", "a\n1\n")
		w.Wait()
		for range 3 {
			w.reconcile()
			time.Sleep(time.Hour)
		}
		if n := w.server.count(); n != 1 {
			t.Errorf("%d releases", n)
		}
		var names []string
		w.store.List(t.Context(), "", func(o dynasette.Object) error { names = append(names, o.Name); return nil })
		want := []string{"base/metadata.json", "current.json", "lease.json"}
		if got := slices.DeleteFunc(names, func(n string) bool { return strings.Contains(n, "s/") }); !slices.Equal(got, want) {
			t.Errorf("left: %v", names)
		}
	})
}
