package json

import (
	"bytes"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// maxInMemory is how long a column-oriented document may be that can only be read from its
// start to its end.
const maxInMemory = 64 << 20

// columns converts an object of columns, arrays or objects that have as many values: it
// reads them side by side. The names in objects are a column, unless they only count.
func (d *document) columns(table *converter.Table, h *head, x *node) error {
	at, err := d.randomAccess(h)
	if err != nil {
		return err
	}
	listings, named := x.columns, false
	if listings == nil {
		listings = x.transposed()
		first := x.below[0]
		named = !first.counted
		d.out.Describe("shape", "object of columns", "each of its members is an object with the same names, of rows")
		d.out.Describe("orient", "columns", "the names in all members are the same, and count or are dates")
		if named && x.orient == "" {
			d.out.Report(converter.Finding{Code: "orient-guessed", Severity: converter.Doubt, Try: []string{"--orient", "index"},
				Message: "the members were taken for columns, and the dates in them for rows"})
		}
	} else {
		d.out.Describe("shape", "object of columns", "each of its members is an array of as many values")
	}
	columns := make([]*stream, len(listings))
	l := layout{arrays: arrayRow}
	if named {
		l.header = append(l.header, "_key")
	}
	for i, from := range listings {
		ahead := max(min(d.text.ahead, maxInMemory/len(listings)), 4096)
		columns[i] = newStream(at(from.off), from.off, ahead, nil)
		l.header = append(l.header, from.name)
	}
	c := d.newChunk()
	for range listings[0].count {
		c.data = append(c.data, '[')
		for i, t := range columns {
			if listings[i].keyed {
				c.data, err = appendName(c.data, t, named && i == 0)
			}
			if err == nil {
				c.data, err = appendNext(c.data, t, listings[i].keyed, d.depth()-1)
			}
			if err != nil {
				return err
			}
		}
		c.data[len(c.data)-1] = ']'
		c.data = append(c.data, ',')
		if len(c.data) < d.text.ahead {
			continue
		}
		if err := d.appendChunk(table, l, c); err != nil {
			return err
		}
		c = d.newChunk()
	}
	if len(c.data) == 0 {
		return nil
	}
	return d.appendChunk(table, l, c)
}

// newChunk returns an empty chunk.
func (d *document) newChunk() *chunk {
	return &chunk{data: d.text.buffer(0)[:0], off: d.text.off, line: d.text.line, made: true}
}

// appendChunk gives a chunk of rows, each with its comma, to the table.
func (d *document) appendChunk(table *converter.Table, l layout, c *chunk) error {
	c.n = len(c.data)
	c.data = append(c.data, make([]byte, pad)...)
	return table.AppendFunc(d.filler.fill(c, d.complete(l), list))
}

// appendName goes behind a name and its colon, which have been validated, and appends the
// name and a comma if it is wanted.
func appendName(out []byte, t *stream, want bool) ([]byte, error) {
	t.space()
	raw, err := t.value()
	if err != nil {
		return out, err
	}
	if want {
		out = append(append(out, raw...), ',')
	}
	t.drop(len(raw))
	if t.space() == ':' {
		t.drop(1)
	}
	return out, t.failed()
}

// appendNext appends the next value in t and a comma.
func appendNext(out []byte, t *stream, check bool, depth int) ([]byte, error) {
	t.space()
	raw, err := t.value()
	if err == nil && check {
		err = t.check(len(raw), depth)
	}
	if err != nil {
		return out, err
	}
	out = append(append(out, raw...), ',')
	t.drop(len(raw))
	t.space()
	if t.need(1) {
		t.drop(1)
	}
	return out, t.failed()
}

// randomAccess returns a function that returns readers of the text from an offset on.
func (d *document) randomAccess(h *head) (func(off int64) io.Reader, error) {
	if !h.whole && !d.source.Decoded && d.in.Size >= 0 {
		return func(off int64) io.Reader { return io.NewSectionReader(d.in.ReaderAt, off, d.in.Size-off) }, nil
	}
	first := d.text.off
	d.text.need(maxInMemory + 1)
	if err := d.text.failed(); err != nil {
		return nil, err
	}
	text := d.text.text(maxInMemory + 1)
	if len(text) > maxInMemory {
		return nil, d.text.fault(0, fmt.Errorf("an object of columns with more than %d bytes that can be read only in order: %w", maxInMemory, converter.ErrLimit))
	}
	return func(off int64) io.Reader { return bytes.NewReader(text[off-first:]) }, nil
}
