package json

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// recordSeparator comes before each value of a JSON text sequence (RFC 7464).
const recordSeparator = 0x1e

// A filler fills Batches from chunks, on any goroutine.
type filler struct {
	buffers  sync.Pool // of *[]byte
	builders sync.Pool // of *builder

	source           *plaintext.Text
	duplicates, lone atomic.Int64
	datatypes        atomic.Int64
	points, named    atomic.Bool // there are points, and properties called like their columns
}

// A reader makes rows of a chunk. It returns an error if that is not JSON.
type reader func(*builder, *converter.Batch, *chunk) error

// maxPooled is the largest buffer to be kept.
const maxPooled = 4 << 20

// fill returns a function that makes rows of a chunk.
func (f *filler) fill(c *chunk, l layout, read reader) func(*converter.Batch) error {
	return func(b *converter.Batch) error {
		r, _ := f.builders.Get().(*builder)
		if r == nil {
			r = &builder{}
		}
		r.begin(c.data, c.n, l)
		err := read(r, b, c)
		if err != nil {
			err = f.source.Excuse(err)
		}
		for _, l := range r.counted {
			b.Report(c.finding(r, l))
		}
		f.duplicates.Add(r.duplicates)
		f.datatypes.Add(r.datatypes)
		if r.geo && !l.points {
			f.see(r)
		}
		f.lone.Add(r.lone)
		data := r.data
		b.Data = data[:r.tail]
		b.Release(func() {
			if cap(data) >= chunkSize+pad && cap(data) <= maxPooled {
				f.buffers.Put(&data)
			}
		})
		r.data, r.s = nil, nil
		if len(r.keys) < 4*maxColumns {
			f.builders.Put(r)
		}
		return err
	}
}

// finding is what is said of members that are odd.
func (c *chunk) finding(r *builder, l oddity) converter.Finding {
	f := converter.Finding{
		Code: "nan", Column: r.slots[l.slot].name, Count: l.count,
		Example: string(r.s[l.from:min(l.to, l.from+100)]),
		Message: "NaN, which JSON does not have, is NULL",
	}
	if !c.made {
		f.Line = c.line + int64(bytes.Count(r.s[:l.from], []byte{'\n'}))
		f.Offset = c.off + int64(l.from)
	}
	switch l.kind {
	case oddInfinity:
		f.Code, f.Severity, f.Message = "infinity", converter.Loss, "Infinity, which JSON does not have, is NULL"
	case oddPosition:
		f.Code, f.Severity, f.Message = "position-beyond", converter.Doubt, "a position is beyond the longitudes and latitudes of WGS 84, and may be in another reference system"
	}
	return f
}

// fault is the error of a document that is not JSON at a place in this chunk.
func (c *chunk) fault(text []byte, f fault) error {
	e := &converter.SyntaxError{
		Line:   c.line + int64(bytes.Count(text[:f.at], []byte{'\n'})),
		Offset: c.off + int64(f.at),
		Err:    errors.New(f.what),
	}
	switch f.kind {
	case tooMuch:
		e.Err = fmt.Errorf("%s: %w", f.what, converter.ErrLimit)
	}
	return e
}

// checkUTF8 records where text is not UTF-8, and reports whether it is.
func (c *scanner) checkUTF8(from, to int) bool {
	if utf8.Valid(c.s[from:to]) {
		return true
	}
	for from < to {
		r, size := utf8.DecodeRune(c.s[from:to])
		if r == utf8.RuneError && size == 1 {
			break
		}
		from += size
	}
	c.failed(notUTF8, from, fmt.Sprintf("byte 0x%02x is not UTF-8", c.s[from]))
	return false
}

// list makes rows of elements with commas between them.
func list(r *builder, b *converter.Batch, c *chunk) error {
	if !r.checkUTF8(0, r.n) || !r.list(b, c) {
		return c.fault(r.s, r.fault)
	}
	return nil
}

func (r *builder) list(b *converter.Batch, c *chunk) bool {
	end := r.n
	if c.closed {
		end--
	}
	p := r.space(0)
	if p == end && c.first && c.closed {
		return true
	}
	for {
		r.start()
		if r.keyed {
			p = r.keyedElement(p)
		} else {
			p = r.element(p)
		}
		if p < 0 {
			return false
		}
		r.commit(b)
		if p = r.space(p); p == end && c.closed {
			return true
		}
		if r.s[p] != ',' {
			r.want(p, "',' or the end of the list")
			return false
		}
		if p = r.space(p + 1); p == end && !c.last {
			return true
		}
	}
}

// values makes rows of values one after another.
func values(r *builder, b *converter.Batch, c *chunk) error {
	if !r.checkUTF8(0, r.n) {
		return c.fault(r.s, r.fault)
	}
	for p := r.blank(0); p < r.n; p = r.blank(p) {
		if p = r.whole(b, p); p < 0 {
			return c.fault(r.s, r.fault)
		}
	}
	return nil
}

// whole makes one row of the value at p, or several if it is an array that spreads, if
// what follows is white space or another value.
func (r *builder) whole(b *converter.Batch, p int) int {
	from := p
	r.start()
	spread := r.arrays == arraySpread && r.s[p] == '['
	if spread {
		p = r.value(p, 0)
	} else {
		p = r.element(p)
	}
	if p < 0 {
		return p
	}
	switch next := r.s[p]; {
	case p == r.n || classes[next] == classSpace || next == recordSeparator || next == '{' || next == '[':
	default:
		return r.want(p, "another value")
	}
	if spread {
		r.spread(b, from)
	} else {
		r.commit(b)
	}
	return p
}

// spread makes rows of the elements of an array, which is valid.
func (r *builder) spread(b *converter.Batch, p int) {
	for p = r.space(p + 1); r.s[p] != ']'; {
		r.start()
		p = r.space(r.element(p))
		r.commit(b)
		if r.s[p] == ',' {
			p = r.space(p + 1)
		}
	}
}

// lines makes rows of lines, and rejects those that are not JSON. A value may go on over
// several lines if they are all sound.
func lines(r *builder, b *converter.Batch, c *chunk) error {
	if !r.checkUTF8(0, r.n) {
		return c.fault(r.s, r.fault)
	}
	patience := r.n // how many bytes may be read in vain behind the line that is rejected then
	line, counted := c.line, 0
	for p := r.blank(0); p < r.n; p = r.blank(p) {
		from := p
		if patience > 0 {
			p = r.whole(b, p)
		} else {
			p = r.oneLine(b, p)
		}
		if p >= 0 {
			continue
		}
		p = r.lineEnd(from)
		f := r.fault
		r.fault = fault{}
		if f.at > p {
			patience -= f.at - p
			f = fault{at: p, what: "the line ends before its value does"}
		}
		line += int64(bytes.Count(r.s[counted:from], []byte{'\n'}))
		counted = from
		b.Reject(converter.Reject{
			Line: line, Offset: c.off + int64(from), Type: f.kind.String(),
			Raw:     string(bytes.TrimRight(r.s[from:p], "\r")),
			Message: fmt.Sprintf("%s (byte %d of the line)", f.what, f.at-from+1),
		})
	}
	return nil
}

// oneLine is whole for a value that must end on its line.
func (r *builder) oneLine(b *converter.Batch, p int) int {
	n, end := r.n, r.lineEnd(p)
	newline := r.s[end]
	r.n, r.s[end] = end, 0
	p = r.whole(b, p)
	r.n, r.s[end] = n, newline
	return p
}
