package dir_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

func open(t *testing.T, folder string) *dir.Store {
	t.Helper()
	s, err := dir.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) dynasette.Store { return open(t, t.TempDir()) })
}

func TestNamesThatLeaveTheFolder(t *testing.T) {
	root := t.TempDir()
	s := open(t, filepath.Join(root, "store"))
	for _, name := range []string{"", ".", "..", "../x", "/x", "a/../../x", "a//b", "a/", "./a", ".lock", "a/.hidden", ".tmp/x"} {
		if _, err := s.Write(t.Context(), name, []byte("x"), dynasette.Absent, nil); err == nil {
			t.Errorf("wrote %q", name)
		}
		if _, _, err := s.Read(t.Context(), name); err == nil {
			t.Errorf("read %q", name)
		}
		if _, err := s.Create(t.Context(), name); err == nil {
			t.Errorf("created %q", name)
		}
	}
	if entries, _ := os.ReadDir(root); len(entries) != 1 {
		t.Errorf("%v beside the store", entries)
	}
}

func TestNothingIsLeft(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	over := dynasette.Absent
	for range 3 { // metadata of replaced documents goes with them
		var err error
		if over, err = s.Write(t.Context(), "sources/x.json", []byte("{}"), over, map[string]string{"a": "b"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete(t.Context(), "sources/x.json", over); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, ".tmp", "draft-of-the-dead"), []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	// An earlier program's.
	if err := os.Mkdir(filepath.Join(folder, ".meta"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, ".meta", "1-2-3.json"), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"releases": 2 * time.Hour, "base": time.Minute} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o777); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(folder, name), then, then); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sweep(t.Context(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "releases")); err == nil {
		t.Error("an empty folder is left")
	}
	if _, err := os.Stat(filepath.Join(folder, "base")); err != nil {
		t.Error("a new folder is gone")
	}
	var left []string
	filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			left = append(left, path)
		}
		return err
	})
	if len(left) != 1 || filepath.Base(left[0]) != ".lock" {
		t.Errorf("left: %q", left)
	}
}

// A file is later than the one that it replaces, whatever the clock says: inodes are used again,
// and clocks are coarse, or set back.
func TestReplacedIsLater(t *testing.T) {
	s := open(t, t.TempDir())
	over, err := s.Write(t.Context(), "x.json", []byte("{}"), dynasette.Absent, nil)
	if err != nil {
		t.Fatal(err)
	}
	ahead := time.Now().Add(time.Hour)
	if err := os.Chtimes(s.Location("x.json"), ahead, ahead); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{over: true}
	for range 5 {
		was, err := s.Stat(t.Context(), "x.json")
		if err != nil {
			t.Fatal(err)
		}
		generation, err := s.Write(t.Context(), "x.json", []byte("{}"), was.Generation, nil)
		if err != nil {
			t.Fatal(err)
		}
		now, err := s.Stat(t.Context(), "x.json")
		if err != nil || now.Generation != generation || !now.Updated.After(was.Updated) || seen[generation] {
			t.Errorf("%+v after %+v, %v", now, was, err)
		}
		seen[generation] = true
	}
}

func TestListWithoutTheFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "store")
	s := open(t, folder)
	if err := os.Rename(folder, folder+".away"); err != nil {
		t.Fatal(err)
	}
	if err := s.List(t.Context(), "databases/", func(dynasette.Object) error { return nil }); err == nil {
		t.Error("a store that is gone was listed as empty")
	}
}

func TestFile(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "x.db")
	first, rest := bytes.Repeat([]byte{1}, 4096), bytes.Repeat([]byte{2}, 3*4096)
	write := func(opts dir.FileOptions, first, rest []byte) error {
		f, err := dir.CreateFile(name, opts)
		if err != nil {
			return err
		}
		defer f.Close()
		if _, err := f.Write(rest); err != nil {
			return err
		}
		if _, err := os.Stat(name); err == nil && !opts.Replace {
			t.Error("visible before it was complete")
		}
		return f.Commit(first)
	}
	check := func(want ...[]byte) {
		t.Helper()
		data, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(data, bytes.Join(want, nil)) {
			t.Errorf("%d bytes (%v), or others than were written", len(data), err)
		}
		if entries, _ := os.ReadDir(folder); len(entries) != 1 {
			t.Errorf("%v in the folder", entries)
		}
	}
	if err := write(dir.FileOptions{}, first, rest); err != nil {
		t.Fatal(err)
	}
	check(first, rest)
	if err := write(dir.FileOptions{}, first, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("replaced an existing file: %v", err)
	}
	check(first, rest)
	for _, size := range []int{512, 4096, 65536} {
		for _, expected := range []int{512, 4096, 65536} {
			first, rest := bytes.Repeat([]byte{3}, size), bytes.Repeat([]byte("abcdefgh"), 40*65536/8)
			if err := write(dir.FileOptions{Replace: true, Sync: true, PageSize: expected}, first, rest); err != nil {
				t.Fatal(err)
			}
			check(first, rest)
		}
	}

	f, err := dir.CreateFile(name, dir.FileOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(rest); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("%v in the folder", entries)
	}

	if _, err := dir.CreateFile(folder, dir.FileOptions{Replace: true}); err == nil {
		t.Error("a folder would be replaced")
	}
	if _, err := dir.CreateFile(filepath.Join(folder, "missing", "x.db"), dir.FileOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestFileTaken: a name that is taken while the database is being written is not lost.
func TestFileTaken(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.db")
	f, err := dir.CreateFile(name, dir.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.WriteFile(name, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(make([]byte, 4096)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("commit: %v", err)
	}
	if data, _ := os.ReadFile(name); string(data) != "mine" {
		t.Errorf("the file is %q now", data)
	}
}

func BenchmarkCommit(b *testing.B) {
	s, err := dir.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	first, rest := make([]byte, 4096), make([]byte, 1<<20)
	const chunks = 16
	b.SetBytes(chunks << 20)
	b.ReportAllocs()
	over := dynasette.Absent
	for b.Loop() {
		d, err := s.Create(b.Context(), "x.db")
		if err != nil {
			b.Fatal(err)
		}
		for range chunks {
			if _, err := d.Write(rest); err != nil {
				b.Fatal(err)
			}
		}
		o, err := d.Commit(first, over)
		if err != nil {
			b.Fatal(err)
		}
		over = o.Generation
	}
}

// What a killed process has left goes with the next file that is written there, and nothing
// else does.
func TestLeftBehind(t *testing.T) {
	folder := t.TempDir()
	write := func(name string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	left := write(".dynasette-ABCDEFGH23")
	kept := []string{write(".dynasette-notes"), write("x.csv"), write(".dynasette-ABCDEFGH23.db")}
	long := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(left, long, long); err != nil { // where only the age can tell
		t.Fatal(err)
	}
	first, err := dir.CreateFile(filepath.Join(folder, "a.db"), dir.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", left, err)
	}
	second, err := dir.CreateFile(filepath.Join(folder, "b.db"), dir.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	hidden, _ := filepath.Glob(filepath.Join(folder, ".dynasette-*"))
	if len(hidden) != 4 { // two of which are being written
		t.Errorf("%q", hidden)
	}
	for _, path := range kept {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
