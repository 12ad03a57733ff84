// Package links makes a folder of a release, for servers that want all of it in one: its
// documents, and its databases under their names. All are links, so a folder costs what it
// has of names, and not of bytes.
package links

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// hiddenFolder is where in the store folders of links are: hidden, so that it is
// none of the store's objects.
const hiddenFolder = ".links"

// Folder returns a folder of this machine that has all of a release. It is complete, or it
// is not there. It is made in the folder in, "" being a hidden folder in the store, and stays
// for as long as the store keeps the release; folders of others are removed on the way. A
// release whose databases are in its Location is served from there. The error is
// dynasette.ErrUnavailable if the store is not on this machine.
func Folder(r dynasette.Release, in string) (string, error) {
	location, err := local(r.Location)
	if err != nil || r.Manifest == nil {
		return location, err
	}
	store, err := local(r.Store)
	if err != nil {
		return "", err
	}
	if in == "" {
		in = filepath.Join(store, hiddenFolder)
	}
	if in, err = filepath.Abs(in); err != nil {
		return "", err
	}
	if err := os.MkdirAll(in, 0o777); err != nil {
		return "", dynasette.Unavailable(err)
	}
	sweep(in, store, r.ID)
	folder := filepath.Join(in, r.ID)
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	half := filepath.Join(in, halfMade+rand.Text())
	if err := fill(half, location, store, r.Manifest); err != nil {
		os.RemoveAll(half)
		return "", err
	}
	if err := os.Rename(half, folder); err != nil {
		os.RemoveAll(half)
		if _, there := os.Stat(folder); there != nil {
			return "", dynasette.Unavailable(err)
		}
	}
	return folder, nil // made by us, or by another process at the same time
}

const halfMade = ".half-"

func fill(folder, location, store string, m *dynasette.Manifest) error {
	if err := os.Mkdir(folder, 0o777); err != nil {
		return dynasette.Unavailable(err)
	}
	documents, err := os.ReadDir(location)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if err := link(filepath.Join(location, d.Name()), filepath.Join(folder, d.Name())); err != nil {
			return err
		}
	}
	for i := range m.Databases {
		d := &m.Databases[i]
		object, err := filepath.Localize(d.Object)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Object, err)
		}
		if err := link(filepath.Join(store, object), filepath.Join(folder, d.File())); err != nil {
			return err
		}
	}
	return nil
}

// link makes a symbolic link, or a hard one where there can't be one.
func link(to, name string) error {
	if _, err := os.Stat(to); err != nil {
		return err // a link to nothing would be found too late
	}
	if os.Symlink(to, name) == nil {
		return nil
	}
	if err := os.Link(to, name); err != nil {
		return dynasette.Unavailable(err)
	}
	return nil
}

// sweep removes the folders of releases that the store no longer has, and what processes
// have left that died while they made one.
func sweep(in, store, keep string) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		switch info, err := e.Info(); {
		case err != nil || !e.IsDir() || name == keep:
			continue
		case strings.HasPrefix(name, halfMade):
			if time.Since(info.ModTime()) < time.Hour {
				continue
			}
		default:
			// Only what is a release's: the folder may be one that has other things in it.
			if _, err := os.Lstat(filepath.Join(in, name, "inspect-data.json")); err != nil {
				continue
			}
			if _, err := os.Stat(filepath.Join(store, "releases", name+".json")); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
		}
		os.RemoveAll(filepath.Join(in, name))
	}
}

// local returns a location as an absolute path, if it is a folder: a server that comes up on
// nothing would look healthy.
func local(location string) (string, error) {
	if strings.Contains(location, "://") {
		return "", dynasette.Unavailable(fmt.Errorf("%s is not a folder of this machine", location))
	}
	path, err := filepath.Abs(location)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(path); err != nil {
		return "", err
	} else if !info.IsDir() {
		return "", fmt.Errorf("%s is not a folder", path)
	}
	return path, nil
}
