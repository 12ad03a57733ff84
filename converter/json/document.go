package json

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// A document is one that is being converted.
type document struct {
	Converter
	in     *converter.Input
	out    *converter.Writer
	source *plaintext.Text
	text   *stream
	guard  int // bytes before the text, see skipGuard
	filler filler
}

// What an earlier run has Recall tell a later one.
const (
	recallMore  = "more"  // there is more behind the first value: on other lines, or just more
	recallWhole = "whole" // an object is not what its head looked like
	// There are points, though none in the head, and properties called like their columns.
	recallPoints = "points"
)

func (d *document) convert() error {
	t := d.text
	t.need(t.ahead)
	if err := t.failed(); err != nil {
		return err
	}
	w := t.buf[t.from:]
	h := newHead(w, t.to-t.from, t.to-t.from < t.ahead, d.depth())
	p := h.blank(0)
	if h.n == 0 {
		return converter.ErrEmpty
	}
	if p == h.n {
		return fmt.Errorf("nothing but white space: %w", converter.ErrEmpty)
	}
	if !d.Lines {
		if err := d.foreign(h, p); err != nil {
			return err
		}
	}
	shape, why := h.shape(d.Lines)
	switch d.out.Recall(recallMore) {
	case "lines":
		shape, why = shapeLines, "the first line is a whole value, and there are more"
	case "values":
		shape, why = shapeValues, "there is more behind the first value"
	}
	if d.Path != "" {
		if shape != shapeList && shape != shapeObject {
			return &converter.SyntaxError{Err: errors.New("a path leads into a document that is one value, and here is one value after another"), Hint: "leave the path away"}
		}
		return d.chosen(h, p)
	}
	switch shape {
	case shapeList:
		return d.array(h, p)
	case shapeObject:
		return d.object(h, p)
	}
	return d.sequence(h, p, shape, why)
}

// table returns the document's table.
func (d *document) table() *converter.Table { return d.out.Table(d.in.Stem()) }

// end makes sure that nothing comes after the one value that the document should be. t is
// behind it, and it began on the line first.
func (d *document) end(t *stream, first int64) error {
	last := t.line
	switch b := t.space(); {
	case b == 0:
		return t.failed()
	case b != recordSeparator && classes[b] != classOpen:
		return t.unexpected("the end of the text")
	case first == last && t.line > last:
		return d.out.Again(recallMore, "lines")
	}
	return d.out.Again(recallMore, "values")
}

// sequence converts values one after another, the first of them at p of the head.
func (d *document) sequence(h *head, p int, s shape, why string) error {
	anchor := h.s[p]
	l, what := h.elements(p, true)
	if l.arrays == arrayRow {
		if err := d.header(&l, h, p, h.blank); err != nil {
			return err
		}
	}
	if s == shapeLines {
		d.out.Describe("shape", what+", one a line (NDJSON)", why)
		return d.chunks(d.table(), l, lines, func(c *cutter, w []byte, last bool) (int, bool) {
			if last {
				return len(w), false
			}
			return c.lines(w, anchor, 64*d.text.ahead), false
		})
	}
	d.out.Describe("shape", what+", one after another", why)
	return d.values(l)
}

// values converts the rest of the text, which is values one after another.
func (d *document) values(l layout) error {
	return d.chunks(d.table(), l, values, func(c *cutter, w []byte, last bool) (int, bool) {
		if last {
			return len(w), false
		}
		c.values(w)
		return c.last, false
	})
}

// array converts an array, which is at p of the head.
func (d *document) array(h *head, p int) error {
	first := h.space(p + 1)
	if at := h.enveloped(first); at > 0 {
		d.text.drop(p)
		line := d.text.line
		w := newWalk(d, h, plan{shape: ofTables, at: &node{}})
		w.exact = true
		d.out.Describe("path", spellPath([]string{strconv.Itoa(at)}), "what holds rows is there")
		if err := w.value([]string{strconv.Itoa(at)}); err != nil {
			return err
		}
		if err := w.finish(); err != nil {
			return err
		}
		return d.end(d.text, line)
	}
	if h.s[first] == ']' {
		return fmt.Errorf("an array without elements: %w", converter.ErrEmpty)
	}
	l, what := h.elements(first, false)
	d.out.Describe("shape", "array of "+what, "the text is one array, and its first element tells")
	d.text.drop(p)
	line := d.text.line
	d.text.drop(1)
	if l.arrays == arrayRow {
		if err := d.listHeader(&l, h, first); err != nil {
			return err
		}
	}
	if err := d.list(d.table(), l); err != nil {
		return err
	}
	return d.end(d.text, line)
}

