package xls

import (
	"context"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// A source is the document's bytes. It has the short reads of a compound file's tables answered
// from pages that it keeps, and remembers an error of reading, so that it can be told from a fault of
// the document whatever became of it on its way through the library.
type source struct {
	io.ReaderAt
	ctx    context.Context
	size   int64
	budget int64 // bytes that may still be read; negative: any number
	pages  [pageCount]page
	failed error
}

// A page holds bytes of the document.
type page struct {
	at   int64
	data []byte
}

const (
	pageSize  = 4 << 10
	pageCount = 64
)

// ReadAt is never called by two goroutines at once.
func (s *source) ReadAt(b []byte, off int64) (int, error) {
	if s.budget >= 0 {
		if s.budget -= int64(len(b)); s.budget < 0 {
			s.budget = 0
			return 0, s.fail(fmt.Errorf("%w: the directory of the compound file is too large", converter.ErrLimit))
		}
	}
	if off < 0 || off > s.size || int64(len(b)) > s.size-off {
		return 0, io.ErrUnexpectedEOF
	}
	if len(b) > pageSize/8 {
		return s.read(b, off)
	}
	for n := 0; n < len(b); {
		p, err := s.page(off + int64(n))
		if err != nil {
			return n, err
		}
		n += copy(b[n:], p.data[off+int64(n)-p.at:])
	}
	return len(b), nil
}

// page returns the page with the byte at off.
func (s *source) page(off int64) (*page, error) {
	p := &s.pages[off/pageSize%pageCount]
	if at := off - off%pageSize; p.data == nil || p.at != at {
		data := make([]byte, min(pageSize, s.size-at))
		if _, err := s.read(data, at); err != nil {
			return nil, err
		}
		*p = page{at, data}
	}
	return p, nil
}

// read reads all of b.
func (s *source) read(b []byte, off int64) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, s.fail(err)
	}
	n, err := s.ReaderAt.ReadAt(b, off)
	if n == len(b) {
		return n, nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, s.fail(err)
}

// fail notes an error that is not the document's fault, or is more than that it is corrupt.
func (s *source) fail(err error) error {
	if s.failed == nil {
		s.failed = err
	}
	return err
}

// blame returns the error of reading that is behind err, or says that the document is corrupt.
func (s *source) blame(err error) error {
	if s.failed != nil {
		return s.failed
	}
	return fmt.Errorf("%w: %w", converter.ErrCorrupt, err)
}
