package parquet

import (
	"errors"
	"io"
)

// A window reads a part of the file from front to back.
type window struct {
	in      io.ReaderAt
	at, end int64  // what has not been read
	b       []byte // what has, and was not taken
	step    int    // how much is read at once, at least
	err     error  // of reading
}

// maxHeader is far above what the header of a page takes, also with its least and greatest value.
const maxHeader = 16 << 20

// A readError is one of reading the document, and no fault of it.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

// size returns how many bytes are to come.
func (w *window) size() int64 { return int64(len(w.b)) + w.end - w.at }

// peek returns the next n bytes, or all there are, without taking them.
func (w *window) peek(n int) ([]byte, error) {
	if n > len(w.b) && w.at < w.end {
		more := int(min(int64(max(n-len(w.b), w.step)), w.end-w.at))
		b := make([]byte, len(w.b)+more)
		copy(b, w.b)
		if err := w.read(b[len(w.b):]); err != nil {
			return nil, err
		}
		w.b = b
	}
	return w.b[:min(n, len(w.b))], nil
}

// read fills p with bytes that were not read yet.
func (w *window) read(p []byte) error {
	n, err := w.in.ReadAt(p, w.at)
	if n < len(p) {
		if err == io.EOF || err == nil {
			err = corruptf("the file is shorter than it was")
		} else {
			err = readError{err}
		}
		w.err = err
		return err
	}
	w.at += int64(n)
	return nil
}

// blame makes an error of unpacking what the window has the document's fault, unless it is one of
// reading.
func (w *window) blame(err error) error {
	switch {
	case w.err != nil:
		return w.err
	case err != nil:
		return corruptf("unpacking a page: %w", err)
	}
	return nil
}

// part returns a window of the next n bytes; there are so many.
func (w *window) part(n int) window {
	from := w.at - int64(len(w.b))
	return window{in: w.in, at: min(w.at, from+int64(n)), end: from + int64(n), b: w.b[:min(len(w.b), n)], step: w.step}
}

// skip passes over n bytes; there are so many.
func (w *window) skip(n int) {
	k := min(n, len(w.b))
	w.b = w.b[k:]
	w.at += int64(n - k)
}

// take returns the next n bytes; there are so many.
func (w *window) take(n int) ([]byte, error) {
	if n > w.step && n > len(w.b) {
		b := make([]byte, n)
		k := copy(b, w.b)
		w.b = nil
		return b, w.read(b[k:])
	}
	b, err := w.peek(n)
	if err != nil {
		return nil, err
	}
	w.b = w.b[n:]
	return b[:n:n], nil
}

// Read makes a window an io.Reader.
func (w *window) Read(p []byte) (int, error) {
	if len(w.b) == 0 && w.at < w.end {
		if _, err := w.peek(1); err != nil {
			return 0, err
		}
	}
	if len(w.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, w.b)
	w.b = w.b[n:]
	return n, nil
}

// header reads the header of the page that comes next.
func (w *window) header() (h pageHeader, err error) {
	for n := 256; ; n *= 8 {
		b, err := w.peek(n)
		if err != nil {
			return h, err
		}
		h, size, err := readPageHeader(b)
		if errors.Is(err, errShort) && len(b) == n && n < maxHeader {
			continue
		}
		if err == nil {
			w.skip(size)
		}
		return h, broken(err)
	}
}
