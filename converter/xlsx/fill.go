package xlsx

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// fill makes rows of a chunk. It runs on any goroutine.
func (l *lane) fill(b *converter.Batch, c chunk) error {
	if !utf8.Valid(c.xml) {
		return corrupt(errEncoding, l.sheet.part, c.offset)
	}
	base := c.before
	if base < 0 {
		base = l.from // whatever it is, the header is above it
	}
	var p piece
	if err := p.fill(l, b, c, base); err != nil {
		return err
	}
	b.InOrder(func() error {
		before := l.last
		if !l.leads {
			before = l.lastBut // the lane that leads has been here
		}
		if !p.numbered && c.before < 0 { // its rows were counted from the chunk's start
			if l.counted {
				b.Clear()
				b.Data = b.Data[:0]
				p = piece{}
				if err := p.fill(l, b, c, before); err != nil {
					return err
				}
			} else {
				p.move(before - base)
			}
		}
		if l.leads {
			if p.firstOdd && l.filled > 0 && p.first > l.filled+1 {
				p.tally.odd++
			}
			l.lastBut, l.last, l.filled = l.last, p.last, max(l.filled, p.filled)
		}
		if len(l.lanes) == 1 {
			c.cut.reuse(c.xml)
		}
		l.total.add(&p.tally)
		return l.total.within(l.book.limits.Growth)
	})
	return nil
}

// A piece is what one chunk holds of a lane.
type piece struct {
	values
	numbered bool // the XML has the numbers of rows
	last     int  // number of the last row
	first    int  // number of the first row of data with cells
	firstOdd bool // see odd
	filled   int  // number of the last row of data with cells
	cells    []cell
}

// fill makes rows of the chunk; before is the number of the row before it.
func (p *piece) fill(l *lane, b *converter.Batch, c chunk, before int) error {
	p.values = values{book: l.book}
	p.last = before
	scan := rowScanner{b: c.xml, number: before}
	for start := true; ; start = false {
		ok, err := scan.next()
		if err == nil && ok {
			if start {
				p.numbered = scan.numbered
			}
			if p.last = scan.number; len(scan.cells) == 0 {
				continue
			}
			if l.leads && scan.number > l.from {
				p.watch(&scan)
			}
			if err = p.row(l, b, &scan); err == nil {
				continue
			}
		}
		if err != nil {
			return corrupt(fmt.Errorf("row %d: %w", scan.number, err), l.sheet.part, c.offset+int64(scan.pos))
		}
		break
	}
	if l.leads {
		p.tally.xml = int64(len(c.xml))
	}
	p.tally.text = int64(p.size)
	return nil
}

// watch looks out for rows that may be something else than those before.
func (p *piece) watch(scan *rowScanner) {
	switch {
	case p.first == 0:
		p.first, p.firstOdd = scan.number, odd(scan.cells)
	case scan.number > p.filled+1 && odd(scan.cells):
		p.tally.odd++
	}
	p.filled = scan.number
}

// move adds to the numbers of the piece's rows.
func (p *piece) move(n int) {
	p.last += n
	p.first += n
	p.filled += n
	p.tally.move(n)
}

// odd reports whether a row that comes after a blank one may be something else than the
// rows before: it is all text.
func odd(cells []cell) bool {
	for i := range cells {
		if t := cells[i].typ; t != typeShared && t != typeText {
			return false
		}
	}
	return true
}

// row puts the cells of a row where they belong.
func (p *piece) row(l *lane, b *converter.Batch, scan *rowScanner) error {
	if scan.hidden {
		if l.leads {
			p.tally.hidden.count(scan.number, 0)
		}
		if l.options.SkipHidden {
			return nil
		}
	}
	if l.plain && scan.number >= l.from && len(l.asides) == 0 && !(l.options.SkipHidden && len(l.hidden) > 0) {
		return p.data(l, b, scan, scan.cells)
	}
	mine := p.cells[:0]
	var left []cell // that belong to no table
	for _, c := range scan.cells {
		if l.options.SkipHidden && l.hides(int(c.col)) {
			continue
		}
		switch owner := l.owner(scan.number, int(c.col)); {
		case owner == l:
			mine = append(mine, c)
		case owner == nil && l.leads:
			left = append(left, c)
		}
	}
	p.cells = mine
	if len(left) > 0 {
		if err := p.aside(l, b, scan.number, left); err != nil {
			return err
		}
	}
	switch {
	case len(mine) == 0:
		return nil
	case scan.number >= l.from:
		return p.data(l, b, scan, mine)
	case l.declared && scan.number == l.header:
		return p.header(l, b, scan.number, mine)
	}
	return nil
}

// owner returns the lane that a cell belongs to, or nil.
func (s *sheetReader) owner(row, col int) *lane {
	for i := range s.asides {
		if s.asides[i].area.covers(row, col) {
			return nil
		}
	}
	for _, l := range s.lanes {
		if l.area.covers(row, col) {
			return l
		}
	}
	return nil
}

// aside puts cells of a row into _rejects, those of each kind together.
func (p *piece) aside(l *lane, b *converter.Batch, row int, cells []cell) error {
	for len(cells) > 0 {
		kind, loss := l.kindOf(row, int(cells[0].col))
		n := 1
		for n < len(cells) {
			if k, _ := l.kindOf(row, int(cells[n].col)); k != kind {
				break
			}
			n++
		}
		if n > 1 && l.declared {
			p.tally.odd++
		}
		raw, err := p.text(cells[:n], row, l)
		if err != nil {
			return err
		}
		where := cellRange{row, int(cells[0].col), row, int(cells[n-1].col)}
		b.Reject(converter.Reject{Line: int64(row), Type: kind, Raw: raw, Aside: !loss,
			Message: fmt.Sprintf("%s of the sheet %q", where, l.sheet.name)})
		cells = cells[n:]
	}
	return nil
}

