package json

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/dynasette/dynasette/converter"
)

// chunkSize is how much text is looked at before a conversion begins, and how much a chunk
// has at most, unless a single element is longer.
const chunkSize = 256 << 10

// maxElement is how long an element of a list may be, or a value outside of one: it is held
// in memory several times over.
const maxElement = 32 << 20

// A stream is a document's text, of which a window is at hand.
type stream struct {
	r       io.Reader
	ahead   int    // how much to read at once
	buf     []byte // the window is buf[from:to]; behind it is room for the pad
	from    int
	to      int
	off     int64 // of the window, in bytes from the text's start
	line    int64 // of the window, 1-based
	err     error // of r, behind the window
	buffers *sync.Pool
	made    bool // places in the text are not the document's
}

// A chunk is a piece of the text, data[:n], with room behind it.
type chunk struct {
	data   []byte
	n      int
	off    int64
	line   int64
	first  bool // nothing of its list comes before it
	last   bool // nor after it
	closed bool // its last byte is the bracket that closes the list
	made   bool // it is put together, so places in it are not the document's
}

// newStream returns a stream whose text begins off bytes behind the document's start.
// buffers may be nil.
func newStream(r io.Reader, off int64, ahead int, buffers *sync.Pool) *stream {
	return &stream{r: r, off: off, line: 1, ahead: ahead, buffers: buffers}
}

// buffer returns a buffer for n bytes of text and more.
func (t *stream) buffer(n int) []byte {
	if n <= t.ahead && t.buffers != nil {
		if b, ok := t.buffers.Get().(*[]byte); ok && len(*b) >= t.ahead+pad {
			return *b
		}
	}
	n = max(n, t.ahead)
	return make([]byte, n+n/4+pad)
}

// text returns the window, of at most n bytes.
func (t *stream) text(n int) []byte { return t.buf[t.from:min(t.to, t.from+n)] }

// need reads until the window has n bytes, or the document ends, or reading fails. It
// reports whether there are n.
func (t *stream) need(n int) bool {
	if t.to-t.from >= n {
		return true
	}
	if t.from+max(n, t.ahead)+pad > len(t.buf) {
		buf := t.buf
		if max(n, t.ahead)+pad > len(buf) {
			buf = t.buffer(n)
		}
		t.to = copy(buf, t.buf[t.from:t.to])
		t.buf, t.from = buf, 0
	}
	for idle := 0; t.to-t.from < n && t.err == nil; idle++ {
		var got int
		got, t.err = t.r.Read(t.buf[t.to : t.from+max(n, t.ahead)])
		if t.to += got; got > 0 {
			idle = 0
		} else if idle > 100 && t.err == nil {
			t.err = io.ErrNoProgress
		}
	}
	return t.to-t.from >= n
}

// widen returns the next larger size for a window that has no whole element in size bytes.
func (t *stream) widen(size int) (int, error) {
	if size >= maxElement {
		return 0, t.fault(0, fmt.Errorf("an element or a value of more than %d MiB: %w", maxElement>>20, converter.ErrLimit))
	}
	return min(2*size, maxElement), nil
}

// failed returns the error of reading, if that is why the text ends.
func (t *stream) failed() error {
	if t.err == io.EOF {
		return nil
	}
	return t.err
}

// drop moves on by n bytes.
func (t *stream) drop(n int) {
	t.line += int64(bytes.Count(t.buf[t.from:t.from+n], []byte{'\n'}))
	t.off += int64(n)
	t.from += n
}

// take cuts the next n bytes off, as a chunk that owns its buffer.
func (t *stream) take(n int) *chunk {
	if t.from > 0 {
		t.to = copy(t.buf, t.buf[t.from:t.to])
		t.from = 0
	}
	c := &chunk{data: t.buf, n: n, off: t.off, line: t.line, made: t.made}
	t.drop(n)
	rest := t.buf[n:t.to]
	t.buf = t.buffer(len(rest))
	t.from, t.to = 0, copy(t.buf, rest)
	return c
}

