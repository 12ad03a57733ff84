package dir

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	s.fsync = func(f *os.File) error {
		mu.Lock()
		defer mu.Unlock()
		name, err := filepath.Rel(s.root, f.Name())
		if err != nil {
			return err
		}
		if name == broken {
			return errors.New("the disk is full")
		}
		if !strings.HasPrefix(name, draftsDir) { // those: TestSyncedBeforeNamed
			synced = append(synced, filepath.ToSlash(name))
		}
		return f.Sync()
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

// A disk is what is known to be on it, of the files in one folder.
type disk struct {
	t      *testing.T
	broken bool
	files  []onDisk // in the order in which they were synced
}

type onDisk struct {
	name string // then
	info fs.FileInfo
	data []byte // of a file
}

func (d *disk) fsync(f *os.File) error {
	if d.broken {
		return errors.New("the disk is full")
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	now := onDisk{name: f.Name(), info: info}
	if !info.IsDir() {
		if now.data, err = os.ReadFile(f.Name()); err != nil {
			return err
		}
	}
	d.files = append(d.files, now)
	return f.Sync()
}

// holds fails the test unless the file was synced as it is, under another name, and after it,
// unless that is put off, its folder.
func (d *disk) holds(what, file string, folder bool) {
	d.t.Helper()
	info, err := os.Lstat(file)
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	at := slices.IndexFunc(d.files, func(o onDisk) bool { return os.SameFile(o.info, info) && bytes.Equal(o.data, data) })
	if at < 0 || d.files[at].name == file {
		d.t.Errorf("%s: was not on the disk before it had its name", what)
		return
	}
	named := slices.ContainsFunc(d.files[at+1:], func(o onDisk) bool { return o.name == filepath.Dir(file) })
	if folder && !named {
		d.t.Errorf("%s: its name is not on the disk", what)
	}
}

// Databases, and documents at the top, are on the disk as they are before they have their
// names.
func TestSyncedBeforeNamed(t *testing.T) {
	d := &disk{t: t}
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.fsync = d.fsync
	if _, err := s.Write(t.Context(), "current.json", []byte("{}"), dynasette.Absent, nil); err != nil {
		t.Fatal(err)
	}
	d.holds("a document at the top", s.Location("current.json"), true)

	draft, err := s.Create(t.Context(), "databases/x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer draft.Close()
	pages := func(content byte, over string) error {
		_, err := draft.Write(bytes.Repeat([]byte{content}, 2*4096))
		if err == nil {
			_, err = draft.Commit(bytes.Repeat([]byte{content}, 4096), over)
		}
		return err
	}
	d.broken = true
	if err := pages(1, dynasette.Absent); err == nil {
		t.Error("committed, and the disk is full")
	}
	if _, err := os.Lstat(s.Location("databases/x.db")); err == nil {
		t.Error("it has its name, and is not on the disk")
	}
	d.broken = false
	for i, over := range []string{"another generation", dynasette.Absent} {
		if err := draft.Reset(); err != nil {
			t.Fatal(err)
		}
		if err := pages(byte(i), over); errors.Is(err, dynasette.ErrChanged) != (over != dynasette.Absent) {
			t.Fatal(err)
		}
	}
	d.holds("a database that was written anew", s.Location("databases/x.db"), false)

	s.NoSync, d.files = true, nil
	if _, err := s.Write(t.Context(), "other.json", nil, dynasette.Absent, nil); err != nil || len(d.files) > 0 {
		t.Errorf("without sync: %v %v", d.files, err)
	}
}

// A file outside of a store is, too, if that is asked for.
func TestFileSyncedBeforeNamed(t *testing.T) {
	for _, opts := range []FileOptions{{Sync: true}, {Sync: true, Replace: true}, {}} {
		d, name := &disk{t: t}, filepath.Join(t.TempDir(), "x.db")
		for _, broken := range []bool{opts.Sync, false} {
			f, err := CreateFile(name, opts)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			f.fsync, d.broken = d.fsync, broken
			if _, err := f.Write(make([]byte, 4096)); err != nil {
				t.Fatal(err)
			}
			if err := f.Commit(bytes.Repeat([]byte{1}, 4096)); (err != nil) != broken {
				t.Errorf("the disk is full: %t, error: %v", broken, err)
			}
			if _, err := os.Lstat(name); (err != nil) != broken {
				t.Errorf("the disk is full: %t, the file: %v", broken, err)
			}
			if broken {
				continue
			}
			if opts.Sync {
				d.holds("a file", name, true)
			} else if len(d.files) > 0 {
				t.Errorf("nobody wants that: %v", d.files)
			}
			break
		}
	}
}
