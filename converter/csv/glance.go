package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// A glance is what a row would be that begins at some line, if it were read there.
type glance struct {
	cells  int
	end    int  // where the row ends
	sound  bool // no quote stands where none should
	likely bool // it is as wide as the table, with numbers and dates where those are
	blank  bool // there is nothing on the line
	more   bool // all of this depends on what follows data
	seen   int  // how many bytes were looked at
}

// horizon is how far behind a row's end text is looked at to weigh the row.
const horizon = 64 << 10

// apart returns a copy of the parser whose cells go to a batch that is thrown away.
func (p *parser) apart() *parser {
	q := *p
	q.batch, q.odd, q.doomed, q.starts = new(converter.Batch), 0, nil, nil
	return &q
}

// A lookout reads rows apart from the batch, to weigh one that ends at end.
type lookout struct {
	parser
	budget int // of bytes, so that no text takes long
}

func (p *parser) lookout(start, end int) *lookout {
	l := &lookout{parser: *p.apart(), budget: 8*(end-start) + 2*horizon}
	l.within = p.span.end
	if to := end + horizon; to < len(p.data) {
		l.data, l.last = p.data[:to], false
	}
	return l
}

// resume looks for the first line behind the one of start from which on rows are good until
// one of them ends at or behind end. It returns that line, and how many these rows are: 0 if
// there is no such line, unfinished if that depends on what follows data; and where the last
// of them ends.
func (p *parser) resume(start, end int, good func(glance) bool) (at, rows, to int) {
	l := p.lookout(start, end)
	for pos := p.lineEnd(start); pos < end; {
		g := l.glance(pos)
		to = g.end
		if g.more && len(l.data) == len(p.data) && !p.last {
			return 0, unfinished, 0
		}
		if l.budget -= g.seen; l.budget < 0 {
			return 0, 0, 0
		}
		switch {
		case !g.more && g.blank:
			pos = g.end
		case !g.more && g.cells > 0 && good(g):
			if rows == 0 {
				at = pos
			}
			rows++
			pos = g.end
		default:
			rows = 0
			pos = p.lineEnd(pos)
		}
	}
	return at, rows, to
}

// score rates how well the rows from start to end fit: 2 for one as wide as the table with
// each quote in its place, -1 for one of another width. It says whether all of them fit, and
// that it can't tell if that depends on what follows data.
func (p *parser) score(start, end int) (score int, all, ok bool) {
	all = true
	l := p.lookout(start, end)
	for pos := start; pos < end; {
		g := l.glance(pos)
		if g.more && len(l.data) == len(p.data) && !p.last {
			return 0, false, false
		}
		if l.budget -= g.seen; l.budget < 0 {
			return score, false, true
		}
		switch {
		case g.more, g.cells == 0:
			score--
			all = false
			pos = p.lineEnd(pos)
			continue
		case g.blank:
		case g.cells != p.cells():
			score--
			all = false
		case g.sound:
			score += 2
		default:
			all = false
		}
		pos = g.end
	}
	return score, all, true
}

// glance reads the row at pos. With a quote astray it is what plain makes of its line, or has
// no cells.
func (p *parser) glance(pos int) glance {
	g := glance{sound: true, likely: true}
	start, shaped := pos, false
	for ; ; pos++ {
		begin := pos
		p.batch.Clear()
		p.batch.Data, p.odd = p.batch.Data[:0], 0
		end, ok := p.cell(pos)
		if g.seen = end - start; !ok && end == unfinished {
			return glance{more: true, seen: len(p.data) - start}
		}
		if !ok || p.odd&strayQuote != 0 {
			g = glance{seen: g.seen}
			if cells, end, ok := p.plain(start); ok {
				g.cells, g.end = len(cells), end
			}
			return g
		}
		cell := p.batch.Cells[0]
		text := p.data
		if len(p.batch.Data) > 0 {
			text = p.batch.Data
		}
		text = text[cell.Off:][:cell.Len()]
		g.sound = g.sound && (cell.Kind() == converter.KindQuoted || bytes.IndexByte(p.data[begin:end], p.quote) < 0)
		if g.cells < len(p.shaped) && p.shaped[g.cells] {
			if shapeOf(string(text)) != textual {
				shaped = shaped || end <= p.within
			} else if len(bytes.TrimSpace(text)) > 0 {
				g.likely = false
			}
		}
		g.cells++
		if pos = end; pos >= len(p.data) || p.data[pos] != p.delimiter {
			break
		}
	}
	if !p.last && (pos >= len(p.data) || p.either && pos+1 == len(p.data)) {
		return glance{more: true, seen: g.seen}
	}
	g.end = p.lineEnd(pos)
	g.blank = p.textEnd(start, g.end) == start
	g.likely = g.likely && shaped && g.cells == p.cells()
	return g
}

// cell adds the cell at pos to the batch and returns where it ends, as quoted does.
func (p *parser) cell(pos int) (int, bool) {
	pos = p.opening(pos)
	if pos < len(p.data) && p.data[pos] == p.quote && p.quote != 0 {
		return p.quoted(pos)
	}
	return p.plainCell(pos, p.nextSeparator(pos)), true
}

// nextSeparator returns where the next delimiter or newline is from pos on, or data's end.
func (p *parser) nextSeparator(pos int) int {
	return min(bytemask.Next(p.seps, pos, len(p.data)), len(p.data))
}
