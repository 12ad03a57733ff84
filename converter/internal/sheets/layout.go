package sheets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/headerrows"
)

// A layout says where in a sheet its table is.
type layout struct {
	first, width int      // the table's columns in the sheet, 0-based
	names        []string // of the columns; blank ones get a name from the Writer
	header       int      // number of the row with the names; 0 if there is none
	why          string
	start        int // index of the first row of data in the sample
	top, from    int // numbers of the first row that is part of the table, and of the first row of data
}

// A sampleRow is one of a sheet's first rows that hold something.
type sampleRow struct {
	number int
	cells  []sampleCell
	links  []CellLink // that stand in the cells
}

type sampleCell struct {
	col  int
	text string
	kind sampleKind
	num  float64 // of a number
}

type sampleKind uint8

// blank reports whether nothing is to be seen: a text of white space, which is what programs that
// write reports have in cells that they leave empty, and formulas that give "".
func (c sampleCell) blank() bool { return c.kind == sampleText && strings.TrimSpace(c.text) == "" }

const (
	sampleText sampleKind = iota
	sampleNumber
	sampleDate
	sampleOther // an error, a formula without a result
)

// hints are what the workbook or its reader says about a sheet.
type hints struct {
	header int    // row number of the names; 0 is unknown, negative is that there are none
	rows   []int  // numbers of all rows with names, if these are several
	join   string // between their names
	why    string
	merged []Range // cells that are shown as one, near the header
}

// newLayout finds the table in a sheet's first rows.
func newLayout(rows []sampleRow, h hints) layout {
	var l layout
	at := -1
	switch {
	case h.header > 0:
		at = slices.IndexFunc(rows, func(r sampleRow) bool { return r.number >= h.header })
		l.header, l.why = h.header, h.why
		if at >= 0 && rows[at].number > h.header { // a blank row is to be the header
			l.start = at
			at = -1
		} else if at < 0 {
			l.start = len(rows)
		}
	case h.header < 0:
		l.why = h.why
	default:
		at, l.start, l.why = findHeader(rows, h.merged)
		if at >= 0 {
			l.header = rows[at].number
		}
	}
	if at >= 0 {
		l.start = at + 1
	}
	l.measure(rows, at)
	l.names = make([]string, l.width)
	if at >= 0 {
		if len(h.rows) > 0 {
			l.top, l.from = l.nameBy(rows, h), l.header+1
			return l
		}
		if h.header > 0 {
			h.merged = nil // the row that was named, and none but it
		}
		l.top, l.from = rows[l.name(rows, at, h.merged)].number, l.header+1
		return l
	}
	l.from = l.header + 1
	if l.header == 0 && l.start < len(rows) {
		l.from = rows[l.start].number
	}
	l.top = l.from
	return l
}

// findHeader returns the index of the row with the names, or -1 and where the data starts.
//
// The rows of a table are about as wide as each other, titles and notes above it are
// narrower: what is as wide as the median row belongs to the table, and the first such row
// is the header if nothing in it is a value. A row that is narrower, but more than half as
// wide, is the header only if no wider one has text over columns of numbers and dates.
func findHeader(rows []sampleRow, merged []Range) (at, start int, why string) {
	if len(rows) == 0 {
		return -1, 0, "no rows"
	}
	widths := make([]int, len(rows))
	for i, r := range rows {
		widths[i] = r.filled(merged)
	}
	sorted := slices.DeleteFunc(slices.Sorted(slices.Values(widths)), func(n int) bool { return n == 0 })
	if len(sorted) == 0 {
		return -1, 0, "no row shows anything"
	}
	median := sorted[len(sorted)/2]
	full := slices.IndexFunc(widths, func(n int) bool { return n >= median })
	wide := slices.IndexFunc(widths, func(n int) bool { return 2*n > median })
	if full != wide && rows[full].isHeader() && overValues(rows[full], rows[full+1:]) {
		return full, 0, "the first row of text as wide as the table, over columns of values"
	}
	for next := wide + 1; next < len(rows) && rows[wide].spans(merged) && rows[next].isHeader() &&
		overValues(rows[next], rows[next+1:]); next++ {
		wide = next // the one above groups the names
	}
	if rows[wide].isHeader() {
		return wide, 0, "the first row as wide as the table, and all of it is text"
	}
	for start < wide && rows[start].allText() {
		start++
	}
	return -1, start, fmt.Sprintf("row %d, the first as wide as the table, holds values", rows[wide].number)
}

// spans reports whether the row has a cell that is merged with the next one.
func (r sampleRow) spans(merged []Range) bool {
	return slices.ContainsFunc(merged, func(m Range) bool {
		return m.Top == r.number && m.Right > m.Left && r.at(m.Left) != nil
	})
}

// filled counts the cells of the row that show something, merged ones as often as they are wide.
// One alone is a title.
func (r sampleRow) filled(merged []Range) int {
	n := 0
	for _, c := range r.cells {
		if !c.blank() {
			n++
		}
	}
	if n <= 1 {
		return n
	}
	for _, m := range merged {
		if m.Top == r.number && r.shows(m.Left) {
			for col := m.Left + 1; col <= m.Right; col++ {
				if !r.shows(col) {
					n++
				}
			}
		}
	}
	return n
}

