package links_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/restart/links"
)

// store makes a store of one database, and returns a release of it under each ID.
func store(t *testing.T, ids ...string) (string, []dynasette.Release) {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{"databases/x.csv-abc.db": "bytes"}
	var releases []dynasette.Release
	for _, id := range ids {
		files["releases/"+id+".json"] = "{}"
		for _, name := range []string{"metadata.json", "inspect-data.json", "files.txt"} {
			files["releases/"+id+"/"+name] = name + " of " + id
		}
		releases = append(releases, dynasette.Release{
			ID: id, Location: filepath.Join(root, "releases", id), Store: root,
			Manifest: &dynasette.Manifest{Release: id, Databases: []dynasette.Database{{Slug: "x", Object: "databases/x.csv-abc.db"}}},
		})
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return root, releases
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestFolder(t *testing.T) {
	root, releases := store(t, "a", "b")
	for _, in := range []string{"", filepath.Join(t.TempDir(), "elsewhere")} {
		for range 2 { // the same again is the same folder
			folder, err := links.Folder(releases[0], in)
			if err != nil {
				t.Fatal(err)
			}
			if got := names(t, folder); !slices.Equal(got, []string{"files.txt", "inspect-data.json", "metadata.json", "x.db"}) {
				t.Errorf("%q", got)
			}
			for name, want := range map[string]string{"x.db": "bytes", "metadata.json": "metadata.json of a"} {
				if data, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(data) != want {
					t.Errorf("%s: %q, %v", name, data, err)
				}
			}
		}
	}
	// What the store no longer keeps goes, and what it does stays.
	if _, err := links.Folder(releases[1], ""); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Join(root, ".links")); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	os.Remove(filepath.Join(root, "releases", "a.json"))
	if _, err := links.Folder(releases[1], ""); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Join(root, ".links")); !slices.Equal(got, []string{"b"}) {
		t.Errorf("%q", got)
	}
}

// In a folder that has other things in it, those stay; and so does what a server may be reading.
func TestSweepsOnlyReleases(t *testing.T) {
	root, releases := store(t, "a", "b")
	in := t.TempDir()
	for _, name := range []string{"photos/x.jpg", ".half-way-house/x", "a.txt"} {
		file := filepath.Join(in, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := links.Folder(releases[0], in)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(folder)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(root, "releases", "a.json"))
	if _, err := links.Folder(releases[0], in); err != nil { // it is on its way out, but asked for
		t.Fatal(err)
	}
	if now, err := os.Stat(folder); err != nil || !os.SameFile(before, now) {
		t.Errorf("it was made anew: %v", err)
	}
	if got, want := names(t, in), []string{".half-way-house", "a", "a.txt", "photos"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whole, or not at all.
func TestWhatIsMissing(t *testing.T) {
	root, releases := store(t, "a")
	os.Remove(filepath.Join(root, "databases", "x.csv-abc.db"))
	if folder, err := links.Folder(releases[0], ""); err == nil || errors.Is(err, dynasette.ErrUnavailable) {
		t.Errorf("%q, %v", folder, err)
	}
	if got := names(t, filepath.Join(root, ".links")); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
	remote := releases[0]
	remote.Location = "gs://b/releases/a"
	if _, err := links.Folder(remote, ""); !errors.Is(err, dynasette.ErrUnavailable) {
		t.Error(err)
	}
}

// A release that is one folder is served from it.
func TestOneFolder(t *testing.T) {
	folder := t.TempDir()
	if got, err := links.Folder(dynasette.Release{ID: "a", Location: folder}, ""); err != nil || got != folder {
		t.Errorf("%q, %v", got, err)
	}
}
