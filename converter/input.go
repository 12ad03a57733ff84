package converter

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
)

// An Input is a document: named bytes of known size, readable at any offset, in parallel
// and again. Its bytes don't change while it is in use.
type Input struct {
	Name       string // the object's or file's name, as in "dir/x.csv"; never a temporary path
	MediaType  string // as declared by whoever delivered it; may be empty
	Generation string // the version of the object, if its source has versions
	Size       int64  // in bytes; negative if only reading to the end can tell (a compressed stream)
	io.ReaderAt

	// Folder has the files that the document was delivered with, under names as Name is one;
	// nothing outside of them. Optional; see Open.
	Folder fs.FS
}

// Open opens a file that lies beside the document: name is relative to the document's
// folder, and leads to nothing outside of what the document was delivered with. The error
// is fs.ErrNotExist, too, if there is no such folder, as with a document from standard input.
func (in *Input) Open(name string) (*Input, io.Closer, error) {
	fail := func(err error) (*Input, io.Closer, error) {
		return nil, nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	place := path.Join(path.Dir(in.Name), name)
	if !fs.ValidPath(place) || path.IsAbs(name) {
		return fail(fs.ErrInvalid)
	}
	if in.Folder == nil {
		return fail(fs.ErrNotExist)
	}
	f, err := in.Folder.Open(place)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	at, readable := f.(io.ReaderAt)
	if err == nil && (!info.Mode().IsRegular() || !readable) {
		err = errors.New("not a regular file")
	}
	if err != nil {
		f.Close()
		return fail(err)
	}
	return &Input{Name: place, Size: info.Size(), ReaderAt: at, Folder: in.Folder}, f, nil
}

// A Spooler is the ReaderAt of an Input that comes packed: it is read from front to back at
// little cost, but not otherwise.
type Spooler interface {
	// Spool unpacks all there is, within the limits of unpacking, and returns where that can be
	// read at any offset, for as long as the Input is in use, and its size. It may be called
	// more than once.
	Spool() (io.ReaderAt, int64, error)
}

// Whole returns the document with its size known, and cheap to read at any offset: what a format
// needs that is read from its end, or here and there. One that comes packed is unpacked to a
// temporary file, which is removed with the Input.
func (in *Input) Whole() (*Input, error) {
	whole := *in
	if packed, ok := in.ReaderAt.(Spooler); ok {
		var err error
		whole.ReaderAt, whole.Size, err = packed.Spool()
		return &whole, err
	}
	if in.Size < 0 {
		size, err := io.Copy(io.Discard, in.Reader())
		whole.Size = size
		return &whole, err
	}
	return &whole, nil
}

// FileInput returns an open file as an Input. The file has to stay open, and as it is,
// while the Input is in use.
func FileInput(f *os.File) (*Input, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", f.Name())
	}
	return &Input{Name: f.Name(), Size: info.Size(), ReaderAt: f}, nil
}

// Reader returns a reader of the whole document from its start. Each call returns one of
// its own.
func (in *Input) Reader() *io.SectionReader {
	size := in.Size
	if size < 0 {
		size = math.MaxInt64
	}
	return io.NewSectionReader(in.ReaderAt, 0, size)
}

// Stem returns the document's name without folders and extension: what its table is
// called if nothing better is known. "dir/x.csv.gz" has the stem "x".
func (in *Input) Stem() string { return stem(in.Name) }

// Head returns the first n bytes, or fewer if the document is shorter.
func (in *Input) Head(n int) ([]byte, error) {
	if in.Size >= 0 {
		n = int(min(int64(n), in.Size))
	}
	head := make([]byte, n)
	got, err := in.ReadAt(head, 0)
	if err == io.EOF {
		err = nil
	}
	return head[:got], err
}
