package dynasette_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"testing"

	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	"github.com/dynasette/dynasette/sinks/sinktest"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// TestFolderNames: whatever files are called that a folder can hold, those beside them are served.
func TestFolderNames(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	store, err := sinkdir.Open(filepath.Join(folder, ".dynasette"))
	if err != nil {
		t.Fatal(err)
	}
	store.NoSync = true
	put := func(name string) error {
		if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
			return err
		}
		return root.WriteFile(name, []byte("x"), 0o666)
	}
	for i := range sinktest.Sound {
		if err := put(fmt.Sprintf("sound%02d.csv", i)); err != nil {
			t.Fatal(err)
		}
	}
	sinktest.NamesServed(t, store, &sourcedir.Source{Root: folder, Settle: -1}, put, root.Remove)
}
