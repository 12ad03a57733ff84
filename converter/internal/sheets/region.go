package sheets

import "math"

// A region is what of a sheet becomes one table: its header and its rows.
type region struct {
	layout
	area     Range  // all of its cells; what lies outside of it, but within its rows, is no part of it
	name     string // that the workbook gives it, if declared
	declared bool
	text     bool // all of it is text
	pairs    bool // it may be notes; see block.pairs
	totals   int  // number of the first row of totals, which are none of the data; 0: there are none
}

const maxRow = math.MaxInt32

// wholeSheet is the region of a sheet with one table, whose last row is not known.
func wholeSheet(l layout) region {
	return region{layout: l, area: Range{Top: l.top, Bottom: maxRow, Right: MaxColumns - 1}}
}

// bounds are the cells of the table itself, for people.
func (r *region) bounds() Range {
	return Range{r.area.Top, r.first, r.area.Bottom, r.first + max(r.width, 1) - 1}
}

func (c Range) overlaps(d Range) bool {
	return c.Top <= d.Bottom && d.Top <= c.Bottom && c.Left <= d.Right && d.Left <= c.Right
}

// An aside is cells that are in no table on purpose, or for want of knowing better, and
// what they are.
type aside struct {
	area Range
	kind string
	loss bool // they may well be rows of something
}

// Kinds of what is left out of the tables.
const (
	asideAbove   = "above the table"
	asideBelow   = "below the table"
	asideBeside  = "outside of the tables"
	asideTotals  = "totals row"
	asideRepeat  = "repeated header"
	asideHeader  = "header unlike the declared one"
	asideUnclear = "perhaps another table"
)
