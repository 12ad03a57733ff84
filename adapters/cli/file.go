package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/dynasette/dynasette"
)

// A file is an input of this machine, which must not change while it is read.
type file struct {
	pooled
	name  string
	first fs.FileInfo // as it was found
}

// newFile opens a regular file; once there are many, it is opened again when it is read.
func newFile(files *openDocuments, name string) (*file, error) {
	f := &file{name: name}
	handle, info, err := f.openHandle()
	if err != nil {
		return nil, err
	}
	f.first = info
	f.pooled = pooled{Item: files.Opened(handle, f.reopen)}
	return f, nil
}

func (f *file) openHandle() (*os.File, fs.FileInfo, error) {
	handle, err := os.Open(f.name)
	if err != nil {
		return nil, nil, err
	}
	info, err := handle.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", f.name)
	}
	if err != nil {
		handle.Close()
		return nil, nil, err
	}
	return handle, info, nil
}

func (f *file) reopen() (dynasette.Document, error) {
	handle, info, err := f.openHandle()
	if err != nil {
		return nil, err
	}
	if !sameContent(f.first, info) {
		handle.Close()
		return nil, f.changed()
	}
	return handle, nil
}

func sameContent(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func (f *file) changed() error {
	return fmt.Errorf("%s changed while it was read: try again when it is complete", f.name)
}

// size returns the size that the file was found with, in bytes.
func (f *file) size() int64 { return f.first.Size() }

// Close returns an error if the file is not what it was when it was found.
func (f *file) Close() error {
	if err := f.pooled.Close(); err != nil {
		return err
	}
	info, err := os.Stat(f.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !sameContent(f.first, info) {
		return f.changed()
	}
	return err
}
