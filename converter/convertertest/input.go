package convertertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// A document is one to convert.
type document struct {
	name   string
	bytes  []byte
	folder fs.FS // has the files that belong to it; nil: there are none
}

// input returns the document as an Input that reads through r; nil reads it as it is.
func (d document) input(r io.ReaderAt) *converter.Input {
	if r == nil {
		r = bytes.NewReader(d.bytes)
	}
	return &converter.Input{Name: d.name, Size: int64(len(d.bytes)), ReaderAt: r, Folder: d.folder}
}

// readerAt is a function that is an io.ReaderAt.
type readerAt func(p []byte, off int64) (int, error)

func (r readerAt) ReadAt(p []byte, off int64) (int, error) { return r(p, off) }

// oneByte reads every byte by itself, and says io.EOF together with the last one.
func (d document) oneByte(p []byte, off int64) (int, error) {
	for i := range p {
		at := off + int64(i)
		if at >= int64(len(d.bytes)) {
			return i, io.EOF
		}
		p[i] = d.bytes[at]
		if at == int64(len(d.bytes))-1 {
			return i + 1, io.EOF
		}
	}
	return len(p), nil
}

// scratch uses all of p, as an io.ReaderAt may, also what it does not fill.
func (d document) scratch(p []byte, off int64) (int, error) {
	for i := range p {
		p[i] = '"'
	}
	return bytes.NewReader(d.bytes).ReadAt(p, off)
}

var (
	errBroken = errors.New("broken on purpose")
	errCutOff = fmt.Errorf("cut off on purpose: %w", io.ErrUnexpectedEOF) // as a connection does; it is no end
)

// broken reads to byte at, and fails there: always, or only once.
func (d document) broken(at int64, err error, once bool) readerAt {
	var failed atomic.Bool
	return func(p []byte, off int64) (int, error) {
		end := off + int64(len(p))
		if off >= int64(len(d.bytes)) || end <= at || once && (off > at || failed.Swap(true)) {
			return bytes.NewReader(d.bytes).ReadAt(p, off)
		}
		if off >= at {
			return 0, err
		}
		n, _ := bytes.NewReader(d.bytes).ReadAt(p[:at-off], off)
		return n, err
	}
}

// canceling calls cancel in the middle of read number n; it reports whether it came to that.
func (d document) canceling(n int64, cancel context.CancelFunc) (r readerAt, done func() bool) {
	var reads atomic.Int64
	r = func(p []byte, off int64) (int, error) {
		if reads.Add(1) == n {
			cancel()
		}
		return bytes.NewReader(d.bytes).ReadAt(p, off)
	}
	return r, func() bool { return reads.Load() >= n }
}