// space skips white space and returns the next byte, or 0 at the end.
func (t *stream) space() byte {
	for t.need(1) {
		text := t.text(t.ahead)
		for i, b := range text {
			if classes[b] != classSpace {
				t.drop(i)
				return b
			}
		}
		t.drop(len(text))
	}
	return 0
}

// first goes from the bracket that opens an object or array to its first part, or, where more
// is false, behind the one that shuts it.
func (t *stream) first(shut byte) (more bool) {
	t.drop(1)
	if t.space() == shut {
		t.drop(1)
		return false
	}
	return true
}

// next goes from behind a part of an object or array to the next one, or, where more is false,
// behind the bracket that shuts it.
func (t *stream) next(shut byte) (more bool, err error) {
	switch t.space() {
	case ',':
		t.drop(1)
		t.space()
		return true, nil
	case shut:
		t.drop(1)
		return false, nil
	}
	return false, t.unexpected("',' or '" + string(rune(shut)) + "'")
}

// second returns the first byte that is no white space behind the next one, or 0.
func (t *stream) second() byte {
	for i := 1; t.need(i+1) && i < converter.MaxCell; i++ {
		if b := t.buf[t.from+i]; classes[b] != classSpace {
			return b
		}
	}
	return 0
}

// rows reports whether the array that is next holds rows: objects or arrays of values.
func (t *stream) rows() bool {
	switch t.second() {
	case '{':
		return true
	case '[':
		const enough = 4 << 10
		t.need(enough)
		h := newSniff(t.text(enough))
		return !h.nests(h.space(1))
	}
	return false
}

// value returns the next value, which stays in the window, as far as strings and brackets
// tell; it need not be JSON.
func (t *stream) value() ([]byte, error) {
	var cut cutter
	for size := min(t.ahead, 4096); ; {
		t.need(size)
		w := t.text(size)
		if end := cut.value(w); end >= 0 {
			return w[:end], nil
		}
		if len(w) < size {
			return w, t.failed()
		}
		var err error
		if size, err = t.widen(size); err != nil {
			return nil, err
		}
	}
}

// skip drops the rest of the list that the stream is in, with its bracket. It reports false
// if the text ends before that.
func (t *stream) skip() bool {
	var cut cutter
	for t.need(2) { // a backslash is looked at with what follows it
		w := t.text(t.ahead)
		if end := cut.list(w); end >= 0 {
			t.drop(end + 1)
			return true
		}
		t.drop(cut.pos)
		cut.pos = 0
	}
	w := t.text(2)
	end := cut.list(w)
	t.drop(len(w))
	return end >= 0
}

// check validates the next n bytes, which are one value, and returns an error that says
// where they are not.
func (t *stream) check(n, depth int) error {
	var c scanner
	clear(t.buf[t.to : t.to+pad])
	c.use(t.buf[t.from:t.to+pad], t.to-t.from, depth)
	if end := c.value(0, 0); end >= 0 && end != n {
		c.want(end, "the end of the value")
	}
	if c.fault.what == "" {
		c.checkUTF8(0, n)
	}
	if c.fault.what == "" {
		return nil
	}
	if err := t.failed(); err != nil && c.ended() {
		return err
	}
	here := chunk{off: t.off, line: t.line}
	return here.fault(c.s, c.fault)
}

// fault is an error at a byte of the window.
func (t *stream) fault(at int, err error) error {
	return &converter.SyntaxError{
		Line:   t.line + int64(bytes.Count(t.buf[t.from:t.from+at], []byte{'\n'})),
		Offset: t.off + int64(at),
		Err:    err,
	}
}

// unexpected is the error that something else than what is wanted is next.
func (t *stream) unexpected(want string) error {
	if t.need(1) {
		t.need(2)
		if odd := misplaced(t.buf, t.from); odd != "" {
			return t.fault(0, errors.New(odd))
		}
		return t.fault(0, fmt.Errorf("found %s where %s should be", spell(t.buf[t.from]), want))
	}
	if err := t.failed(); err != nil {
		return err
	}
	return t.fault(0, errors.New("the text ends where "+want+" should be"))
}
