// Package dir takes uploads from a folder.
//
// Names are paths below the folder, with slashes. Hidden folders are left out, and so are
// symbolic links that lead out of the folder. A file has a new generation whenever it is
// written to; one that is being written is not read before that has come to an end.
package dir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// A Source is a folder that is a dynasette.Source.
type Source struct {
	Root string // the folder's path

	// Settle is how long a file must not have been written to before it is opened; 0 is
	// half a second, and less than nothing no time at all. A file that some program has
	// open for writing must rest twenty times as long, where the system can tell (Linux).
	Settle time.Duration
}

var _ dynasette.Source = (*Source)(nil)

const (
	defaultSettle = 500 * time.Millisecond
	patience      = 20 // times Settle
)

// List calls fn for every file, in the order of names within each folder.
func (s *Source) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(files{root}, ".", func(name string, d fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch {
		case errors.Is(err, fs.ErrNotExist) && name != ".":
			return nil // removed meanwhile
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		u, err := stat(root, name)
		if errors.Is(err, dynasette.ErrNotFound) {
			return nil // removed meanwhile, or not a file
		}
		if err != nil {
			return err
		}
		return fn(u)
	})
}

// Stat returns the file of that name.
func (s *Source) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return dynasette.Upload{}, err // without the folder nothing is known
	}
	defer root.Close()
	if err := ctx.Err(); err != nil {
		return dynasette.Upload{}, err
	}
	return stat(root, name)
}

func stat(root *os.Root, name string) (dynasette.Upload, error) {
	none := fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	local, err := localize(name)
	if err != nil || name == "." {
		return dynasette.Upload{}, none
	}
	info, err := root.Stat(local)
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && unreachable(root, local):
		return dynasette.Upload{}, none
	case err != nil:
		return dynasette.Upload{}, err
	case !info.Mode().IsRegular():
		return dynasette.Upload{}, none
	}
	return upload(name, info), nil
}

// unreachable reports whether a name leads out of the folder or through a file, so that
// there can't be an upload.
func unreachable(root *os.Root, local string) bool {
	for at := local; at != "."; at = filepath.Dir(at) {
		info, err := root.Lstat(at)
		if err == nil {
			return info.Mode()&fs.ModeSymlink != 0 || at != local && !info.IsDir()
		}
	}
	return false
}

func upload(name string, info fs.FileInfo) dynasette.Upload {
	return dynasette.Upload{Name: name, Generation: generation(info), Size: info.Size(), Updated: info.ModTime()}
}

// Open opens the file, once it has settled.
func (s *Source) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	local, err := localize(u.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Name, dynasette.ErrNotFound)
	}
	f, err := root.Open(local)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", u.Name, dynasette.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	d := &document{File: f, name: u.Name}
	if d.info, err = f.Stat(); err == nil && generation(d.info) != u.Generation {
		err = d.changed()
	}
	if err == nil {
		err = s.settle(ctx, d)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return d, nil
}

// settle waits until a file has not been written to for a while. Then its time differs
// from that of any later write, however coarse the system's clock is.
func (s *Source) settle(ctx context.Context, d *document) error {
	rest := s.Settle
	if rest == 0 {
		rest = defaultSettle
	}
	for {
		if err := d.check(); err != nil {
			return err
		}
		age := time.Since(d.info.ModTime())
		if age < 0 || age >= patience*rest || age >= rest && !beingWritten(d.File) {
			return nil
		}
		wait := rest - age
		if wait <= 0 {
			wait = rest / 4
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// A document is an open file that must not change.
type document struct {
	*os.File
	name string
	info fs.FileInfo // as it was opened
}

// ReadAt reads what is of the generation that was opened.
func (d *document) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.File.ReadAt(p, off)
	if changed := d.check(); changed != nil {
		return 0, changed
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%s: %w", d.name, err)
	}
	return n, err
}

// check returns ErrChanged if the file was written to. That it was deleted or replaced
// doesn't matter: its bytes are the same.
func (d *document) check() error {
	info, err := d.File.Stat()
	if err != nil {
		return err
	}
	if info.Size() != d.info.Size() || !info.ModTime().Equal(d.info.ModTime()) {
		return d.changed()
	}
	return nil
}

func (d *document) changed() error { return fmt.Errorf("%s: %w", d.name, dynasette.ErrChanged) }

// Close returns ErrChanged if the file was written to since it was opened.
func (d *document) Close() error { return errors.Join(d.check(), d.File.Close()) }
