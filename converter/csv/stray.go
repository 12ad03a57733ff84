package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
)

// plain reads the line at start, in which quotes are astray, as most writers of such lines
// mean it: a cell is within quotes only if it ends with one, and any other stands as it is
// spelled, as in `1,"Al" Jones,x`. It returns where the line ends, and reports false unless
// it has a cell for each column, or if a quote is opened and not followed by another: that
// is text in a header only, without which no column had a name.
func (p *parser) plain(start int) ([]converter.Cell, int, bool) {
	width := p.cells()
	if width == 0 {
		return nil, 0, false
	}
	end := p.lineEnd(start)
	line := p.data[:p.textEnd(start, end)]
	var cells []converter.Cell
	for pos := start; len(cells) < width; pos++ {
		if shut := p.closing(line, pos); shut > 0 {
			at := len(p.batch.Data)
			p.batch.Data = p.appendUnquoted(p.batch.Data, line[pos+1:shut])
			cells = append(cells, converter.Span(converter.KindQuoted, at, len(p.batch.Data)-at))
			pos = shut + 1
		} else if shut == unfinished && p.width > 0 {
			return nil, 0, false
		} else {
			n := bytes.IndexByte(line[pos:], p.delimiter)
			if n < 0 {
				n = len(line) - pos
			}
			cells = append(cells, converter.Span(converter.KindUntyped, pos, n))
			pos += n
		}
		if pos == len(line) {
			return cells, end, len(cells) == width
		}
	}
	return nil, 0, false
}

// closing returns where the quote is that closes the one at pos: unfinished if there is no
// other, and 0 if there is no quote at pos or the cell goes on behind the other.
func (p *parser) closing(line []byte, pos int) int {
	if pos == len(line) || line[pos] != p.quote {
		return 0
	}
	start := pos + 1
	for {
		n := bytes.IndexByte(line[pos+1:], p.quote)
		if n < 0 {
			return unfinished
		}
		pos += n + 1
		switch {
		case p.escape != 0 && p.escaped(start, pos):
			continue
		case pos+1 == len(line) || line[pos+1] == p.delimiter:
			return pos
		case line[pos+1] != p.quote:
			return 0
		}
		pos++
	}
}
