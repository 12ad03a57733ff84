package dir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
	"github.com/dynasette/dynasette/sources/shelf/shelftest"
)

func TestShelf(t *testing.T) {
	shelftest.Test(t, func(t *testing.T) (shelf.Shelf, dynasette.Source) {
		s := &Source{Root: t.TempDir(), Settle: -1}
		return s.Shelf(), s
	})
}

// A process may die between any two steps; the next one finds what it left, and can throw that away.
func TestShelfOfTheDead(t *testing.T) {
	root := t.TempDir()
	begin := func() (*Shelf, shelf.File) {
		s := &Shelf{Root: root}
		f, err := s.Create(t.Context(), shelf.File{Name: "a.csv", Size: 3})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(t.Context(), f.ID, 0, strings.NewReader("abc")); err != nil {
			t.Fatal(err)
		}
		return &Shelf{Root: root}, f
	}
	at := func(f shelf.File, ending string) string {
		return filepath.Join(root, filepath.FromSlash(place(f.ID, ending)))
	}
	for name, die := range map[string]func(shelf.File) error{
		"before there is a file for the data": func(f shelf.File) error { return os.Remove(at(f, dataEnding)) },
		"while the size is written": func(f shelf.File) error {
			return os.WriteFile(at(f, infoEnding+newEnding), []byte(`{"Na`), 0o600)
		},
		"after it is linked to its name": func(f shelf.File) error { return os.Link(at(f, dataEnding), filepath.Join(root, "a.csv")) },
		"after it is renamed":            func(f shelf.File) error { return os.Rename(at(f, dataEnding), filepath.Join(root, "a.csv")) },
	} {
		t.Run(name, func(t *testing.T) {
			s, f := begin()
			if err := die(f); err != nil {
				t.Fatal(err)
			}
			n := 0
			err := s.List(t.Context(), func(found shelf.File) error {
				if n++; found.ID != f.ID || found.Name != f.Name || found.Offset != 0 && found.Offset != 3 {
					t.Errorf("%+v", found)
				}
				return s.Discard(t.Context(), found.ID)
			})
			if err != nil || n != 1 {
				t.Errorf("%d are left (%v)", n, err)
			}
			if left, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(shelfFolder))); err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
			if data, err := os.ReadFile(filepath.Join(root, "a.csv")); err == nil && string(data) != "abc" {
				t.Errorf("published: %q", data)
			}
			os.Remove(filepath.Join(root, "a.csv"))
		})
	}
}

// What is in the way of a name is said, and stays.
func TestShelfInTheWay(t *testing.T) {
	s := &Source{Root: t.TempDir(), Settle: -1}
	sh := s.Shelf()
	if err := os.WriteFile(filepath.Join(s.Root, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(s.Root, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(s.Root, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file/a.csv", "folder", "link/a.csv", "link"} {
		f, err := sh.Create(t.Context(), shelf.File{Name: name, Size: 0})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sh.Publish(t.Context(), f.ID, dynasette.Absent); !errors.Is(err, shelf.ErrName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("outside: %v", left)
	}
}

func TestCopyFile(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := root.WriteFile("a", []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(root, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if data, err := root.ReadFile("b"); err != nil || string(data) != "abc" {
		t.Errorf("%q, %v", data, err)
	}
	if err := copyFile(root, "none", "c"); err == nil {
		t.Error("copied nothing")
	}
}

func TestShelfFree(t *testing.T) {
	s := &Shelf{Root: t.TempDir()}
	if n, known := s.Free(); known && n <= 0 {
		t.Errorf("%d bytes are free", n)
	}
	if _, known := (&Shelf{Root: filepath.Join(s.Root, "none")}).Free(); known {
		t.Error("room where there is nothing")
	}
	if err := (&Shelf{Root: s.Root}).List(context.Background(), func(shelf.File) error { return errors.New("one") }); err != nil {
		t.Error(err)
	}
}
