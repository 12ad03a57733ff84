package dir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// FileOptions say how to write a database; the zero value is right for most.
type FileOptions struct {
	PageSize int  // expected, in bytes; 0 is 4096. Another one costs a copy, nothing else
	Replace  bool // an existing file is replaced; else it is an error that is fs.ErrExist
	Sync     bool // Commit returns once the data is on the disk
	Swept    bool // a file was begun in this folder just before, which has removed what was left there
}

// A File is a converter.Destination: one database file outside of a Store. It is written
// to a hidden file in the same folder, which gets its name once it is complete.
type File struct {
	pages
	name  string
	opts  FileOptions
	fsync func(*os.File) error // is (*os.File).Sync
}

var _ converter.Destination = (*File)(nil)

// CreateFile begins a database file.
func CreateFile(name string, opts FileOptions) (*File, error) {
	if opts.PageSize == 0 {
		opts.PageSize = defaultPageSize
	}
	if err := free(name, opts.Replace); err != nil {
		return nil, err
	}
	prefix := filepath.Join(filepath.Dir(name), ".dynasette-")
	if !opts.Swept {
		sweepFiles(prefix)
	}
	f, err := createHeld(prefix)
	if err != nil {
		return nil, err
	}
	return &File{pages: pages{f: f, size: int64(opts.PageSize)}, name: name, opts: opts, fsync: (*os.File).Sync}, nil
}

// sweepFiles removes what processes left behind that were killed. What can't be removed is
// no reason not to go on.
func sweepFiles(prefix string) {
	left, err := filepath.Glob(prefix + strings.Repeat("[2-7A-Z]", heldLetters))
	if err != nil {
		return // a folder whose name is a bad pattern
	}
	yesterday := time.Now().Add(-24 * time.Hour) // where the system can't tell who holds a file
	for _, file := range left {
		if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() {
			removeAbandoned(file, yesterday)
		}
	}
}

// free returns an error if the file can't get its name.
func free(name string, replace bool) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: not a regular file", name)
	case !replace:
		return fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	return nil
}

// Commit gives the file its name, in one step.
func (f *File) Commit(first []byte) error {
	if err := f.finish(first); err != nil {
		return err
	}
	if f.opts.Sync {
		if err := f.fsync(f.f); err != nil {
			return err
		}
	}
	if err := f.place(); err != nil {
		return err
	}
	if f.opts.Sync {
		return syncPath(filepath.Dir(f.name), os.O_RDONLY, f.fsync)
	}
	return nil
}

func (f *File) place() error {
	temporary := f.f.Name()
	if closesFirst {
		if err := f.f.Close(); err != nil {
			return err
		}
	}
	if err := f.rename(temporary); err != nil {
		return err
	}
	held := f.f
	f.f = nil
	if err := held.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func (f *File) rename(temporary string) error {
	if f.opts.Replace {
		return patiently(func() error { return os.Rename(temporary, f.name) })
	}
	// A link is refused if the name was taken meanwhile, where a rename is not.
	err := os.Link(temporary, f.name)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", f.name, fs.ErrExist)
	case err == nil:
		return os.Remove(temporary)
	}
	if err := free(f.name, false); err != nil { // no links here
		return err
	}
	return os.Rename(temporary, f.name)
}

// Close throws the file away, unless it was committed. It may be called twice.
func (f *File) Close() error {
	return f.discard()
}
