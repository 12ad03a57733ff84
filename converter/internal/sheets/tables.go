package sheets

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// tables returns the tables that blank rows divide, from top to bottom, and what may be
// tables, too. At least one of them is certain, or there are none, unless that is known.
func (o *outline) tables(left, right int, certain bool) ([]region, []aside) {
	var regions []region
	var asides []aside
	titled := false // the block before is a note
	widest := -1    // column of the blocks before
	for i := range o.blocks {
		b := &o.blocks[i]
		var before *region
		if n := len(regions); n > 0 {
			before = &regions[n-1]
		}
		l, ok := b.table(o.merged)
		full := !ok && b.full(&l)
		again := ok && before != nil && before.repeats(&l)
		switch {
		case again && !titled && l.top == b.top:
			asides = append(asides, aside{area: Range{l.top, left, l.header, right}, kind: asideRepeat})
			before.area.Bottom = b.bottom
		case ok, full && before == nil, full && before.text && l.width > before.width:
			certain = certain || again || ok && !b.pairs(&l) || full && widest >= 0 && b.right > widest
			regions = append(regions, region{layout: l, area: Range{l.top, left, b.bottom, right}, text: full, pairs: b.pairs(&l)})
		case b.narrow || before == nil:
		case b.left >= before.first && b.right < before.first+before.width:
			before.area.Bottom = b.bottom // more of its rows
		default:
			asides = append(asides, aside{area: Range{b.top, left, b.bottom, right}, kind: asideUnclear, loss: true})
		}
		if titled = b.narrow; !b.narrow {
			widest = max(widest, b.right)
		}
	}
	if !certain {
		return nil, nil
	}
	kept := regions[:0]
	for i, r := range regions {
		if r.pairs && i+1 < len(regions) && regions[i+1].width > 2 {
			continue // what is known of the table below
		}
		kept = append(kept, r)
	}
	return kept, asides
}

// full reports whether the block is a table of text, all of whose rows are filled: a few
// rows of two columns may be notes.
func (b *block) full(l *layout) bool {
	if l.header == 0 || l.width < 2 || l.top != b.top || len(b.rows) < 3 || b.pairs(l) {
		return false
	}
	return !slices.ContainsFunc(b.rows, func(r sampleRow) bool { return len(r.cells) != l.width })
}

// pairs reports whether the block may be notes such as "Author: Jane" and "Date: 2024-05-01":
// it has two columns, names in the first and, unless there are a few rows that hold the same
// kind of value, anything in the second.
func (b *block) pairs(l *layout) bool {
	const few = 3
	data := b.rows
	for len(data) > 0 && data[0].number < l.from {
		data = data[1:]
	}
	if l.width != 2 || columnOf(data, l.first, sampleNumber, sampleDate) {
		return false
	}
	return len(data) < few || !columnOf(data, l.first+1, sampleNumber) && !columnOf(data, l.first+1, sampleDate)
}

// table returns the layout of the table that the block is in all likelihood: one whose first
// row, but for titles, has a name for each column, and no values where there are some below.
func (b *block) table(merged []Range) (layout, bool) {
	l := newLayout(b.rows, hints{merged: merged})
	at := slices.IndexFunc(b.rows, func(r sampleRow) bool { return r.number == l.header })
	if l.header == 0 || l.width < 2 || at < 0 || at+1 >= len(b.rows) {
		return l, false
	}
	for _, r := range b.rows[:at] {
		if r.number < l.top && len(r.cells) > 1 {
			return l, false
		}
	}
	seen := make(map[string]bool)
	blank := 0
	for _, name := range l.names {
		if name = strings.ToLower(name); name == "" {
			blank++
		} else if seen[name] {
			return l, false
		}
		seen[name] = true
	}
	data := b.rows[at+1:]
	if blank > 1 || blank == 1 && l.width == 2 || !overValues(b.rows[at], data) || b.pairs(&l) && len(data) < 2 {
		return l, false
	}
	return l, b.left >= l.first && b.right < l.first+l.width
}

// columnOf reports whether all cells of a column are of one of these kinds.
func columnOf(rows []sampleRow, col int, kinds ...sampleKind) bool {
	for _, r := range rows {
		if c := r.at(col); c != nil && !slices.Contains(kinds, c.kind) {
			return false
		}
	}
	return true
}

