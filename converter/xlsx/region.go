package xlsx

import "math"

// A region is what of a sheet becomes one table: its header and its rows.
type region struct {
	layout
	area     cellRange // all of its cells; what lies outside of it, but within its rows, is no part of it
	name     string    // that the workbook gives it, if declared
	declared bool
	text     bool // all of it is text
	pairs    bool // it may be notes; see block.pairs
	totals   int  // number of the first row of totals, which are none of the data; 0: there are none
}

const maxRow = math.MaxInt32

// wholeSheet is the region of a sheet with one table, whose last row is not known.
func wholeSheet(l layout) region {
	return region{layout: l, area: cellRange{top: l.top, bottom: maxRow, right: maxColumns - 1}}
}

// bounds are the cells of the table itself, for people.
func (r *region) bounds() cellRange {
	return cellRange{r.area.top, r.first, r.area.bottom, r.first + max(r.width, 1) - 1}
}

func (c cellRange) overlaps(d cellRange) bool {
	return c.top <= d.bottom && d.top <= c.bottom && c.left <= d.right && d.left <= c.right
}

// An aside is cells that are in no table on purpose, or for want of knowing better, and
// what they are.
type aside struct {
	area cellRange
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