// listHeader is header for the elements of a list.
func (d *document) listHeader(l *layout, h *head, p int) error {
	err := d.header(l, h, p, func(end int) int {
		if end = h.space(end); h.s[end] != ',' {
			return -1
		}
		return h.space(end + 1)
	})
	if err == nil && l.header != nil {
		d.text.space()
		d.text.drop(1)
	}
	return err
}

// header finds out whether the first of several arrays, which is at p of the head and next
// but for white space, has the names of their values, and if so drops it.
func (d *document) header(l *layout, h *head, p int, next func(end int) int) error {
	if d.NoHeader {
		return nil
	}
	names, why := h.header(p, next)
	if names == nil {
		return nil
	}
	d.out.Describe("header", strings.Join(names, ", "), why)
	l.header = names
	for d.text.space() == recordSeparator {
		d.text.drop(1)
	}
	raw, err := d.text.value()
	if err == nil {
		d.text.drop(len(raw))
	}
	return err
}

// list converts the elements of the list that the text is in, and goes behind its bracket.
func (d *document) list(table *converter.Table, l layout) error {
	return d.chunks(table, l, d.readList, func(c *cutter, w []byte, _ bool) (int, bool) {
		if end := c.list(w); end >= 0 {
			return end + 1, true
		}
		return c.last, false
	})
}

// complete adds what the options say.
func (d *document) complete(l layout) layout {
	l.flatten, l.depth = d.Flatten, d.depth()
	l.points = l.points || d.out.Recall(recallPoints) != ""
	return l
}

// readList reads a list. If a guess about it was wrong, the document has to be read again.
func (d *document) readList(r *builder, b *converter.Batch, c *chunk) error {
	err := list(r, b, c)
	if r.fault.kind == otherShape {
		return d.out.Again(recallWhole, "yes")
	}
	return err
}

// chunks converts what follows in the text, in chunks. cut returns where in a window of the
// text the chunk ends, or 0 if the window is too small, and whether nothing follows that
// belongs to it; last is true for a window that ends with the text.
func (d *document) chunks(table *converter.Table, l layout, read reader, cut func(c *cutter, w []byte, last bool) (end int, closed bool)) error {
	t := d.text
	l = d.complete(l)
	if l.id {
		table.Key("id")
	}
	for first := true; ; first = false {
		var (
			state       = cutter{most: maxRows}
			end         int
			closed, eof bool
			err         error
		)
		for size := t.ahead; end == 0 && !eof; {
			t.need(size)
			w := t.text(size)
			if eof = len(w) < size; eof && t.failed() != nil {
				return t.failed()
			}
			end, closed = cut(&state, w, eof)
			if end > 0 || eof {
				break
			}
			if size, err = t.widen(size); err != nil {
				return err
			}
		}
		if end == 0 {
			end = t.to - t.from
		}
		c := t.take(end)
		c.first, c.closed, c.last = first, closed, closed || t.to == t.from && t.err == io.EOF
		if err := table.AppendFunc(d.filler.fill(c, l, read)); err != nil || c.last {
			return err
		}
	}
}

// warn tells people what was found in passing.
func (d *document) warn() error {
	if err := d.out.Wait(); err != nil {
		return err
	}
	if d.filler.points.Load() && d.filler.named.Load() {
		return d.out.Again(recallPoints, "yes")
	}
	if n := d.filler.duplicates.Load(); n > 0 {
		d.out.Report(converter.Finding{Code: "name-repeated", Count: n,
			Message: "a name stands again in the same object; the last value has the column, and the one before a column of its own"})
	}
	if n := d.filler.datatypes.Load(); n > 0 {
		d.out.Report(converter.Finding{Code: "datatypes-dropped", Count: n,
			Message: "a term has a datatype that is none of XML Schema's, which is not kept"})
	}
	if n := d.filler.lone.Load(); n > 0 {
		d.out.Report(converter.Finding{Code: "half-surrogate", Count: int64(n),
			Message: "an escape is half of a surrogate pair and stays in the text as it is spelled"})
	}
	return nil
}
