package sheets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// fill makes rows of a chunk. It runs on any goroutine.
func (l *lane) fill(b *converter.Batch, c chunk) error {
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
			c.source.Reuse(c.Chunk)
		}
		l.total.add(&p.tally)
		return l.total.within(l.book)
	})
	return nil
}

// A piece is what one chunk holds of a lane.
type piece struct {
	values
	numbered bool // the chunk has the numbers of rows
	last     int  // number of the last row
	first    int  // number of the first row of data with cells
	firstOdd bool // see odd
	filled   int  // number of the last row of data with cells
	cells    []Cell
}

// fill makes rows of the chunk; before is the number of the row before it.
func (p *piece) fill(l *lane, b *converter.Batch, c chunk, before int) error {
	p.values = values{book: l.book}
	p.last = before
	scan, err := l.sheet.Content.Scan(c.Chunk, before)
	if err != nil {
		return err
	}
	cells := 0
	for start := true; ; start = false {
		row, err := scan.Next()
		if err == nil && row != nil {
			if start {
				p.numbered = row.Numbered
			}
			if p.last = row.Number; len(row.Cells) == 0 {
				continue
			}
			cells += len(row.Cells)
			if l.leads && row.Number > l.from {
				p.watch(row)
			}
			if err = p.row(l, b, row); err == nil {
				continue
			}
		}
		if err != nil {
			return scan.At(fmt.Errorf("row %d: %w", row.Number, err))
		}
		break
	}
	if l.leads {
		p.tally.cells = int64(cells)
		if !c.Again {
			p.tally.bytes = int64(len(c.Data))
		}
	}
	p.tally.text = int64(p.size)
	return nil
}

// watch looks out for rows that may be something else than those before.
func (p *piece) watch(row *Row) {
	switch {
	case p.first == 0:
		p.first, p.firstOdd = row.Number, odd(row.Cells)
	case row.Number > p.filled+1 && odd(row.Cells):
		p.tally.odd++
	}
	p.filled = row.Number
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
func odd(cells []Cell) bool {
	for i := range cells {
		if t := cells[i].Kind; t != Shared && t != Text {
			return false
		}
	}
	return true
}

// row puts the cells of a row where they belong.
func (p *piece) row(l *lane, b *converter.Batch, row *Row) error {
	if row.Hidden {
		if l.leads {
			p.tally.hidden.count(row.Number, 0)
		}
		if l.options.SkipHidden {
			return nil
		}
	}
	if l.plain && row.Number >= l.from && len(l.asides) == 0 && !(l.options.SkipHidden && len(l.hidden) > 0) {
		return p.data(l, b, row, row.Cells)
	}
	mine := p.cells[:0]
	var left []Cell // that belong to no table
	for _, c := range row.Cells {
		if l.options.SkipHidden && l.hides(int(c.Col)) {
			continue
		}
		switch owner := l.owner(row.Number, int(c.Col)); {
		case owner == l:
			mine = append(mine, c)
		case owner == nil && l.leads:
			left = append(left, c)
		}
	}
	p.cells = mine
	if len(left) > 0 {
		if err := p.aside(l, b, row.Number, left); err != nil {
			return err
		}
	}
	switch {
	case len(mine) == 0:
		return nil
	case row.Number >= l.from:
		return p.data(l, b, row, mine)
	case l.declared && row.Number == l.header:
		return p.header(l, b, row.Number, mine)
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
func (p *piece) aside(l *lane, b *converter.Batch, row int, cells []Cell) error {
	for len(cells) > 0 {
		kind, loss := l.kindOf(row, int(cells[0].Col))
		n := 1
		for n < len(cells) {
			if k, _ := l.kindOf(row, int(cells[n].Col)); k != kind {
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
		where := Range{row, int(cells[0].Col), row, int(cells[n-1].Col)}
		cells = cells[n:]
		if strings.TrimSpace(raw) == "" { // there is nothing to be seen
			continue
		}
		b.Reject(converter.Reject{Line: int64(row), Type: kind, Raw: raw, Aside: !loss,
			Message: fmt.Sprintf("%s of the sheet %q", where, l.sheet.Name)})
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
		above = above && row < l.area.Top
		below = below && row > l.area.Bottom
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
func (p *piece) text(cells []Cell, row int, l *lane) (string, error) {
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
		shown := c.spelled()
		if k := out.Kind(); date || k == converter.KindText {
			shown = scratch.Data[out.Off : int(out.Off)+out.Len()]
		}
		raw = append(raw, shown...)
		for link := range l.links.at(row) {
			if link.has(int(c.Col)) && !shows(shown, link.of) {
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
func (p *piece) header(l *lane, b *converter.Batch, row int, cells []Cell) error {
	for i := range cells {
		text, err := p.text(cells[i:i+1], row, l)
		if err != nil {
			return err
		}
		if !sameName(text, l.names[int(cells[i].Col)-l.first]) {
			raw, err := p.text(cells, row, l)
			b.Reject(converter.Reject{Line: int64(row), Type: asideHeader, Raw: raw, Aside: true,
				Message: fmt.Sprintf("%s of the sheet %q", Range{row, l.first, row, l.first + l.width - 1}, l.sheet.Name)})
			return err
		}
	}
	return nil
}

// data adds a row: its cells by the table's columns, the targets of their links, and then
// the cells beside the table.
func (p *piece) data(l *lane, b *converter.Batch, row *Row, cells []Cell) error {
	if len(l.merged.list) > 0 {
		cells = p.spread(l, row.Number, cells)
	}
	p.values.row = row.Number
	if l.named != nil {
		return p.wide(l, b, row, cells)
	}
	start := len(b.Cells)
	beside := 0
	for i := range cells {
		at := int(cells[i].Col) - l.first
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
	if len(l.links.list) > 0 || len(row.Links) > 0 {
		p.targets(l, row, func(at int) []byte {
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
			if at := int(cells[i].Col) - l.first; at >= 0 && at < l.width {
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
func (p *piece) spread(l *lane, row int, cells []Cell) []Cell {
	var filled []bool // columns of the table; nil until one is to be filled
	for m := range l.merged.at(row) {
		first := m.of
		if i, ok := slices.BinarySearchFunc(cells, int32(m.Left), func(c Cell, col int32) int { return int(c.Col - col) }); ok {
			first = &cells[i]
		}
		if first == nil {
			continue
		}
		if filled == nil {
			filled = make([]bool, l.width)
			for _, c := range cells {
				if at := int(c.Col) - l.first; at >= 0 && at < l.width {
					filled[at] = true
				}
			}
			cells = slices.Clone(cells)
		}
		c := *first
		for at := max(m.Left-l.first, 0); at <= min(m.Right-l.first, l.width-1); at++ {
			if !filled[at] {
				filled[at] = true
				c.Col = int32(at + l.first)
				cells = append(cells, c)
			}
		}
	}
	if filled != nil {
		slices.SortFunc(cells, func(a, b Cell) int { return int(a.Col - b.Col) })
	}
	return cells
}
