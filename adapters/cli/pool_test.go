package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	fs := &openDocuments{Limit: 3}
	var all []*file
	for i := range 20 {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(strings.Repeat(fmt.Sprintf("%02d", i), 500)), 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := newFile(fs, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	var readers sync.WaitGroup
	for i := range 8 * len(all) {
		readers.Go(func() {
			i %= len(all)
			got, err := io.ReadAll(io.NewSectionReader(all[i], 0, all[i].size()))
			if want := strings.Repeat(fmt.Sprintf("%02d", i), 500); err != nil || string(got) != want {
				t.Errorf("file %d: %.20q, %v", i, got, err)
			}
		})
	}
	readers.Wait()
	if n := fs.Open(); n > fs.Limit {
		t.Errorf("%d files open, want at most %d", n, fs.Limit)
	}
	for _, f := range all {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if fs.Open() > 0 {
		t.Errorf("%d files open after all are closed", fs.Open())
	}
}

// A file that changes while it is read has no content to speak of.
func TestFileChanged(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	tests := []struct {
		name   string
		change func() error
	}{
		{"written to", func() error { return os.WriteFile(name, []byte("longer than before"), 0o666) }},
		{"touched", func() error { return os.Chtimes(name, time.Time{}, time.Unix(1e9, 0)) }},
		{"replaced", func() error {
			if err := os.WriteFile(name+"2", []byte("before"), 0o666); err != nil {
				return err
			}
			return os.Rename(name+"2", name)
		}},
		{"deleted", func() error { return os.Remove(name) }},
	}
	for _, test := range tests {
		if err := os.WriteFile(name, []byte("before"), 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := newFile(new(openDocuments), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := test.change(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err == nil || !strings.Contains(err.Error(), "changed while it was read") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := newFile(new(openDocuments), filepath.Dir(name)); err == nil {
		t.Error("a folder is taken for a file")
	}
}
