package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// A quote that is missing, or one too many, turns quoted and plain text around until the
// next quote that is out of place, which may be rows further on. So a quoted cell that
// crosses the end of a line is weighed, unless nothing speaks against it: were the lines
// behind the first one read as rows, and all of them are good ones, then the first line is
// damaged, and costs itself only.

// A span is a quoted cell with newlines in it: where it ends in data, how many delimiters
// its last line has, and its index in the batch.
type span struct{ end, delimiters, cell int }

// spans notes whether the quoted cell data[begin:end] has newlines in it. The first
// separator within is at pos.
func (p *parser) spans(pos, begin, end int) {
	lines, delimiters := 0, 0
	for ; pos < end; pos = bytemask.Next(p.seps, pos+1, end) {
		if delimiters++; p.data[pos] != p.delimiter {
			lines++
			delimiters = 0
		}
	}
	if lines == 0 {
		return
	}
	if p.odd&spansLines != 0 {
		p.odd |= spansTwice
	}
	p.odd |= spansLines
	if delimiters > 0 {
		p.odd |= lastLine
	}
	at := end
	for at > begin && p.data[at-1] == p.quote {
		at--
	}
	if at > begin && (p.data[at-1] == p.delimiter || p.data[at-1] == '\n' || p.data[at-1] == '\r') {
		p.odd |= openEnd
	}
	p.span = span{end, delimiters, len(p.batch.Cells)}
}

// weigh decides on a row with a stray quote, or with a cell of several lines: data[start:end],
// whose cells are the batch's from index from on. It returns where to go on, having
// replaced the cells, or taken them away if the row is rejected; unfinished if that depends
// on what follows data.
func (p *parser) weigh(start, end, from int) int {
	odd, n, width := p.odd, len(p.batch.Cells)-from, p.cells()
	p.odd = 0
	if width == 0 && odd&openEnd != 0 {
		// The first row: is it as wide as its first line, and as those behind that?
		width = 1 + bytes.Count(p.data[start:p.lineEnd(start)], []byte{p.delimiter})
		p.wide = width
		defer func() { p.wide = 0 }()
	}
	if odd&spansLines == 0 {
		if n != width {
			if row, to, ok := p.plain(start); ok {
				p.batch.Cells, end = append(p.batch.Cells[:from], row...), to
			}
		}
		p.kept.count(start)
		return end
	}
	even := func(g glance) bool { return g.cells == width }
	likely := func(g glance) bool { return g.likely }
	at, rows, to := 0, 0, 0
	switch {
	case odd&strayQuote != 0:
		// If the line where the quote is astray is a sound one, the quote is not.
		full := p.evenLine(start)
		at, rows, _ = p.resume(start, end, func(g glance) bool { return g.sound || g.likely || full && g.cells == width })
		switch {
		case rows != 0:
		case n == width || p.cells() == 0:
			p.kept.count(start)
		default:
			at, rows = p.lineEnd(start), 1
		}
	case width == 0:
	case odd&openEnd != 0:
		// What closes the cell stands where a quote opens one.
		at, rows, to = p.resume(start, end, func(g glance) bool { return g.sound && g.cells == width })
		if rows > 0 {
			switch score, all, ok := p.score(start, to); {
			case !ok:
				rows = unfinished
			case all:
				rows = 0
			case score > 2*rows-1:
				rows = 0
				p.inside.count(start)
			}
		}
	case odd&spansTwice == 0 && p.span.delimiters != width-n+p.span.cell-from || !p.evenLine(start):
		// The cell did not begin on one row's line and end on another's.
	case p.shaped != nil:
		// A single line may be there by chance: `1,"x, y`, `2, z",u`.
		if at, rows, _ = p.resume(start, end, likely); rows == 1 {
			rows = 0
			p.inside.count(start)
		}
	default:
		// The cell may well hold such text.
		if _, rows, _ = p.resume(start, end, even); rows > 2 && rows*width > 9 {
			p.inside.count(start)
		}
		rows = min(rows, 0)
	}
	switch rows {
	case unfinished:
		return unfinished
	case 0:
		return end
	}
	p.batch.Cells = p.batch.Cells[:from]
	return p.damage(start, at)
}

