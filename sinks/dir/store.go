// Package dir keeps databases and releases in a folder.
//
// Every object is a file of its own, replaced by a rename and never written to once it is
// visible. Metadata is known to the process that wrote it; others read the document instead.
// Preconditions hold between processes of one machine: they are checked under a lock of the
// operating system, which ends with the process that holds it.
//
// A database is on the disk before it has its name. Names, and documents, get there together,
// before a document at the top of the store is written, which says what there is: a folder is
// synced once for all that is new in it. Until then a loss of power may take them back.
//
// The folder should be on one file system. Hidden files and folders in it are the store's.
package dir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
)

// A Store is a folder that is a dynasette.Store.
type Store struct {
	// NoSync leaves it to the operating system when data gets to the disk. It is faster,
	// and only a loss of power makes a difference.
	NoSync bool

	root    string
	known   known
	turn    chan struct{} // held by who has the lock, or waits for other processes
	later   later
	syncing sync.Mutex
	fsync   func(*os.File) error // is (*os.File).Sync
}

var _ dynasette.Store = (*Store)(nil)

const (
	lockFile  = ".lock" // held while a precondition is checked and acted on
	draftsDir = ".tmp"  // databases that are being written
	factsDir  = ".meta" // of earlier programs

	maxDocument = 64 << 20 // bytes
)

// Open returns the Store in a folder, which is made if there is none.
func Open(folder string) (*Store, error) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(root, draftsDir), 0o777); err != nil {
		return nil, err
	}
	return &Store{root: root, turn: make(chan struct{}, 1), fsync: (*os.File).Sync}, nil
}

// Location returns the absolute path of a prefix.
func (s *Store) Location(prefix string) string {
	return filepath.Join(s.root, filepath.FromSlash(prefix))
}

// file returns the path of an object.
func (s *Store) file(name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || hidden(name) {
		return "", fmt.Errorf("%q: not a name for an object", name)
	}
	local, err := filepath.Localize(name)
	if err != nil {
		return "", fmt.Errorf("%q: %w", name, err)
	}
	return filepath.Join(s.root, local), nil
}

func hidden(name string) bool { return name[0] == '.' || strings.Contains(name, "/.") }

// List walks the folder that the prefix names.
func (s *Store) List(ctx context.Context, prefix string, fn func(dynasette.Object) error) error {
	folder, _ := path.Split(prefix)
	if folder != "" && (!fs.ValidPath(path.Clean(folder)) || hidden(folder)) {
		return nil
	}
	return filepath.WalkDir(filepath.Join(s.root, filepath.FromSlash(folder)), func(file string, d fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if errors.Is(err, fs.ErrNotExist) {
			// Only the store's own folder has to be there.
			if _, err := os.Stat(s.root); err != nil {
				return err
			}
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(s.root, file)
		if err != nil || rel == "." {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case hidden(name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/") {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || !strings.HasPrefix(name, prefix):
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(s.object(name, info))
	})
}

// object describes the file of that name.
func (s *Store) object(name string, info fs.FileInfo) dynasette.Object {
	o := dynasette.Object{Name: name, Generation: generation(info), Size: info.Size(), Updated: info.ModTime()}
	o.Metadata = s.known.get(o.Generation)
	return o
}

// Stat describes one file.
func (s *Store) Stat(_ context.Context, name string) (dynasette.Object, error) {
	file, err := s.file(name)
	if err != nil {
		return dynasette.Object{}, err
	}
	info, err := stat(file)
	if err != nil {
		return dynasette.Object{}, notFound(name, err)
	}
	return s.object(name, info), nil
}

// stat describes a regular file; anything else is none.
func stat(file string) (fs.FileInfo, error) {
	info, err := os.Lstat(file)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	return info, err
}

// notFound says what a missing file means.
func notFound(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || notDir(err) {
		return fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	}
	return err
}

// Read returns a small file.
func (s *Store) Read(ctx context.Context, name string) ([]byte, string, error) {
	file, err := s.file(name)
	if err != nil {
		return nil, "", err
	}
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	f, info, err := open(file)
	if err != nil {
		return nil, "", notFound(name, err)
	}
	defer f.Close()
	if info.Size() > maxDocument {
		return nil, "", fmt.Errorf("%s: %d bytes are too many for a document", name, info.Size())
	}
	data, err := io.ReadAll(f)
	return data, generation(info), err
}

// open opens a regular file; its size doesn't change, since objects are never written to.
func open(file string) (*os.File, fs.FileInfo, error) {
	var f *os.File
	err := patiently(func() (err error) {
		f, err = os.Open(file)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// Open opens an object that is still of o's generation.
func (s *Store) Open(ctx context.Context, o dynasette.Object) (dynasette.Document, error) {
	file, err := s.file(o.Name)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, info, err := open(file)
	if err != nil {
		return nil, notFound(o.Name, err)
	}
	if generation(info) != o.Generation {
		f.Close()
		return nil, fmt.Errorf("%s: %w", o.Name, dynasette.ErrChanged)
	}
	return f, nil
}

// Write replaces a small file.
func (s *Store) Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	d, err := s.create(name)
	if err != nil {
		return "", err
	}
	defer d.Close()
	if _, err := io.Copy(d.f, bytes.NewReader(data)); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	top := !strings.Contains(name, "/")
	if top {
		if err := s.sync(); err != nil {
			return "", err
		}
	}
	info, err := d.publish(over, metadata, !top)
	if err != nil {
		return "", err
	}
	return generation(info), nil
}

// Delete removes a file, and the folders that it leaves empty.
func (s *Store) Delete(ctx context.Context, name, gen string) error {
	file, err := s.file(name)
	if err != nil {
		return err
	}
	return s.remove(ctx, name, file, gen)
}

func (s *Store) remove(ctx context.Context, name, file, gen string) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	info, err := stat(file)
	if err != nil {
		return notFound(name, err)
	}
	if generation(info) != gen {
		return fmt.Errorf("%s: %w", name, dynasette.ErrChanged)
	}
	if err := patiently(func() error { return os.Remove(file) }); err != nil {
		return err
	}
	s.known.forget(generation(info))
	if !s.NoSync {
		s.later.note(filepath.Dir(file), "")
	}
	for parent := filepath.Dir(file); parent != s.root && os.Remove(parent) == nil; {
		parent = filepath.Dir(parent)
	}
	return nil
}

// Sweep removes drafts that no process holds, and empty folders.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	drafts := filepath.Join(s.root, draftsDir)
	entries, err := os.ReadDir(drafts)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := removeAbandoned(filepath.Join(drafts, e.Name()), before); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := s.sweepFolders(before); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(s.root, factsDir))
}

// sweepFolders removes empty folders that nobody has made just now to put something into,
// the deepest first. It is called under the lock.
func (s *Store) sweepFolders(before time.Time) error {
	var folders []string
	err := filepath.WalkDir(s.root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir() || file == s.root:
			return err
		case strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		}
		if info, err := d.Info(); err == nil && info.ModTime().Before(before) {
			folders = append(folders, file)
		}
		return nil
	})
	for _, f := range slices.Backward(folders) {
		os.Remove(f) // fails if there is something in it
	}
	return err
}