// kindOf says what a cell is that belongs to no table.
func (s *sheetReader) kindOf(row, col int) (kind string, loss bool) {
	for _, a := range s.asides {
		if a.area.covers(row, col) {
			return a.kind, a.loss
		}
	}
	above, below := true, true
	for _, l := range s.lanes {
		above = above && row < l.area.top
		below = below && row > l.area.bottom
	}
	switch {
	case above:
		return asideAbove, false
	case below:
		return asideBelow, false
	}
	return asideBeside, false
}

// text returns cells as they are spelled, with tabs between them, and the targets of links
// behind them.
func (p *piece) text(cells []cell, row int, l *lane) (string, error) {
	var (
		scratch converter.Batch
		raw     []byte
		apart   = values{book: p.book, row: row} // what is said of values in tables is not true of these
	)
	for i := range cells {
		if i > 0 {
			raw = append(raw, '\t')
		}
		c := &cells[i]
		out, date, err := apart.cell(&scratch, c)
		if err != nil {
			return "", err
		}
		shown := c.value
		if k := out.Kind(); date || k == converter.KindText {
			shown = scratch.Data[out.Off : int(out.Off)+out.Len()]
		}
		raw = append(raw, shown...)
		for link := range l.links.at(row) {
			if link.has(int(c.col)) && !shows(shown, link.of) {
				raw = append(append(raw, " <"...), link.of+">"...)
				break
			}
		}
	}
	p.size += len(raw)
	p.tally.missing.add(apart.tally.missing)
	return string(raw), nil
}

// header keeps a declared table's header if it says something else than the declaration.
func (p *piece) header(l *lane, b *converter.Batch, row int, cells []cell) error {
	for i := range cells {
		text, err := p.text(cells[i:i+1], row, l)
		if err != nil {
			return err
		}
		if !sameName(text, l.names[int(cells[i].col)-l.first]) {
			raw, err := p.text(cells, row, l)
			b.Reject(converter.Reject{Line: int64(row), Type: asideHeader, Raw: raw, Aside: true,
				Message: fmt.Sprintf("%s of the sheet %q", cellRange{row, l.first, row, l.first + l.width - 1}, l.sheet.name)})
			return err
		}
	}
	return nil
}

// data adds a row: its cells by the table's columns, the targets of their links, and then
// the cells beside the table.
func (p *piece) data(l *lane, b *converter.Batch, scan *rowScanner, cells []cell) error {
	if len(l.merged.list) > 0 {
		cells = p.spread(l, scan.number, cells)
	}
	p.values.row = scan.number
	if l.named != nil {
		return p.wide(l, b, scan, cells)
	}
	start := len(b.Cells)
	beside := 0
	for i := range cells {
		at := int(cells[i].col) - l.first
		if at < 0 || at >= l.width {
			beside++
			continue
		}
		if len(l.drop) > 0 {
			at -= l.dropped(at)
		}
		out, _, err := p.values.cell(b, &cells[i])
		if err != nil {
			return err
		}
		for len(b.Cells)-start < at {
			b.Cells = append(b.Cells, converter.Cell{})
		}
		b.Cells = append(b.Cells, out)
	}
	if len(l.links.list) > 0 || len(scan.links) > 0 {
		p.targets(l, scan, func(at int) []byte {
			if start+at >= len(b.Cells) || b.Cells[start+at].Kind() != converter.KindText {
				return nil
			}
			c := b.Cells[start+at]
			return b.Data[c.Off : int(c.Off)+c.Len()]
		}, func(i int, target string) {
			place := start + l.width - len(l.drop) + i
			for len(b.Cells) <= place {
				b.Cells = append(b.Cells, converter.Cell{})
			}
			b.Cells[place] = appendCell(b, []byte(target))
		})
	}
	if beside > 0 {
		for len(b.Cells)-start < l.width-len(l.drop)+len(l.linked) {
			b.Cells = append(b.Cells, converter.Cell{})
		}
		for i := range cells {
			if at := int(cells[i].col) - l.first; at >= 0 && at < l.width {
				continue
			}
			out, _, err := p.values.cell(b, &cells[i])
			if err != nil {
				return err
			}
			b.Cells = append(b.Cells, out)
		}
	}
	b.EndRow()
	return nil
}

// spread puts the value of merged cells into all of them that the table has.
func (p *piece) spread(l *lane, row int, cells []cell) []cell {
	var filled []bool // columns of the table; nil until one is to be filled
	for m := range l.merged.at(row) {
		first := m.of
		if i, ok := slices.BinarySearchFunc(cells, int32(m.left), func(c cell, col int32) int { return int(c.col - col) }); ok {
			first = &cells[i]
		}
		if first == nil {
			continue
		}
		if filled == nil {
			filled = make([]bool, l.width)
			for _, c := range cells {
				if at := int(c.col) - l.first; at >= 0 && at < l.width {
					filled[at] = true
				}
			}
			cells = slices.Clone(cells)
		}
		c := *first
		for at := max(m.left-l.first, 0); at <= min(m.right-l.first, l.width-1); at++ {
			if !filled[at] {
				filled[at] = true
				c.col = int32(at + l.first)
				cells = append(cells, c)
			}
		}
	}
	if filled != nil {
		slices.SortFunc(cells, func(a, b cell) int { return int(a.col - b.col) })
	}
	return cells
}