// one returns the sheet's only table, the one that is certain if there is any: it ends above notes of one cell each that come after
// a blank row, and rows that have nothing to do with it are left out.
func (s *sheetReader) one(o *outline, certain *region) ([]region, []aside) {
	var r region
	if len(s.lanes) > 0 { // it was read already
		r = wholeSheet(s.lanes[0].layout)
	} else {
		h := s.hints
		h.merged = s.near(o.merged)
		r = wholeSheet(newLayout(s.sampled, h))
	}
	if certain != nil && certain.header != r.header {
		r = wholeSheet(certain.layout)
	}
	var asides []aside
	end, notes := len(o.blocks), 0
	if r.notesBelow(o) {
		for end > 1 && o.blocks[end-1].isNote() && o.blocks[end-1].top > r.from {
			end--
			notes += o.blocks[end].count
		}
	}
	if notes > minNotes+o.wide { // it is all but a text
		end = len(o.blocks)
	}
	if end < len(o.blocks) && o.blocks[end-1].bottom >= r.from {
		r.area.Bottom = o.blocks[end-1].bottom
	}
	for _, b := range o.blocks[:end] {
		if b.top <= r.from || b.narrow || b.count == 1 {
			continue
		}
		if l, ok := b.table(o.merged); ok && l.top == b.top && r.repeats(&l) {
			asides = append(asides, aside{area: Range{l.top, 0, l.header, MaxColumns - 1}, kind: asideRepeat})
		} else if r.isStrange(&b) {
			asides = append(asides, aside{area: Range{b.top, 0, b.bottom, MaxColumns - 1}, kind: asideUnclear, loss: true})
		}
	}
	return []region{r}, asides
}

// minNotes is how many lines there may be below any table.
const minNotes = 5

// repeats reports whether the names of the table are those of another layout.
func (r *region) repeats(l *layout) bool {
	return l.first == r.first && slices.EqualFunc(l.names, r.names, sameName)
}

// isStrange reports whether no row of the block can be one of the table's: each has cells
// in other columns, at least half of all.
func (r *region) isStrange(b *block) bool {
	inside, outside := 0, 0
	for _, row := range b.rows {
		before := outside
		for _, c := range row.cells {
			if c.col < r.first || c.col >= r.first+r.width {
				outside++
			} else {
				inside++
			}
		}
		if outside == before {
			return false
		}
	}
	return outside >= inside
}

// isNote reports whether the block is lines of text.
func (b *block) isNote() bool {
	return b.narrow && b.count == len(b.rows) && !slices.ContainsFunc(b.rows, func(r sampleRow) bool { return r.cells[0].kind != sampleText })
}

// notesBelow reports whether a row of one cell can't be one of the table's: it has three
// columns, or two and both of them filled in each row of its first block.
func (r *region) notesBelow(o *outline) bool {
	if r.width != 2 {
		return r.width > 2
	}
	for _, b := range o.blocks {
		for _, row := range b.rows {
			if row.number >= r.from && len(row.cells) < 2 {
				return false
			}
		}
		if b.bottom > r.from {
			break
		}
	}
	return true
}

// abreast returns the tables that blank columns divide, if it is certain that they are
// several: they begin in different rows, or one has more than twice the rows of another,
// and each has a column of text or a name for its rows.
func (s *sheetReader) abreast(ctx context.Context, groups []Range) ([]region, error) {
	if len(groups) > MaxTables {
		return nil, nil
	}
	if slices.ContainsFunc(groups, func(g Range) bool { return g.Left == g.Right }) {
		return nil, nil
	}
	var all []region
	for i, g := range groups {
		left, right := g.Left, MaxColumns-1
		if i == 0 {
			left = 0
		}
		if i+1 < len(groups) {
			right = groups[i+1].Left - 1
		}
		o, err := s.outline(ctx, left, right, nil)
		if o == nil || err != nil {
			return nil, err
		}
		if found, _ := o.tables(left, right, true); len(found) > 0 && !slices.ContainsFunc(found, func(r region) bool { return !r.dense(o) }) {
			all = append(all, found...)
			continue
		}
		return nil, nil
	}
	for i, r := range all {
		for _, q := range all[:i] {
			if q.area.Top == r.area.Top && q.area.Left != r.area.Left && !unlike(q.area, r.area) {
				return nil, nil
			}
		}
	}
	return all, nil
}

// unlike reports whether one range has more than twice the rows of the other.
func unlike(a, b Range) bool {
	n, m := a.Bottom-a.Top, b.Bottom-b.Top
	return n > 2*m || m > 2*n
}

// dense reports whether the table has no blank rows, and in most rows a cell in its first
// column, which is of text.
func (r *region) dense(o *outline) bool {
	for _, b := range o.blocks {
		if b.top != r.area.Top && !(b.top < r.area.Top && b.bottom >= r.area.Top) {
			continue
		}
		var named, texts int
		for _, row := range b.rows {
			if row.number < r.from {
				continue
			}
			for _, c := range row.cells {
				if c.kind == sampleText {
					texts++
					break
				}
			}
			if row.at(r.first) != nil {
				named++
			}
		}
		rows := len(b.rows)
		return r.area.Bottom == b.bottom && 2*named >= rows-1 && 2*texts >= rows-1
	}
	return false
}

func sortRegions(regions []region) []region {
	slices.SortStableFunc(regions, func(a, b region) int {
		return cmp.Or(cmp.Compare(a.area.Top, b.area.Top), cmp.Compare(a.area.Left, b.area.Left))
	})
	return regions
}

// sameName compares names of columns.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
