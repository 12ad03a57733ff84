package dynasette_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// said returns what is said of base documents in the release that is served.
func (w *world) said() (lines []string) {
	w.t.Helper()
	for _, f := range servedNow(w.t, w.store).BaseFindings {
		lines = append(lines, f.Severity.String()+": "+f.String())
	}
	return lines
}

// TestLastGood: a typo leaves the last good text of that document in use, and of no other,
// and is told until it is mended, also to the next process.
func TestLastGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.base("metadata.json", `{"title": "Good"}`)
		w.base("settings.json", `{"default_page_size": 5}`)
		w.put("x.csv", "a\n1\n")

		w.base("metadata.json", "{\n  \"title\": \"Better\",\n  \"license\": \"MIT\n}")
		w.base("settings.json", `{"default_page_size": 6}`)
		const fault = `base/metadata.json:3:18: invalid character '\n' in string literal; the last good text is used`
		for range 3 {
			if _, err := w.Release(t.Context()); err == nil || err.Error() != fault {
				t.Errorf("%v\nwant %s", err, fault)
			}
			if got := w.document("metadata.json")["title"]; got != "Good" {
				t.Errorf("title %v", got)
			}
			if got := w.document("settings.json")["default_page_size"]; got != 6.0 {
				t.Errorf("the other document's is not used: %v", got)
			}
			// Another process takes over, which has never seen the good one.
			w.Pipeline = &dynasette.Pipeline{Source: w.uploads, Store: w.store, Formats: w.Formats, Restarter: w.server}
		}
		w.put("y.csv", "a\n1\n")
		if got := w.said(); !reflect.DeepEqual(got, []string{"loss: " + fault}) {
			t.Errorf("%q", got)
		}
		var failed []string
		if err := w.Failures(t.Context(), func(f dynasette.Failure) error {
			failed = append(failed, f.Source+": "+f.Message)
			return nil
		}); err != nil || !reflect.DeepEqual(failed, []string{"base/metadata.json: " + fault}) {
			t.Errorf("failures: %q, %v", failed, err)
		}
		// A document of another name of its kind is mended likewise.
		if err := w.store.Delete(t.Context(), "base/metadata.json", stat(t, w.store, "base/metadata.json").Generation); err != nil {
			t.Fatal(err)
		}
		w.base("metadata.yaml", "title: *Better")
		if _, err := w.Release(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "base/metadata.yaml:1:8: unknown anchor") {
			t.Error(err)
		}
		if got := w.document("metadata.json")["title"]; got != "Good" {
			t.Errorf("title %v", got)
		}
		w.base("metadata.yaml", "title: Better")
		if _, err := w.Release(t.Context()); err != nil {
			t.Error(err)
		}
		if got := w.document("metadata.json")["title"]; got != "Better" || w.said() != nil {
			t.Errorf("title %v, said %q", got, w.said())
		}
	})
}

func stat(t *testing.T, s dynasette.Store, name string) dynasette.Object {
	t.Helper()
	o, err := s.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestBaseFits: a column that goes takes what names it with it until it comes back, and
// that is a finding of its upload; a new process sees it, too.
func TestBaseFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.base("metadata.yaml", "databases:\n  Our Trees.csv:\n    title: Trees\n    tables:\n      Our Trees:\n        sort: height\n        facets: [species]\n")
		w.put("other.csv", "a\n1\n")
		if r := w.put("Our Trees.csv", "species,height\noak,3\n"); r.Base != nil {
			t.Errorf("%v", r.Base)
		}
		table := func() any { return at(w.document("metadata.json"), "databases", "our-trees", "tables", "Our Trees") }
		all := map[string]any{"sort": "height", "facets": []any{"species"}}
		if got := table(); !reflect.DeepEqual(got, all) || w.said() != nil {
			t.Errorf("%v %q", got, w.said())
		}
		const line = `base/metadata.yaml:6:9: sort names a column "height", which the table "Our Trees" of Our Trees.csv does not have, so that is left out`
		r := w.put("Our Trees.csv", "species,size_m\noak,3\n")
		if len(r.Base) != 1 || r.Base[0].String() != line || r.Base[0].Code != "column-missing" || r.Base[0].Severity != converter.Doubt {
			t.Errorf("%v", r.Base)
		}
		for range 2 {
			if got := table(); !reflect.DeepEqual(got, map[string]any{"facets": []any{"species"}}) {
				t.Errorf("%v", got)
			}
			if got := w.said(); !reflect.DeepEqual(got, []string{"doubt: " + line}) {
				t.Errorf("%q", got)
			}
			w.Pipeline = &dynasette.Pipeline{Source: w.uploads, Store: w.store, Formats: w.Formats, Restarter: w.server}
			w.put("other.csv", "a\n2\n")
		}
		if got := w.document("metadata.json"); at(got, "databases", "our-trees", "title") != "Trees" || at(got, "databases", "other", "title") != "other.csv" {
			t.Errorf("%v", got)
		}
		w.put("Our Trees.csv", "species,height\noak,3\n")
		if got := table(); !reflect.DeepEqual(got, all) || w.said() != nil {
			t.Errorf("%v %q", got, w.said())
		}
	})
}

