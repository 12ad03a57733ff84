package csv

import (
	"bytes"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// A chunk is whole rows, as far as the cutter can tell.
type chunk struct {
	data   []byte
	offset int64 // in the text
	last   bool  // of the document
	whole  bool  // a quote that data does not close is never closed
}

// A cutter reads text in chunks of about size bytes that end where a row ends. It knows of
// quotes only how many there are: a newline behind an even number of them ends a row,
// unless a quote stands where none should. Then a chunk may end within a row, which its
// parser finds out.
type cutter struct {
	text *text
	dialect
	size   int // of a chunk
	rest   []byte
	offset int64
}

// maxRow is how long a row may be that has newlines in it: beyond that a quote is taken
// for one that is never closed.
const maxRow = 64 << 20

// next returns the next chunk, in buf if that is large enough.
func (c *cutter) next(buf []byte) (chunk, error) {
	want := c.size
	if c.text.eof {
		want = min(want, len(c.rest)+len(c.text.ahead)+1) // all of it, and its end
	}
	if len(c.rest) >= want {
		want = len(c.rest) + c.size
	}
	if room := want + min(slack, want); cap(buf) < room {
		buf = make([]byte, 0, room)
	}
	buf = append(buf[:0], c.rest...)
	for {
		n, err := io.ReadFull(c.text, buf[len(buf):want])
		buf = buf[:len(buf)+n]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			c.rest = nil
			return chunk{data: buf, offset: c.advance(len(buf)), last: true, whole: true}, nil
		}
		if err != nil {
			return chunk{}, err
		}
		if end := c.end(buf); end > 0 {
			c.rest = append(c.rest[:0], buf[end:]...)
			return chunk{data: buf[:end], offset: c.advance(end)}, nil
		}
		if len(buf) >= maxRow {
			if end := c.lineEnds.last(buf) + 1; end > 0 {
				c.rest = append(c.rest[:0], buf[end:]...)
				return chunk{data: buf[:end], offset: c.advance(end), whole: true}, nil
			}
		}
		want = len(buf) + max(c.size, len(buf)/2)
		if want > converter.MaxCell {
			return chunk{}, &converter.SyntaxError{Offset: c.offset, Err: fmt.Errorf("a row of more than %d MiB: %w", converter.MaxCell>>20, converter.ErrLimit)}
		}
		buf = append(make([]byte, 0, want+slack), buf...)
	}
}

// slack is room behind a chunk for what its parser unescapes.
const slack = 16 << 10

func (c *cutter) advance(n int) int64 {
	at := c.offset
	c.offset += int64(n)
	return at
}

// end returns where the last row that ends in buf ends, or 0.
func (c *cutter) end(buf []byte) int {
	if c.quote == 0 {
		return c.lineEnds.last(buf) + 1
	}
	odd := bytes.Count(buf, []byte{c.quote})%2 == 1
	for at := len(buf); ; {
		n := c.lineEnds.last(buf[:at])
		if n < 0 {
			break
		}
		odd = odd != (bytes.Count(buf[n:at], []byte{c.quote})%2 == 1)
		if !odd {
			return n + 1
		}
		at = n
	}
	// Counting does not help: perhaps a quote stands where none should. So parse.
	p := parser{dialect: c.dialect, data: c.spelled(buf), batch: new(converter.Batch)}
	trace := tracer{dialect: &c.dialect, text: buf}
	return trace.place(p.parse(0))
}
