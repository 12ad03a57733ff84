package pages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// Old names lead to where databases are, for as long as those are there: through
// collisions, deletions, renaming and coming back, and other processes.
func TestMovedNames(t *testing.T) {
	folder := t.TempDir()
	store, err := sinkdir.Open(filepath.Join(folder, ".dynasette"))
	if err != nil {
		t.Fatal(err)
	}
	store.NoSync = true
	s := &Server{TimeLimit: time.Minute}
	defer s.Close()
	front := httptest.NewServer(s)
	defer front.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	pipeline := func() *dynasette.Pipeline {
		return &dynasette.Pipeline{
			Source: &sourcedir.Source{Root: folder, Settle: -1}, Store: store, Formats: all.Formats(), Restarter: s, Quiet: time.Millisecond,
		}
	}
	p := pipeline()
	reconcile := func() {
		t.Helper()
		if _, err := p.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.Wait()
	}
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		reconcile()
	}
	remove := func(name string) {
		t.Helper()
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
		reconcile()
	}
	answers := func(when string, want ...string) {
		t.Helper()
		for _, w := range want {
			path, answer, _ := strings.Cut(w, " ")
			resp, err := client.Get(front.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if got := strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Location"))); got != answer {
				t.Errorf("%s: %s: %s, want %s", when, path, got, answer)
			}
		}
	}
	put("trees.json", `[{"a": 1}]`)
	put("My Data 2024.csv", "a\n1\n")
	answers("first", "/trees 200", "/trees-json 302 /trees", "/trees-json.json?_shape=array 302 /trees.json?_shape=array",
		"/trees-json/trees.csv?_size=max 302 /trees/trees.csv?_size=max", "/trees-json/trees/1?x 302 /trees/trees/1?x",
		"/my-data-2024 200", "/My%20Data%202024 302 /my-data-2024", "/My~20Data~202024/My+Data+2024.json 302 /my-data-2024/My+Data+2024.json",
		"/trees-csv 404", "/-/versions.json 200")
	// Another upload would like the name: it gets another, and the first keeps its own.
	put("trees.csv", "a\n1\n")
	answers("two", "/trees/trees.json 200", "/trees-csv 200", "/trees-json 302 /trees")
	p = pipeline() // another process
	reconcile()
	answers("restarted", "/trees/trees.json 200", "/trees-csv 200", "/trees-json 302 /trees")
	remove("trees.json") // before there were collisions, trees was what trees.csv is called
	answers("deleted", "/trees 302 /trees-csv", "/trees-json 404", "/trees-csv 200")
	put("trees.json", `[{"a": 2}]`)
	answers("back", "/trees 200", "/trees-json 302 /trees", "/trees-csv 200")
	if err := os.Rename(filepath.Join(folder, "trees.json"), filepath.Join(folder, "Woods (old).json")); err != nil {
		t.Fatal(err)
	}
	reconcile()
	answers("renamed", "/trees 302 /trees-csv", "/trees-json 404", "/woods-old 200", "/Woods%20(old) 302 /woods-old", "/Woods~20~28old~29 302 /woods-old")
	// One that has the old name of another one for its own.
	put("trees.json", `[{"a": 3}]`)
	put("trees-json.csv", "a\n1\n")
	answers("taken", "/trees 200", "/trees-json 200", "/trees-csv 200")
	releases, err := p.Releases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Rollback(t.Context(), releases[1].Release); err != nil {
		t.Fatal(err)
	}
	answers("gone back", "/trees 200", "/trees-json 302 /trees", "/trees-csv 200")
}
