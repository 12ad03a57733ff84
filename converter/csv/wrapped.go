package csv

import (
	"bytes"

	"github.com/dynasette/dynasette/converter"
)

// unwrap makes cells of a row that is quoted as a whole: `"1,x,""y, z"""`. If that is
// not possible, the row is rejected.
func (p *parser) unwrap(start, end, from int) {
	whole := p.batch.Cells[from]
	b := converter.Batch{Data: bytes.Clone(p.spelled(p.batch.Data[whole.Off:][:whole.Len()]))}
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

// wrappedLines returns how many lines of a sample are one quoted cell each, or 0 unless
// all are but the first and a few.
func wrappedLines(head []byte, quote byte) int {
	wrapped, lines := 0, 0
	for line := range bytes.Lines(head) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			continue
		}
		lines++
		if n := len(line); n > 1 && line[0] == quote && line[n-1] == quote && doubled(line[1:n-1], quote) {
			wrapped++
		}
	}
	if wrapped*10 < (lines-1)*9 {
		return 0
	}
	return wrapped
}

// doubled reports whether each quote in text is doubled.
func doubled(text []byte, quote byte) bool {
	for {
		n := bytes.IndexByte(text, quote)
		if n < 0 {
			return true
		}
		if n+1 == len(text) || text[n+1] != quote {
			return false
		}
		text = text[n+2:]
	}
}

// prose reports whether the cells look like parts of sentences: most of them begin with a
// blank where they have a cell before them.
func prose(s sniffed) bool {
	parts, blanks := 0, 0
	for _, r := range s.rows {
		for _, c := range r.cells[1:] {
			parts++
			if c != "" && c[0] == ' ' {
				blanks++
			}
		}
	}
	return blanks*2 > parts
}
