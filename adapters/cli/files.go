package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// files are inputs of which only some are open at a time: a folder may have more of them
// than a process may open.
type files struct {
	limit int // 0 is 200

	mu   sync.Mutex
	open []*file // the one used last at the end
}

// A file is an input that is opened when it is read.
type file struct {
	files *files
	name  string
	first fs.FileInfo // as it was found

	// Held by files.mu:
	handle *os.File
	users  int
}

// add adds a file, which must be a regular one.
func (fs *files) add(name string) (*file, error) {
	f := &file{files: fs, name: name}
	handle, info, err := f.openHandle()
	if err != nil {
		return nil, err
	}
	f.first = info
	return f, handle.Close()
}

// openHandle opens the file anew.
func (f *file) openHandle() (*os.File, fs.FileInfo, error) {
	handle, err := os.Open(f.name)
	if err != nil {
		return nil, nil, err
	}
	info, err := handle.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", f.name)
	}
	if err == nil && f.first != nil && !sameContent(f.first, info) {
		err = f.changed()
	}
	if err != nil {
		handle.Close()
		return nil, nil, err
	}
	return handle, info, nil
}

func sameContent(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func (f *file) changed() error {
	return fmt.Errorf("%s changed while it was read: try again when it is complete", f.name)
}

// size returns the size that the file was found with, in bytes.
func (f *file) size() int64 { return f.first.Size() }

// ReadAt is io.ReaderAt.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	handle, err := f.acquire()
	if err != nil {
		return 0, err
	}
	defer f.release()
	return handle.ReadAt(p, off)
}

func (f *file) acquire() (*os.File, error) {
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	if f.handle == nil {
		handle, _, err := f.openHandle()
		if err != nil {
			return nil, err
		}
		f.handle = handle
		f.files.open = append(f.files.open, f)
	}
	f.users++
	return f.handle, nil
}

// release closes files that were not used for long, if too many are open.
func (f *file) release() {
	fs := f.files
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f.users--
	limit := fs.limit
	if limit == 0 {
		limit = 200
	}
	if i := slices.Index(fs.open, f); i != len(fs.open)-1 {
		fs.open = append(slices.Delete(fs.open, i, i+1), f)
	}
	for i := 0; i < len(fs.open) && len(fs.open) > limit; {
		if idle := fs.open[i]; idle.users == 0 {
			idle.handle.Close()
			idle.handle = nil
			fs.open = slices.Delete(fs.open, i, i+1)
		} else {
			i++
		}
	}
}

// Close returns an error if the file is not what it was when it was found.
func (f *file) Close() error {
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	if f.handle != nil {
		f.handle.Close()
		f.handle = nil
		f.files.open = slices.DeleteFunc(f.files.open, func(o *file) bool { return o == f })
	}
	info, err := os.Stat(f.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !sameContent(f.first, info) {
		return f.changed()
	}
	return err
}
