package dir

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
)

// What a document at the top names is on the disk before it: every document below once, however
// often it was replaced, and every folder once.
func TestSyncs(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var synced []string
	broken := ""
	s.flush = func(path string, flag int) error {
		mu.Lock()
		defer mu.Unlock()
		name, err := filepath.Rel(s.root, path)
		if err != nil {
			return err
		}
		if name == broken {
			return errors.New("the disk is full")
		}
		synced = append(synced, filepath.ToSlash(name))
		return syncPath(path, flag)
	}
	// done returns what was synced, sorted but for what comes in turn.
	done := func() string {
		mu.Lock()
		defer mu.Unlock()
		all := synced
		synced = nil
		files := slices.IndexFunc(all, func(name string) bool { return !strings.HasSuffix(name, ".json") })
		if files < 0 {
			files = len(all)
		}
		last := max(files, len(all)-1) // the folder of the document at the top
		slices.Sort(all[:files])
		slices.Sort(all[files:last])
		return strings.Join(all, " ")
	}
	generations := map[string]string{}
	write := func(name string) error {
		g, err := s.Write(t.Context(), name, []byte("{}"), generations[name], nil)
		if err == nil {
			generations[name] = g
		}
		return err
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	database := func(name string) {
		t.Helper()
		d, err := s.Create(t.Context(), name)
		must(err)
		defer d.Close()
		_, err = d.Commit(make([]byte, 4096), dynasette.Absent)
		must(err)
	}
	is := func(what, want string) {
		t.Helper()
		if got := done(); got != want {
			t.Errorf("%s: synced %q, want %q", what, got, want)
		}
	}

	for i := range 20 {
		must(write("sources/a.json"))
		must(write("sources/b.json"))
		database(fmt.Sprintf("databases/a-%d.db", i))
	}
	must(write("releases/1/metadata.json"))
	must(write("releases/1.json"))
	is("before", "")
	must(write("current.json"))
	is("all", "releases/1.json releases/1/metadata.json sources/a.json sources/b.json databases releases releases/1 sources .")
	must(write("current.json"))
	is("nothing new", ".")

	must(s.Delete(t.Context(), "sources/b.json", generations["sources/b.json"]))
	is("a delete", "")
	must(write("current.json"))
	is("after a delete", "sources .")

	// Another process's.
	other, err := Open(s.root)
	must(err)
	_, err = other.Write(t.Context(), "base/metadata.json", []byte("{}"), dynasette.Absent, nil)
	must(err)
	must(write("current.json"))
	is("after another process", "base .")

	// What can't be synced is no document's to rely on, and is tried again.
	must(write("sources/a.json"))
	broken = "sources/a.json"
	before := generations["current.json"]
	if err := write("current.json"); err == nil || generations["current.json"] != before {
		t.Errorf("written all the same: %v", err)
	}
	broken = ""
	done()
	must(write("current.json"))
	is("again", "sources/a.json sources .")
}
