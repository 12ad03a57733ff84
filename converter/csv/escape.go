package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
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
				if letter := bytes.IndexByte(controls, next); letter >= 0 && p.controls && !quoted {
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

// laxCell makes a cell of a plain one in data[begin:end] where there are escapes, or blanks
// around quotes, and returns where it really ends. If it opens a quote behind blanks, that
// is where the quote is.
func (p *parser) laxCell(begin, end int) (cell converter.Cell, next int, opens bool) {
	if at := p.skipBlanks(begin); p.blanks && at > begin && at < len(p.data) && p.data[at] == p.quote {
		return cell, at, true
	}
	if p.escape == 0 {
		return p.trimmed(begin, end), end, false
	}
	for end < len(p.data) && p.escaped(begin, end) {
		end = p.nextSeparator(end + 1)
	}
	cell = p.trimmed(begin, end)
	text := p.data[begin:][:cell.Len()]
	switch {
	case bytes.IndexByte(text, p.escape) < 0:
	case len(text) == 2 && text[1] == 'N': // NULL, as databases write it
		cell = converter.Cell{}
	default:
		at := len(p.batch.Data)
		p.batch.Data = p.appendUnescaped(p.batch.Data, text, false)
		cell = converter.Span(converter.KindUntyped, at, len(p.batch.Data)-at)
	}
	return cell, end, false
}

// trimmed is the plain cell data[begin:end], without the CR of CRLF.
func (p *parser) trimmed(begin, end int) converter.Cell {
	if end > begin && p.data[end-1] == '\r' && p.newline == '\n' && (end == len(p.data) || p.data[end] == '\n') {
		end--
	}
	return converter.Span(converter.KindUntyped, begin, end-begin)
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

// unwrap makes cells of a row that is quoted as a whole: `"1,x,""y, z"""`. If that is
// not possible, the row is rejected.
func (p *parser) unwrap(start, end, from int) {
	whole := p.batch.Cells[from]
	b := converter.Batch{Data: bytes.Clone(p.batch.Data[whole.Off:][:whole.Len()])}
	q := parser{dialect: p.dialect, data: b.Data, last: true, batch: &b, width: p.width}
	q.wrapped, q.wide, q.shaped = false, p.wide, p.shaped
	q.parse(0)
	p.batch.Cells = p.batch.Cells[:from]
	if b.Rows() != 1 || len(b.Rejects()) > 0 {
		if whole.Len() > 0 {
			p.reject(start, end, "stray quote", "the row is quoted as a whole, and what is within is no row")
		}
		return
	}
	if q.kept.rows > 0 {
		p.kept.count(start)
	}
	off := uint32(len(p.batch.Data))
	p.batch.Data = append(p.batch.Data, b.Data...)
	for _, c := range b.Cells {
		c.Off += off
		p.batch.Cells = append(p.batch.Cells, c)
	}
}
