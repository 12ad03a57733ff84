package sheets

import (
	"context"
	"errors"
	"slices"
)

// A block is rows of a sheet between blank ones.
type block struct {
	rows        []sampleRow // the first ones
	top, bottom int
	left, right int
	count       int // rows
	cells       int
	narrow      bool // no row has more than one cell
}

// An outline is what a sheet, or some of its columns, looks like from afar.
type outline struct {
	blocks []block
	used   []bool // columns, of rows with more than one cell
	merged []Range
	wide   int // rows with more than one cell
	cells  int // in the blocks' rows
}

// Bounds of an outline; a sheet beyond them is not looked at for several tables.
const (
	maxBlocks      = 2000
	maxOutlineCell = 200_000
	maxBlockRows   = sampleRows
)

// outline reads the sheet once more, from left to right, but for the cells of some tables.
// It returns nil if there is too much to tell.
func (s *sheetReader) outline(ctx context.Context, left, right int, but []region) (*outline, error) {
	o := &outline{used: make([]bool, MaxColumns)}
	var inRows []Range
	end, err := s.scan(ctx, func(row *Row) error {
		if row.Hidden && s.options.SkipHidden {
			return nil
		}
		inRows = append(inRows, row.Merged[:min(len(row.Merged), MaxMerged-len(inRows))]...)
		row.Cells = slices.DeleteFunc(row.Cells, func(c Cell) bool {
			col := int(c.Col)
			return col < left || col > right || slices.ContainsFunc(but, func(r region) bool { return r.area.covers(row.Number, col) })
		})
		if len(row.Cells) == 0 {
			return nil
		}
		return o.add(s, row)
	})
	if errors.Is(err, errEnough) {
		return nil, nil
	}
	for _, m := range append(inRows, end.Merged...) {
		if m.Left >= left && m.Right <= right && len(o.merged) < maxMerged {
			o.merged = append(o.merged, m)
		}
	}
	return o, err
}

func (o *outline) add(s *sheetReader, row *Row) error {
	n := len(o.blocks)
	first, last := int(row.Cells[0].Col), int(row.Cells[len(row.Cells)-1].Col)
	if n == 0 || row.Number > o.blocks[n-1].bottom+1 {
		if n == maxBlocks {
			return errEnough
		}
		o.blocks = append(o.blocks, block{top: row.Number, left: first, right: last, narrow: true})
		n++
	}
	b := &o.blocks[n-1]
	b.bottom = row.Number
	b.left, b.right = min(b.left, first), max(b.right, last)
	b.count++
	b.cells += len(row.Cells)
	if len(row.Cells) > 1 {
		o.wide++
		b.narrow = false
		for i := range row.Cells {
			o.used[row.Cells[i].Col] = true
		}
	}
	if len(b.rows) >= maxBlockRows {
		return nil
	}
	if o.cells += len(row.Cells); o.cells > maxOutlineCell {
		return errEnough
	}
	sample, err := s.sample(row)
	b.rows = append(b.rows, sample)
	return err
}

// groups returns the columns that are used, cut where one is blank.
func (o *outline) groups() []Range {
	var groups []Range
	for col, used := range o.used {
		switch n := len(groups); {
		case !used:
		case n > 0 && groups[n-1].Right == col-1:
			groups[n-1].Right = col
		default:
			groups = append(groups, Range{Left: col, Right: col})
		}
	}
	return groups
}

// look reads the whole sheet to see which tables there are besides those declared, and
// what else.
func (s *sheetReader) look(ctx context.Context, declared []region) ([]region, []aside, error) {
	o, err := s.outline(ctx, 0, MaxColumns-1, declared)
	if o == nil || err != nil {
		return declared, nil, err
	}
	if len(declared) > 0 {
		return o.besides(declared), nil, nil
	}
	if s.hints.header == 0 {
		if groups := o.groups(); len(groups) > 1 {
			if side, err := s.abreast(ctx, groups); len(side) > 0 || err != nil {
				return sortRegions(side), nil, err
			}
		}
		// If most is in none of them, they are details of something else.
		if found, asides := o.tables(0, MaxColumns-1, false); o.mostIn(found) {
			if len(found) > 1 {
				return found, asides, nil
			}
			regions, asides := s.one(o, &found[0])
			return regions, asides, nil
		}
	}
	regions, asides := s.one(o, nil)
	return regions, asides, nil
}

// mostIn reports whether most cells of rows with more than one are in the tables.
func (o *outline) mostIn(regions []region) bool {
	in, all := 0, 0
	for _, b := range o.blocks {
		if !b.narrow {
			all += b.cells
		}
		if slices.ContainsFunc(regions, func(r region) bool { return r.area.rows(b.bottom) }) {
			in += b.cells
		}
	}
	return 2*in > all
}

// besides returns the declared tables, and those that there certainly are besides them; if
// what is besides them is more than they are, it is a table, too.
func (o *outline) besides(declared []region) []region {
	found, _ := o.tables(0, MaxColumns-1, false)
	for i := range found {
		found[i].area = found[i].bounds()
	}
	found = slices.DeleteFunc(found, func(r region) bool {
		return slices.ContainsFunc(declared, func(d region) bool { return d.area.overlaps(r.area) })
	})
	if len(found) == 0 && o.wide > rowsIn(declared) {
		var rows []sampleRow
		for _, b := range o.blocks {
			rows = append(rows, b.rows[:min(len(b.rows), sampleRows-len(rows))]...)
		}
		r := wholeSheet(newLayout(rows, hints{merged: o.merged}))
		if r.width > 1 {
			return append(declared, r) // in this order, as it has no more than they leave
		}
	}
	return sortRegions(append(declared, found...))
}

// rowsIn returns how many rows the tables have, with their headers.
func rowsIn(regions []region) int {
	n := 0
	for _, r := range regions {
		n += r.area.Bottom - r.area.Top + 1
	}
	return n
}
