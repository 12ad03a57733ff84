package csv

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// comments returns how many rows at the beginning are marked as comments, unless all are.
func comments(rows []sampleRow) int {
	for i, r := range rows {
		if !r.comment() {
			return i
		}
	}
	return 0
}

// comment reports whether a row is marked as one, unlike "#id,name".
func (r sampleRow) comment() bool {
	rest, ok := strings.CutPrefix(r.cells[0], "#")
	first, _ := utf8.DecodeRuneInString(rest)
	return ok && !unicode.IsLetter(first) && !unicode.IsDigit(first)
}

// filled returns how many cells are not blank.
func (r sampleRow) filled() int {
	n := 0
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// preamble returns how many rows stand before the table: titles of one cell, or with all
// but one cell blank, where the table is wider; comments; and settings. A row that
// fewer columns would read as the header is none, nor is one that looks like data.
func preamble(rows []sampleRow, width int) int {
	if width < 2 {
		return 0
	}
	n := 0
	for n < len(rows) && rows[n].title(width) {
		n++
	}
	switch {
	case n == len(rows):
		return 0
	case n == 0 || rows[n].apart || comments(rows) >= n:
	case len(rows[n-1].cells) == 1 && width == 2 && rowNames(rows[n-1:]) && !proof(block(rows[n:])):
		return n - 1 // names of rows, and one column
	case len(rows[n-1].cells) > 1 && !proof(block(rows[n:])):
		return 0 // rows of few cells, and one of more
	}
	return n + settings(rows[n:], width)
}

// proof reports whether the first row is a header by what stands below it.
func proof(rows []sampleRow) bool {
	h := headingOf(rows)
	return h.named && h.proof && !h.doubt
}

// block returns the rows before the first gap, or all if that is right behind the first.
func block(rows []sampleRow) []sampleRow {
	for i, r := range rows {
		if i > 1 && (r.apart || r.filled() == 0) {
			return rows[:i]
		}
	}
	return rows
}

// title reports whether a row is no row of a table of that width, but a title, a comment
// or blank.
func (r sampleRow) title(width int) bool {
	if r.comment() && len(r.cells) != width {
		return true
	}
	switch filled := r.filled(); {
	case len(r.cells) == 1 || filled == 0:
		return true
	case filled == 1:
		return width > 2 || len(r.cells) > 2 && strings.TrimSpace(r.cells[0]) != ""
	}
	return false
}

// settings returns how many rows are names with a value or two ("from;2024-01-01"), as
// exports have them before the table. They fill half of its width at most. A header may do
// so as well, where its columns are fewer than the cells: so either a gap divides them from
// the table, or they are several, and narrower than all the rest. A setting has a name: it
// does not begin with a number or a date.
func settings(rows []sampleRow, width int) int {
	n, narrow := 0, true
	for ; n < len(rows) && (rows[n].filled()*2 <= width || rows[n].prose(width)) && shapeOf(rows[n].cells[0]) == textual; n++ {
		narrow = narrow && len(rows[n].cells) < width
	}
	if n == 0 || n == len(rows) || len(rows[n].cells) != width || rows[n].filled()*4 < width*3 {
		return 0
	}
	block := 1
	for block < n && !rows[block].apart && rows[block].filled() > 0 {
		block++
	}
	switch {
	case block > 2 && ofNumbers(rows[:block]):
		return 0 // a table of its own
	case rows[n].apart:
		return n
	}
	same := 0
	for _, r := range rows[n:] {
		if len(r.cells) == width {
			same++
		}
	}
	if narrow && n > 1 && same*4 >= (len(rows)-n)*3 {
		return n
	}
	return 0
}

// ofNumbers reports whether the first row names columns of numbers, unlike "Account:;X1".
func ofNumbers(rows []sampleRow) bool {
	for i, c := range rows[0].cells {
		if strings.HasSuffix(strings.TrimSpace(c), ":") {
			return false
		}
		if shapeOf(c) == textual && below(rows, i) == numeric && proof(rows) {
			return true
		}
	}
	return false
}

// prose reports whether a row of fewer cells than the table has is a line of text with
// commas in it: each stands before a blank, as in "Prepared by Ann, Bob".
func (r sampleRow) prose(width int) bool {
	return len(r.cells) < width && !slices.ContainsFunc(r.cells[1:], func(c string) bool { return !strings.HasPrefix(c, " ") })
}

// certain reports whether the first n rows are a preamble beyond doubt: each is a comment,
// or a gap divides them from the table, or its header is one by what stands below.
func certain(rows []sampleRow, n int) bool {
	return rows[n].apart || comments(rows) >= n || proof(block(rows[n:]))
}
