package converter

import (
	"fmt"
	"io"
	"math"
	"os"
)

// An Input is a document: named bytes of known size, readable at any offset, in parallel
// and again. Its bytes don't change while it is in use.
type Input struct {
	Name       string // the object's or file's name, as in "dir/x.csv"; never a temporary path
	MediaType  string // as declared by whoever delivered it; may be empty
	Generation string // the version of the object, if its source has versions
	Size       int64  // in bytes; negative if only reading to the end can tell (a compressed stream)
	io.ReaderAt
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
	head := make([]byte, n)
	got, err := in.ReadAt(head, 0)
	if err == io.EOF {
		err = nil
	}
	return head[:got], err
}
