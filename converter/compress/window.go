package compress

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/dynasette/dynasette/converter"
)

const (
	keep  = 4 << 20   // bytes behind the reader that can be read again at no cost
	chunk = 128 << 10 // bytes unpacked at a time
)

// A window makes an io.ReaderAt of a stream that can only be unpacked from its start. It
// holds the last bytes that were unpacked, so reading on, or a little back, costs nothing
// more. Reading further back unpacks from the start again.
type window struct {
	ctx    context.Context
	open   func() (*source, error)
	size   int64 // unpacked; negative if unknown
	budget *budget

	mu    sync.Mutex
	in    *source // nil before the first byte and after an error
	buf   []byte  // what is held
	start int64   // the position of its first byte
	seen  int64   // the furthest position so far: what the budget has paid for
	err   error   // at the end of buf; io.EOF if the stream ends there

	file *spooled // all of it, once that was asked for
}

// A source is a packed stream being unpacked.
type source struct {
	io.ReadCloser // of what is unpacked
	packed        *counter
	name          string // of the packing, for errors
	document      string // that is packed, for errors; "" if what is inside tells
}

// A counter counts the packed bytes, and remembers an error of reading them.
type counter struct {
	in  *bufio.Reader
	n   int64
	err error
}

func newCounter(r io.Reader) *counter { return &counter{in: bufio.NewReaderSize(r, 256<<10)} }

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	c.note(err)
	return n, err
}

// ReadByte spares the decoders a buffer of their own.
func (c *counter) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.n++
	}
	c.note(err)
	return b, err
}

func (c *counter) note(err error) {
	if err != nil && err != io.EOF {
		c.err = err
	}
}

// ReadAt may be called by several goroutines; one at a time unpacks.
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("compress: negative offset")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if off < w.start {
		w.rewind()
	}
	n := 0
	for n < len(p) {
		if at := off + int64(n) - w.start; at < int64(len(w.buf)) {
			n += copy(p[n:], w.buf[at:])
			continue
		}
		if w.err != nil {
			return n, w.err
		}
		w.fill()
	}
	// Whoever reads exactly as much as there is must learn of a wrong checksum, too.
	if w.err != nil && w.err != io.EOF && off+int64(n) == w.start+int64(len(w.buf)) && n > 0 {
		return n - 1, w.err
	}
	return n, nil
}

// Spool unpacks all there is to a temporary file.
func (w *window) Spool() (io.ReaderAt, int64, error) {
	if w.file == nil {
		file, err := spool(io.NewSectionReader(w, 0, math.MaxInt64), w.budget.Spool)
		if err != nil {
			return nil, 0, err
		}
		w.file = file
	}
	return w.file, w.file.size, nil
}

// Close ends what is under way.
func (w *window) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file != nil {
		w.file.Close() // whoever has read it knows of its errors
	}
	w.rewind()
	w.err = errors.New("compress: closed")
}

func (w *window) rewind() {
	if w.in != nil && w.in.ReadCloser != nil {
		w.in.Close()
	}
	w.in, w.buf, w.start, w.err = nil, w.buf[:0], 0, nil
}

// fill unpacks another chunk, or sets err.
func (w *window) fill() {
	if w.err = w.ctx.Err(); w.err != nil {
		return
	}
	if w.in == nil {
		var err error
		if w.in, err = w.open(); err != nil {
			w.fail(err)
			return
		}
	}
	if len(w.buf) >= 2*keep {
		drop := len(w.buf) - keep
		copy(w.buf, w.buf[drop:])
		w.buf = w.buf[:keep]
		w.start += int64(drop)
	}
	have := len(w.buf)
	if cap(w.buf)-have < chunk {
		// As a rule the whole window is needed, but not for a small document.
		w.buf = append(make([]byte, 0, min(max(4*chunk, 2*cap(w.buf)), 2*keep+chunk)), w.buf...)
	}
	n, err := io.ReadAtLeast(w.in, w.buf[have:have+chunk], 1)
	w.buf = w.buf[:have+n]
	if err == nil {
		err = w.pay()
	}
	if err == nil {
		err = w.checkEnd()
	}
	if err != nil {
		w.fail(err)
	}
}

// checkEnd reads on where the stream should end, which has the decoder check its sums.
func (w *window) checkEnd() error {
	end := w.start + int64(len(w.buf))
	if w.size < 0 || end < w.size {
		return nil
	}
	if end == w.size {
		var more [1]byte
		if n, err := io.ReadFull(w.in, more[:]); n == 0 {
			return err
		}
	}
	w.buf = w.buf[:w.size-w.start]
	return errors.New("longer than the archive says")
}

// pay takes what has been unpacked for the first time from the budget.
func (w *window) pay() error {
	end := w.start + int64(len(w.buf))
	if end <= w.seen {
		return nil
	}
	all := w.budget.bytes.Add(end - w.seen)
	w.seen = end
	if all > w.budget.Bytes {
		return over("more than %d MiB unpacked", w.budget.Bytes>>20)
	}
	if err := w.budget.ratio(end, w.in.packed.n); err != nil {
		return err
	}
	return w.budget.ratio(all, w.budget.packed)
}

// fail keeps an error, and says whose it is: one of reading stays as it is, others are the
// document's fault.
func (w *window) fail(err error) {
	switch {
	case err == io.EOF || errors.Is(err, converter.ErrLimit) || errors.Is(err, converter.ErrUnsupported):
	case w.in == nil:
	case w.in.packed.err != nil:
		err = w.in.packed.err
	default:
		err = &converter.SyntaxError{
			Name:   w.in.document,
			Offset: w.in.packed.n,
			Err:    fmt.Errorf("the %s data is damaged or not complete: %w: %w", w.in.name, converter.ErrCorrupt, err),
			Hint:   "pack or upload it again",
		}
	}
	w.err = err
}