// TestUnread: what lies in base/ and nobody reads is said.
func TestUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for _, name := range []string{"metadata.json", "metadata.yml", "setting.json", "notes.txt", ".swp", "metadata.json~"} {
			w.base(name, "{}")
		}
		w.put("x.csv", "a\n1\n")
		if got, want := w.said(), []string{
			"doubt: base/metadata.yml: is not read, as metadata.json is there",
			`doubt: base/setting.json: is not read; did you mean "settings.json"?`,
			"note: base/notes.txt: is not read",
		}; !reflect.DeepEqual(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// TestBaseYAML: documents are read as Datasette reads them, within bounds.
func TestBaseYAML(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		a, b := string(rune('a'+i)), string(rune('b'+i))
		bomb += b + ": &" + b + " [" + strings.Repeat("*"+a+", ", 9) + "]\n"
	}
	merges := "a: &a {}\n"
	for i := range 9 {
		a, b := string(rune('a'+i)), string(rune('b'+i))
		merges += b + ": &" + b + "\n  <<: [" + strings.Repeat("*"+a+", ", 9) + "]\n"
	}
	for _, test := range []struct {
		name, text string
		want       any // of "a", or an error
	}{
		{"metadata.yaml", "a: no", false},
		{"metadata.yaml", "a: 'no'", "no"},
		{"metadata.yaml", "a: On", true},
		{"metadata.yaml", "a: 0x10", 16.0},
		{"metadata.yaml", "a: .inf", ".inf"},
		{"metadata.yaml", "a: 2024-05-01", "2024-05-01"},
		{"metadata.yaml", "a: 2024-05-01 10:00:00", "2024-05-01T10:00:00Z"},
		{"metadata.yaml", "\ufeffa: 1", 1.0},
		{"metadata.yaml", "# nothing\n", nil},
		{"metadata.yaml", "", nil},
		{"metadata.yaml", "x: &x {a: 1}\n<<: *x", 1.0},
		{"metadata.yaml", "<<: [{a: 1}, {a: 2}]\nb: 1", 1.0},
		{"metadata.yaml", "a: 3\n<<: {a: 1}", 3.0},
		{"metadata.yaml", "a: 1\n---\na: 2\n", "2:1: there is a second document"},
		{"metadata.yaml", "a: &x [*x]", "1:8: more than"},
		{"metadata.yaml", "a: &x\n  <<: *x", "more than"},
		{"metadata.yaml", bomb, "more than"},
		{"metadata.yaml", merges, "more than"},
		{"metadata.yaml", "<<: 1", "1:5: what is merged is no mapping"},
		{"metadata.yaml", "? [a]\n: 1", "1:3: a key is no text"},
		{"metadata.json", "{\"a\": 1, # of the town\n}", 1.0},
		{"metadata.json", "{'a': [1,],}", []any{1.0}},
		{"metadata.json", "a: 1", 1.0},
		{"metadata.json", "\ufeff{\"a\": 1}", 1.0},
		{"metadata.json", `{"a": "\ud83d\ude00"}`, "\U0001F600"},
		{"metadata.json", "{\"a\":\n /* x */ 1}", "2:2: invalid character '/'"},
		{"metadata.json", "{\"a\" 1}", "1:6: invalid character '1' after object key"},
		{"metadata.json", "{\n\"é\": ]}", "2:6: invalid character ']'"},
		{"metadata.json", strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200), "more than"},
	} {
		documents, _, err := dynasette.Contents(&dynasette.Manifest{}, map[string]string{test.name: test.text})
		if err != nil {
			if f := dynasette.BaseFault(test.name, test.text); f == nil || !strings.Contains(f.String(), test.want.(string)) {
				t.Errorf("%.40q: %v, want %v", test.text, f, test.want)
			}
			continue
		}
		if got := jsonOf(t, documents["metadata.json"])["a"]; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%.40q: %#v, want %#v", test.text, got, test.want)
		}
	}
}
