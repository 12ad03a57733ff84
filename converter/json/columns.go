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

// columns converts an object of arrays that have as many values, all of which have been
// validated: it reads them side by side.
func (d *document) columns(h *head, listings []listing) error {
	at, err := d.randomAccess(h)
	if err != nil {
		return err
	}
	columns := make([]*stream, len(listings))
	l := layout{arrays: arrayRow, header: make([]string, len(listings))}
	for i, from := range listings {
		ahead := max(min(d.text.ahead, maxInMemory/len(listings)), 4096)
		columns[i] = newStream(at(from.off), from.off, ahead, nil)
		l.header[i] = from.name
	}
	table := d.table()
	c := d.newChunk()
	for range listings[0].count {
		c.data = append(c.data, '[')
		for _, t := range columns {
			if c.data, err = appendNext(c.data, t); err != nil {
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
	return &chunk{data: d.text.buffer(0)[:0], off: d.text.off, line: d.text.line}
}

// appendChunk gives a chunk of rows, each with its comma, to the table.
func (d *document) appendChunk(table *converter.Table, l layout, c *chunk) error {
	c.n = len(c.data)
	c.data = append(c.data, make([]byte, pad)...)
	return table.AppendFunc(d.filler.fill(c, d.complete(l), list))
}

// appendNext appends the next value in t and a comma.
func appendNext(out []byte, t *stream) ([]byte, error) {
	t.space()
	raw, err := t.value()
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