// shows reports whether there is something to be seen in a column of the row.
func (r sampleRow) shows(col int) bool {
	c := r.at(col)
	return c != nil && !c.blank()
}

// at returns the row's cell in a column, or nil.
func (r sampleRow) at(col int) *sampleCell {
	i, ok := slices.BinarySearchFunc(r.cells, col, func(c sampleCell, col int) int { return c.col - col })
	if !ok {
		return nil
	}
	return &r.cells[i]
}

func (r sampleRow) allText() bool {
	return !slices.ContainsFunc(r.cells, func(c sampleCell) bool { return c.kind != sampleText })
}

// isHeader reports whether the row can be one of names: texts, some of them at least, and
// after the first of them at most a series: of years, of three numbers or more that differ
// by as much each time, or of dates.
func (r sampleRow) isHeader() bool {
	var series []sampleCell
	for _, c := range r.cells {
		if c.kind != sampleText {
			series = append(series, c)
		}
	}
	n := len(series)
	if n == 0 {
		return true
	}
	if n == 1 || r.cells[0].kind != sampleText {
		return false
	}
	step := series[1].num - series[0].num
	for i, c := range series {
		switch {
		case c.kind != series[0].kind || c.kind == sampleOther:
			return false
		case c.kind == sampleDate:
			if i > 0 && c.text <= series[i-1].text {
				return false
			}
		case i > 0 && (step == 0 || c.num-series[i-1].num != step):
			return false
		case n == 2 && (c.num != math.Trunc(c.num) || c.num < 1900 || c.num > 2100):
			return false
		}
	}
	return true
}

// overValues reports whether some column of the row's texts holds mostly values below.
func overValues(r sampleRow, below []sampleRow) bool {
	for _, c := range r.cells {
		if c.kind != sampleText {
			continue
		}
		texts, values := 0, 0
		for _, b := range below {
			switch under := b.at(c.col); {
			case under == nil || under.blank():
			case under.kind == sampleText:
				texts++
			default:
				values++
			}
		}
		if values > texts {
			return true
		}
	}
	return false
}

// measure finds the table's columns: those with a name, and those that half of the rows
// use; without names all that are used.
func (l *layout) measure(rows []sampleRow, header int) {
	used := map[int]int{}
	data := rows[l.start:]
	for _, r := range data {
		for _, c := range r.cells {
			used[c.col]++
		}
	}
	need := 1
	if header >= 0 {
		need = (len(data) + 1) / 2
		for _, c := range rows[header].cells {
			used[c.col] = need
		}
	}
	first, last := MaxColumns, -1
	for col, n := range used {
		if n >= need {
			first, last = min(first, col), max(last, col)
		}
	}
	if last >= 0 {
		l.first, l.width = first, last-first+1
	}
}

// name names the columns after the row at. A merged cell names all columns that it spans,
// and rows of merged cells above the names, which group them, come before. It returns the
// index of the first row used.
func (l *layout) name(rows []sampleRow, at int, merged []Range) int {
	top := at
	for top > 0 && rows[top-1].number == rows[top].number-1 && l.groups(rows[top-1], merged) {
		top--
	}
	for i := range l.names {
		var name headerrows.Name
		for _, r := range rows[top : at+1] {
			name.Add(headerText(rows, r, l.first+i, merged))
		}
		l.names[i] = name.Join("")
	}
	return top
}

// nameBy names the columns after the rows that were named, and returns the number of the
// first.
func (l *layout) nameBy(rows []sampleRow, h hints) int {
	top := l.header
	for i := range l.names {
		var name headerrows.Name
		for _, r := range rows {
			if slices.Contains(h.rows, r.number) {
				top = min(top, r.number)
				name.Add(headerText(rows, r, l.first+i, h.merged))
			}
		}
		l.names[i] = name.Join(h.join)
	}
	return top
}

// groups reports whether the row groups the names below it: all of its cells that show something are
// merged with others, to the right or down, and none with all columns.
func (l *layout) groups(r sampleRow, merged []Range) bool {
	some := false
	for _, c := range r.cells {
		if c.blank() {
			continue
		}
		if !slices.ContainsFunc(merged, func(m Range) bool {
			return m.Top == r.number && m.Left == c.col && (m.Right > m.Left || m.Bottom > m.Top) && m.Right-m.Left+1 < l.width
		}) {
			return false
		}
		some = true
	}
	return some
}

// headerText returns the text that is shown in a column of the row.
func headerText(rows []sampleRow, r sampleRow, col int, merged []Range) string {
	for _, m := range merged {
		if m.Left <= col && col <= m.Right && m.Top <= r.number && r.number <= m.Bottom {
			for _, top := range rows {
				if top.number == m.Top {
					r, col = top, m.Left
				}
			}
			break
		}
	}
	if c := r.at(col); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}
