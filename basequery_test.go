package dynasette_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
)

// TestQueriesAsFiles: base/queries/DATABASE/NAME.sql is a stored query of the release, and what fits
// nothing is found there.
func TestQueriesAsFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.base("queries/x.csv/all.sql", "select a from x -- all of it\n")
		w.base("queries/x/two words.sql", "select 2")
		w.base("queries/nope/q.sql", "select 3")
		w.base("queries/astray.sql", "select 4")
		w.base("metadata.json", `{"databases": {"x": {"queries": {"all": {"title": "All"}, "own": "select 5"}}}}`)
		w.put("x.csv", "a\n1\n")
		databases, _ := w.document("metadata.json")["databases"].(map[string]any)
		x, _ := databases["x"].(map[string]any)
		want := map[string]any{
			"all":       map[string]any{"sql": "select a from x -- all of it\n", "title": "All"},
			"two words": map[string]any{"sql": "select 2"},
			"own":       "select 5",
		}
		if !reflect.DeepEqual(x["queries"], want) {
			t.Errorf("%v\nwant %v", x["queries"], want)
		}
		said := strings.Join(w.said(), "\n")
		for _, words := range []string{"base/queries/nope/q.sql:1", "base/queries/astray.sql: is not read"} {
			if !strings.Contains(said, words) {
				t.Errorf("%s\nwant %s", said, words)
			}
		}
		w.base("queries/x/two words.sql", "select 6")
		if _, err := w.Release(t.Context()); err != nil {
			t.Log(err)
		}
		databases, _ = w.document("metadata.json")["databases"].(map[string]any)
		if got := databases["x"].(map[string]any)["queries"].(map[string]any)["two words"]; !reflect.DeepEqual(got, map[string]any{"sql": "select 6"}) {
			t.Errorf("%v", got)
		}
	})
}
