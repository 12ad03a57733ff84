package follow

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
)

// A Folder is where a server of this machine finds releases. Databases are read where they
// are; the documents of a release come from the store itself, since a mount may be a minute
// old.
type Folder struct {
	// Mount is where the store's bucket is mounted. "": the store is a folder.
	Mount string
	// Scratch is a folder for documents, which nothing else uses. What is in it is of no
	// use to another Follower.
	Scratch string
}

func (f *Folder) mounted() bool { return f.Mount != "" }

// scratch returns a folder in Scratch.
func (f *Folder) scratch(name string) (string, error) {
	folder := filepath.Join(f.Scratch, name)
	return folder, os.MkdirAll(folder, 0o777)
}

// show returns a release as the server finds it.
func (f *Folder) show(ctx context.Context, store dynasette.Store, r dynasette.Release) (dynasette.Release, error) {
	if !f.mounted() || r.Manifest == nil {
		return r, nil
	}
	all, err := f.scratch(documentsFolder)
	if err != nil {
		return r, err
	}
	r.Store = f.Mount
	r.Location = filepath.Join(all, r.ID)
	if _, err := os.Stat(r.Location); err == nil {
		return r, nil
	}
	half := filepath.Join(all, ".half-"+rand.Text())
	defer os.RemoveAll(half)
	if err := os.Mkdir(half, 0o777); err != nil {
		return r, err
	}
	if err := documents(ctx, store, r.ID, half); err != nil {
		return r, err
	}
	return r, os.Rename(half, r.Location)
}

// documents writes the documents of a release to a folder.
func documents(ctx context.Context, store dynasette.Store, id, folder string) error {
	prefix := "releases/" + id + "/"
	var names []string
	if err := store.List(ctx, prefix, func(o dynasette.Object) error {
		if !strings.Contains(o.Name[len(prefix):], "/") { // else it is none of ours
			names = append(names, o.Name)
		}
		return nil
	}); err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("the documents of release %s: %w", id, dynasette.ErrNotFound)
	}
	for _, name := range names {
		data, _, err := store.Read(ctx, name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, path.Base(name)), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Links is where a server may make folders of links of releases. Those that it no longer
// needs are removed.
func (f *Folder) Links() string { return filepath.Join(f.Scratch, linksFolder) }

const (
	documentsFolder = "documents"
	linksFolder     = "links"
)

// forget removes what there is of releases that are served no more. The one before may still
// have requests to answer.
func (f *Folder) forget(but ...string) {
	for _, name := range []string{documentsFolder, linksFolder} {
		folder := filepath.Join(f.Scratch, name)
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // there are none
		}
		for _, e := range entries {
			if !slices.Contains(but, e.Name()) {
				os.RemoveAll(filepath.Join(folder, e.Name()))
			}
		}
	}
}

// first are the documents of Nothing.
var first = map[string]string{
	"inspect-data.json": "{}\n",
	"metadata.json": `{"title": "Nothing has been published yet", ` +
		`"description": "What is uploaded is served here as soon as it is converted."}` + "\n",
}

// nothing returns the release Nothing.
func (f *Folder) nothing() (dynasette.Release, error) {
	folder, err := f.scratch("nothing")
	if err != nil {
		return dynasette.Release{}, err
	}
	for name, text := range first {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			return dynasette.Release{}, err
		}
	}
	return dynasette.Release{ID: Nothing, Location: folder, Store: folder}, nil
}
