package pages

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
)

// stored makes a release of objects in a store, each of one row that says what it is.
func stored(t *testing.T, store, id string, objects map[string]string) dynasette.Release {
	t.Helper()
	m := &dynasette.Manifest{Release: id}
	for slug, object := range objects {
		path := filepath.Join(store, object)
		if _, err := os.Stat(path); err != nil {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(fmt.Sprintf("CREATE TABLE t (name TEXT); INSERT INTO t VALUES ('%s')", object)); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		m.Databases = append(m.Databases, dynasette.Database{Slug: slug, Object: object})
	}
	slices.SortFunc(m.Databases, func(a, b dynasette.Database) int { return strings.Compare(a.Slug, b.Slug) })
	return dynasette.Release{ID: id, Location: t.TempDir(), Store: store, Manifest: m}
}

// However many databases there are, only some are open, and all are shown.
func TestOpenDatabasesAreBounded(t *testing.T) {
	const limit, databases = 4, 30
	objects := map[string]string{}
	for i := range databases {
		objects[fmt.Sprintf("d%d", i)] = fmt.Sprintf("d%d.db", i)
	}
	s := &Server{TimeLimit: time.Minute, Open: limit}
	t.Cleanup(func() { s.Close() })
	if err := s.Restart(t.Context(), stored(t, t.TempDir(), "r1", objects)); err != nil {
		t.Fatal(err)
	}
	if n := s.files.Open(); n != limit {
		t.Errorf("%d open after a release, want %d", n, limit)
	}
	var readers sync.WaitGroup
	for i := range 4 * databases {
		readers.Go(func() {
			slug := fmt.Sprintf("d%d", i%databases)
			if page := ask(s, "/"+slug+"/t.json").Body.String(); !strings.Contains(page, slug+".db") {
				t.Errorf("%s shows %s", slug, page)
			}
		})
	}
	readers.Wait()
	if n := s.files.Open(); n != limit {
		t.Errorf("%d open, want %d", n, limit)
	}
	s.Close()
	if n := s.files.Open(); n != 0 {
		t.Errorf("%d open after Close", n)
	}
}

// A release opens what is new in it. That nothing else is looked at shows when it is gone.
func TestWhatDidNotChangeIsNotOpened(t *testing.T) {
	objects := map[string]string{"changed": "changed-1.db"}
	for i := range 10 {
		objects[fmt.Sprintf("same%d", i)] = fmt.Sprintf("same%d-1.db", i)
	}
	s := &Server{TimeLimit: time.Minute}
	t.Cleanup(func() { s.Close() })
	store := t.TempDir()
	if err := s.Restart(t.Context(), stored(t, store, "r1", objects)); err != nil {
		t.Fatal(err)
	}
	body(t, s, "/same0/t.json")
	objects["changed"] = "changed-2.db"
	next := stored(t, store, "r2", objects)
	for _, object := range objects {
		if strings.HasPrefix(object, "same") {
			if err := os.Remove(filepath.Join(store, object)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Restart(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if page := body(t, s, "/changed/t.json"); !strings.Contains(page, "changed-2.db") {
		t.Error(page)
	}
	if page := body(t, s, "/same0/t.json"); !strings.Contains(page, "same0-1.db") {
		t.Error(page)
	}
}
