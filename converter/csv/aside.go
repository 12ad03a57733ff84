package csv

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// parse makes rows of a chunk and puts aside what is none: rows that repeat the header,
// and, if all that came before the chunk is known, the footer. It returns where in the chunk
// it stopped, and the parser, which has more to say of the rows.
func (r *reading) parse(b *converter.Batch, c chunk, inOrder bool) (int, *parser) {
	data := r.spelled(c.data)
	b.Data = data
	p := &parser{dialect: r.dialect, data: data, last: c.whole, batch: b, width: r.width}
	if p.marked = !inOrder && r.mark(p); p.marked {
		return len(data), p
	}
	grow(b, len(data))
	end := p.parse(0)
	if r.repeats(b) || inOrder && r.footing(b, b.Rows()-1) {
		end = r.sift(p, c.last, inOrder)
	}
	if r.respelled() {
		trace := tracer{dialect: &r.dialect, text: c.data}
		for i := range b.Rejects() {
			r.restore(&b.Rejects()[i], &trace)
		}
		end = trace.place(end)
	}
	return end, p
}

// restore gives a reject of respelled text the document's own text and place.
func (d *dialect) restore(reject *converter.Reject, t *tracer) {
	from := t.place(int(reject.Offset))
	to := t.place(int(reject.Offset) + len(reject.Raw))
	if end := d.next(t.text, to); end >= 0 {
		to = end
	} else {
		to = len(t.text)
	}
	for d.gaps > 0 && from > 0 && (t.text[from-1] == ' ' || t.text[from-1] == '\t') {
		from--
	}
	reject.Offset, reject.Raw = int64(from), string(d.trim(t.text[from:to]))
}

// again parses once more, so many rows at most if that is not 0, and notes where they begin.
func (p *parser) again(limit int) int {
	p.batch.Clear()
	p.batch.Data = p.data
	p.starts, p.limit = []int{}, limit
	return p.parse(0)
}

// sift parses once more, without what repeats the header and, if what came before is known,
// the footer. It returns where it stopped: before what may be the footer, if that is not the
// document's end.
func (r *reading) sift(p *parser, last, inOrder bool) int {
	end := p.again(0)
	if n := r.footer(p, last); inOrder && n >= 0 && (last || len(p.data)-p.starts[n] <= maxFooter) {
		from, damaged := p.starts[n], slices.Clone(p.batch.Rejects())
		if n > 0 {
			end = p.again(n)
		} else {
			p.batch.Clear()
			end, p.starts, p.short, p.kept, p.inside = 0, nil, 0, tally{}, tally{}
		}
		switch {
		case last && (r.seam.short || p.short > 0):
			end = p.again(0) // a table that has rows of few cells anyway
		case last:
			for _, reject := range damaged {
				if at := int(reject.Offset); end <= at && at < from {
					p.batch.Reject(reject)
				}
			}
			for end = from; end < len(p.data); {
				next := p.lineEnd(end)
				if len(bytes.TrimSpace(p.data[end:next])) > 0 {
					p.putAside(end, next, "footer", "it stands below the table, behind a gap")
				}
				end = next
			}
		}
	}
	r.drop(p, end)
	slices.SortStableFunc(p.batch.Rejects(), func(a, b converter.Reject) int { return cmp.Compare(a.Offset, b.Offset) })
	return end
}

func (p *parser) putAside(from, to int, kind, message string) {
	p.reject(from, to, kind, message)
	p.batch.Rejects()[len(p.batch.Rejects())-1].Aside = true
}

// repeats reports whether a row repeats the header, as where files were joined together, or
// is a comment in a format that has them.
func (r *reading) repeats(b *converter.Batch) bool {
	if r.comment != 0 {
		return true
	}
	if len(r.header) < 2 {
		return false
	}
	first := len(r.header[0])
	from := uint32(0)
	for _, to := range b.Ends {
		if n := b.Cells[from].Len() - first; (n == 0 || n == len(mark)) && r.isHeader(b, int(from), int(to)) {
			return true
		}
		from = to
	}
	return false
}

