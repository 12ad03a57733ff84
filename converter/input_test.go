package converter_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/dynasette/dynasette/converter"
)

// A document's siblings can be opened, and nothing that is outside of their folder.
func TestInputOpen(t *testing.T) {
	outer := t.TempDir()
	folder := filepath.Join(outer, "in")
	for name, text := range map[string]string{"secret": "s", "in/b.txt": "b", "in/sub/a.txt": "a", "in/sub/c.txt": "c"} {
		file := filepath.Join(outer, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	linked := os.Symlink(filepath.Join(outer, "secret"), filepath.Join(folder, "sub", "link")) == nil
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	in := &converter.Input{Name: "sub/a.txt", Folder: root.FS()}
	for name, want := range map[string]string{"c.txt": "c", "../b.txt": "b", "./c.txt": "c"} {
		beside, closer, err := in.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(beside.Reader())
		closer.Close()
		if string(text) != want || err != nil {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
	for _, name := range []string{"../../secret", "/b.txt", "", "..", ".", "no.txt", "link", "../../in/b.txt"} {
		if name == "link" && !linked {
			continue
		}
		if _, _, err := in.Open(name); err == nil {
			t.Errorf("%q can be opened", name)
		}
	}
	if _, _, err := (&converter.Input{Name: "a"}).Open("b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder: %v", err)
	}
}
