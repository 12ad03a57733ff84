// Package dir takes uploads from a folder.
//
// Names are paths below the folder, with slashes. Hidden folders are left out, and so are
// symbolic links that lead out of the folder. A file has a new generation whenever it is
// written to; one that is being written is unfinished, and not read before that has come to an
// end. Watch tells what changes.
package dir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// A Source is a folder that is a dynasette.Source.
type Source struct {
	Root string // the folder's path

	// Settle is how long a file must not have been written to before it is opened, and less
	// than nothing no time at all; 0 is half a second, or 50 ms where the system can tell that
	// nobody has it open for writing (Linux, files of this user). One that somebody has is
	// unfinished until it has been left alone for twenty times as long, ten seconds if 0.
	Settle time.Duration
}

var _ dynasette.PrefixSource = (*Source)(nil)

// Rest is how long a file that some program has open for writing must have been left alone
// before it is taken for complete.
const Rest = patience * defaultSettle

const (
	defaultSettle = 500 * time.Millisecond
	quickSettle   = 50 * time.Millisecond
	patience      = 20 // times Settle
)

// List calls fn for every file, in the order of names within each folder. Folders that can't be
// read are a dynasette.IncompleteError, once all the others are listed.
func (s *Source) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	return s.ListPrefix(ctx, "", fn)
}

// ListPrefix is List of those files whose names begin with prefix. Other folders are not read.
func (s *Source) ListPrefix(ctx context.Context, prefix string, fn func(dynasette.Upload) error) error {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	left := new(dynasette.IncompleteError)
	leave := func(folder string, why error) {
		left.Folders = append(left.Folders, folder)
		left.Err = cmp.Or(left.Err, why)
	}
	err = fs.WalkDir(files{root}, ".", func(name string, d fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch {
		case errors.Is(err, fs.ErrNotExist) && name != ".":
			return nil // removed meanwhile
		case err != nil && name != ".":
			leave(name, err)
			return nil // with what there is of it
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || !strings.HasPrefix(name+"/", prefix) && !strings.HasPrefix(prefix, name+"/")):
			return fs.SkipDir
		case d.IsDir(), !strings.HasPrefix(name, prefix):
			return nil
		}
		u, err := stat(root, name)
		if errors.Is(err, dynasette.ErrNotFound) {
			return nil // removed meanwhile, or not a file
		}
		if folder := path.Dir(name); err != nil && folder != "." {
			leave(folder, err)
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		return fn(u.Upload)
	})
	if err == nil && len(left.Folders) > 0 {
		return left
	}
	return err
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
	u, err := stat(root, name)
	if err == nil && time.Since(u.changed) < s.rest() {
		u.Unfinished = written(root, name)
	}
	return u.Upload, err
}

// A found upload is one with the time when it was last changed in any way.
type found struct {
	dynasette.Upload
	changed time.Time
}

// written reports whether some program has the file open for writing.
func written(root *os.Root, name string) bool {
	local, err := localize(name)
	if err != nil {
		return false
	}
	f, err := root.Open(local)
	if err != nil {
		return false // whoever opens it will say why
	}
	defer f.Close()
	writing, _ := beingWritten(f)
	return writing
}

// settled is how long a file must have been left alone; less if it is known that nobody has it
// open for writing.
func (s *Source) settled(known bool) time.Duration {
	if s.Settle == 0 && known {
		return quickSettle
	}
	return cmp.Or(s.Settle, defaultSettle)
}

// rest is how long one must have been left alone that somebody has.
func (s *Source) rest() time.Duration { return patience * cmp.Or(s.Settle, defaultSettle) }

func stat(root *os.Root, name string) (found, error) {
	none := fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	local, err := localize(name)
	if err != nil || name == "." {
		return found{}, none
	}
	info, err := root.Stat(local)
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && unreachable(root, local):
		return found{}, none
	case err != nil:
		return found{}, err
	case !info.Mode().IsRegular():
		return found{}, none
	}
	return found{dynasette.Upload{Name: name, Generation: generation(info), Size: info.Size(), Updated: info.ModTime()}, changed(info)}, nil
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
		err = d.named(dynasette.ErrChanged)
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

// settle waits until a file has not been written to for a moment. Then its time differs
// from that of any later write, however coarse the system's clock is.
func (s *Source) settle(ctx context.Context, d *document) error {
	for {
		if err := d.check(); err != nil {
			return d.named(err)
		}
		age := time.Since(changed(d.info))
		if age < 0 || age >= s.rest() {
			return nil
		}
		writing, known := beingWritten(d.File)
		switch {
		case writing:
			return fmt.Errorf("%s %w", d.name, dynasette.ErrUnfinished)
		case age >= s.settled(known):
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(s.settled(known) - age):
		}
	}
}

// A document is an open file that must not change.
type document struct {
	*os.File
	name string
	info fs.FileInfo // as it was opened
}

// ReadAt reads what is of the generation that was opened. Whoever reads knows its name.
func (d *document) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.File.ReadAt(p, off)
	if changed := d.check(); changed != nil {
		return 0, changed
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
		return dynasette.ErrChanged
	}
	return nil
}

// Close returns ErrChanged if the file was written to since it was opened.
func (d *document) Close() error { return errors.Join(d.named(d.check()), d.File.Close()) }

func (d *document) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", d.name, err)
}