// evenLine reports whether the line at start has as many delimiters as a row.
func (p *parser) evenLine(start int) bool {
	return bytes.Count(p.data[start:p.lineEnd(start)], []byte{p.delimiter}) == p.cells()-1
}

// damaged deals with a row that begins at start and can't be read, since its quoted cell
// that opens at opened goes wrong at end, or is unfinished. It returns where to go on,
// having added the row's cells if the line can be read otherwise; unfinished if that depends
// on what follows data.
func (p *parser) damaged(start, opened, end int) int {
	odd := p.odd
	p.odd = 0
	if end == unfinished && !p.last {
		return unfinished
	}
	line := p.lineEnd(opened)
	if p.either && !p.last && line == len(p.data) {
		return unfinished // LF may follow CR
	}
	at := line
	if odd&spansLines != 0 {
		// The damage may be in a cell before, which then swallowed this line's beginning.
		width := p.cells()
		found, rows, _ := p.resume(start, opened, func(g glance) bool { return g.sound && (width == 0 || g.cells == width) })
		if rows == unfinished {
			return unfinished
		}
		if rows > 0 {
			at = found
		}
	}
	if end == unfinished || end >= line {
		p.doom(start, opened, at)
		return p.damage(start, at)
	}
	if odd&spansLines == 0 {
		if row, to, ok := p.plain(start); ok {
			p.batch.Cells = append(p.batch.Cells, row...)
			p.kept.count(start)
			return to
		}
	}
	p.reject(start, at, "stray quote", "a quoted cell goes on behind its closing quote")
	return at
}

// damage takes data[start:at] for lines with a quote too many or too few.
func (p *parser) damage(start, at int) int {
	if at == p.lineEnd(start) {
		if row, _, ok := p.plain(start); ok {
			p.batch.Cells = append(p.batch.Cells, row...)
			p.kept.count(start)
			return at
		}
	}
	p.reject(start, at, "unclosed quote", "a quote is opened and not closed where its cell ends")
	return at
}

// doom marks the opening quotes, from at on, of a row that can't be read: a later row that
// opens one of them comes to the same end, and need not be read that far.
func (p *parser) doom(start, opened, at int) {
	if at > opened {
		return
	}
	q := p.apart()
	q.doomed = p.doomed
	mark := func(pos int) {
		if p.doomed == nil {
			p.doomed = make([]uint64, len(p.seps))
		}
		if pos >= at {
			p.doomed[pos>>6] |= 1 << (pos & 63)
		}
	}
	for pos := start; pos < opened; pos++ {
		q.batch.Clear()
		end, ok := q.cell(pos)
		if !ok {
			return
		}
		if q.batch.Cells[0].Kind() == converter.KindQuoted {
			mark(q.opening(pos))
		}
		pos = end
	}
	mark(opened)
}

func (p *parser) isDoomed(pos int) bool { return p.doomed[pos>>6]>>(pos&63)&1 != 0 }

// A tally counts rows of a kind.
type tally struct{ rows, first int } // first: where the first begins

func (t *tally) count(start int) {
	if t.rows++; t.rows == 1 {
		t.first = start
	}
}

// findings returns what there is to say of the rows that were parsed, with offsets in data.
func (p *parser) findings() []converter.Finding {
	var list []converter.Finding
	add := func(t tally, code, message string) {
		if t.rows > 0 {
			list = append(list, converter.Finding{Code: code, Severity: converter.Doubt, Message: message, Try: []string{"--quote", "none"},
				Count: int64(t.rows), Offset: int64(t.first), Example: string(p.data[t.first:p.textEnd(t.first, p.lineEnd(t.first))])})
		}
	}
	add(p.kept, "quote-as-text", "a row has a quote where none should be, which is taken for text")
	add(p.inside, "rows-in-cell", "a quoted cell has lines that look like rows, as if a quote were missing")
	return list
}