// distinct reports whether no two names are the same.
func distinct(names []string) bool {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

// mark is the byte order mark that a file which was joined to another may bring along.
const mark = "\ufeff"

// isHeader reports whether cells from:to are those of the header.
func (r *reading) isHeader(b *converter.Batch, from, to int) bool {
	if to-from != len(r.header) {
		return false
	}
	for i, name := range r.header {
		c := b.Cells[from+i]
		cell := b.Data[c.Off : int(c.Off)+c.Len()]
		if i == 0 {
			cell = bytes.TrimPrefix(cell, []byte(mark))
		}
		if string(cell) != name {
			return false
		}
	}
	return true
}

// drop removes rows that are none, and rejects them.
func (r *reading) drop(p *parser, end int) {
	b := p.batch
	cells, ends, starts := b.Cells[:0], b.Ends[:0], p.starts[:0:0]
	damaged := slices.Clone(b.Rejects())
	from := 0
	for i, to := range slices.Clone(b.Ends) {
		kind, message := "", ""
		switch first := b.Cells[from]; {
		case len(r.header) > 1 && r.isHeader(b, from, int(to)):
			kind, message = "repeated header", "it repeats the header"
		case r.comment != 0 && first.Len() > 0 && first.Kind() != converter.KindQuoted && b.Data[first.Off] == r.comment:
			kind, message = "comment", "it begins with "+string(rune(r.comment))
		default:
			cells = append(cells, b.Cells[from:to]...)
			ends = append(ends, uint32(len(cells)))
			starts = append(starts, p.starts[i])
		}
		if kind != "" {
			next := end
			if i+1 < len(p.starts) {
				next = p.starts[i+1]
			}
			for len(damaged) > 0 && int(damaged[0].Offset) < p.starts[i] {
				damaged = damaged[1:]
			}
			if len(damaged) > 0 {
				next = min(next, int(damaged[0].Offset))
			}
			if int(to)-from < r.width {
				p.short--
			}
			p.putAside(p.starts[i], next, kind, message)
		}
		from = int(to)
	}
	b.Cells, b.Ends, p.starts = cells, ends, starts
}

// maxFooter bounds how much text is held back for its being the footer.
const maxFooter = 16 << 10

// footer returns the row that the footer begins with, or -1: behind a gap rows follow that
// are no rows of the table, up to the end.
func (r *reading) footer(p *parser, last bool) int {
	b := p.batch
	n := b.Rows()
	for n > 0 && r.footing(b, n-1) {
		n--
	}
	if r.spaced || n == 0 && !r.seam.rows {
		return -1
	}
	for n < b.Rows() && !r.apart(p, n) {
		n++
	}
	from := uint32(0)
	if n > 0 {
		from = b.Ends[n-1]
	}
	for _, c := range b.Cells[from:] {
		if c.Len() > 0 {
			return n
		}
	}
	if last || n == b.Rows() {
		return -1 // blanks
	}
	return n
}

// footing reports whether row i is a text in its first cell, and next to nothing besides,
// where the table is wider.
func (r *reading) footing(b *converter.Batch, i int) bool {
	if r.width < 2 || i < 0 {
		return false
	}
	from, to := 0, int(b.Ends[i])
	if i > 0 {
		from = int(b.Ends[i-1])
	}
	if to-from == r.width && (r.width == 2 || b.Cells[to-1].Len() > 0) {
		return false // the usual case
	}
	filled, quoted := 0, false
	for _, c := range b.Cells[from:to] {
		if c.Len() > 0 {
			filled++
		}
		quoted = quoted || c.Kind() == converter.KindQuoted
	}
	if filled == 0 {
		return !quoted // "" is a value
	}
	first := b.Cells[from]
	if first.Len() == 0 || filled > 1 && (to-from >= r.width || filled*2 > r.width && !isProse(b, b.Cells[from+1:to])) {
		return false
	}
	return shapeOf(string(b.Data[first.Off:int(first.Off)+min(first.Len(), 1000)])) == textual
}

// isProse reports whether cells begin with a blank, as behind the commas of a sentence.
func isProse(b *converter.Batch, cells []converter.Cell) bool {
	for _, c := range cells {
		if c.Len() > 0 && b.Data[c.Off] != ' ' {
			return false
		}
	}
	return true
}

// apart reports whether a blank line, or a row of blanks, stands before row i, or is it.
func (r *reading) apart(p *parser, i int) bool {
	b := p.batch
	from, gap := uint32(0), false
	if i > 0 {
		from, gap = b.Ends[i-1], r.blankLine(p.data[p.starts[i-1]:p.starts[i]])
	} else if gap = r.seam.gap; p.starts[0] > 0 {
		gap = r.endsApart(p.data[:p.starts[0]])
	}
	for _, c := range b.Cells[from:b.Ends[i]] {
		if c.Len() > 0 {
			return gap
		}
	}
	return true
}

// endsApart reports whether text ends with a blank line, if it begins with a line.
func (e *lineEnds) endsApart(text []byte) bool {
	return e.blankLine(text) || len(text) > 0 && len(bytes.Trim(text, " \r\n")) == 0
}
