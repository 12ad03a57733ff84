package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/bytemask"
)

// escaped reports whether an escape stands before data[at] that none before it takes away,
// in a cell that begins at begin.
func (p *parser) escaped(begin, at int) bool {
	n := at
	for n > begin && p.data[n-1] == p.escape {
		n--
	}
	return (at-n)%2 == 1
}

// appendUnescaped appends text without the escapes of what else would have a meaning: the
// quote, the delimiter, a newline, the escape. Any other stands as it is spelled.
func (p *parser) appendUnescaped(out, text []byte, quoted bool) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if i+1 < len(text) {
			next := text[i+1]
			switch {
			case c == p.escape:
				if letter := bytes.IndexByte(controls, next); letter >= 0 && p.quote == 0 {
					c = controlled[letter]
					i++
				} else if next == p.escape || next == p.quote && next != 0 || next == p.delimiter || next == '\n' || next == '\r' {
					c = next
					i++
				}
			case c == p.quote && next == p.quote && quoted:
				i++
			}
		}
		out = append(out, c)
	}
	return out
}

// What letters behind an escape stand for in dumps of databases that have no quotes.
var controls, controlled = []byte("bfnrtv"), []byte("\b\f\n\r\t\v")

// dropEscaped takes the quotes that are escaped out of the mask of quotes.
func (p *parser) dropEscaped() {
	for pos := bytemask.Next(p.quotes, 0, len(p.data)); pos < len(p.data); pos = bytemask.Next(p.quotes, pos+1, len(p.data)) {
		if p.escaped(0, pos) {
			p.quotes[pos>>6] &^= 1 << (pos & 63)
		}
	}
}

// laxRow adds the cells of the row at start, as parse does, and returns where the newline
// behind it is. It reports false where the row can't be read, and then returns what damaged
// does.
func (p *parser) laxRow(start int) (int, bool) {
	from := len(p.batch.Cells)
	for pos := start; ; pos++ {
		end, ok := p.cell(pos)
		if !ok {
			p.batch.Cells = p.batch.Cells[:from]
			return p.damaged(start, p.opening(pos), end), false
		}
		if pos = end; pos >= len(p.data) || p.data[pos] != p.delimiter {
			return pos, true
		}
		if pos+1 == len(p.data) && !p.last {
			return unfinished, false
		}
	}
}

// opening returns where the quote is that opens the cell at pos, or pos.
func (p *parser) opening(pos int) int {
	if p.blanks {
		if at := p.skipBlanks(pos); at < len(p.data) && p.data[at] == p.quote {
			return at
		}
	}
	return pos
}

// plainCell adds the plain cell data[begin:end], where there may be escapes, and returns
// where it really ends.
func (p *parser) plainCell(begin, end int) int {
	for p.escape != 0 && end < len(p.data) && p.escaped(begin, end) {
		end = p.nextSeparator(end + 1)
	}
	to := end
	if to > begin && p.data[to-1] == '\r' && p.newline == '\n' && (to == len(p.data) || p.data[to] == '\n') {
		to--
	}
	cell, text := converter.Span(converter.KindUntyped, begin, to-begin), p.data[begin:to]
	switch {
	case p.escape == 0 || bytes.IndexByte(text, p.escape) < 0:
	case len(text) == 2 && text[1] == 'N': // NULL, as databases write it
		cell = converter.Cell{}
	default:
		at := len(p.batch.Data)
		p.batch.Data = p.appendUnescaped(p.batch.Data, text, false)
		cell = converter.Span(converter.KindUntyped, at, len(p.batch.Data)-at)
	}
	p.batch.Cells = append(p.batch.Cells, cell)
	return end
}

func (p *parser) skipBlanks(pos int) int {
	for pos < len(p.data) && p.isBlank(p.data[pos]) {
		pos++
	}
	return pos
}

func (d *dialect) isBlank(c byte) bool { return (c == ' ' || c == '\t') && c != d.delimiter }

// behindBlanks returns where a delimiter, a newline or the end stands behind the blanks at
// pos, behind a quote: pos if something else does, unfinished if that depends on what
// follows data.
func (p *parser) behindBlanks(pos int) int {
	at := p.skipBlanks(pos)
	switch {
	case at == len(p.data) && !p.last:
		return unfinished
	case at == len(p.data), p.data[at] == p.delimiter, p.data[at] == p.newline,
		p.data[at] == '\r' && (p.either || p.newline == '\n' && (at+1 == len(p.data) || p.data[at+1] == '\n')):
		return at
	}
	return pos
}
