package csv

import (
	"strconv"
	"strings"
)

// undivided reports whether the rows are one column all the same: the first is one cell,
// and what seems to divide the others stands in their text, as in addresses, names, lists
// and decimal commas.
func (s sniffed) undivided() bool {
	rows := s.rows[len(s.rows)-s.body:]
	if len(rows) < 2 || len(rows[0].cells) != 1 || strings.HasPrefix(rows[0].cells[0], "#") || rows[1].apart || strings.Trim(s.delimiter, ",;|") != "" {
		return false
	}
	rest := rows[1:]
	below := proof(rest) // the header is below, and this a title
	switch {
	case s.prose(rest):
		return !below
	case s.width > 2 || below:
		return false
	}
	// Two cells below one: R's names of rows, and numbers; or one column.
	return s.delimiter == "," && commas(rest) || !rowNames(rows) || shapeBelow(rest) == textual
}

// prose reports whether each delimiter is followed by a blank, as in a sentence.
func (s sniffed) prose(rows []sampleRow) bool {
	for _, r := range rows {
		for _, c := range r.cells[1:] {
			if c != "" && !strings.HasPrefix(c, " ") {
				return false
			}
		}
	}
	return true
}

// shapeBelow is what the second cells look like.
func shapeBelow(rows []sampleRow) shape { return below(append([]sampleRow{{}}, rows...), 1) }

// commas reports whether the cells are the two halves of decimal numbers, rather than
// numbers behind a count of the rows.
func commas(rows []sampleRow) bool {
	counted, even := true, true
	for i, r := range rows {
		if len(r.cells) > 2 {
			return false
		}
		for j, c := range r.cells {
			digits := strings.TrimSpace(c)
			if j == 0 {
				digits = strings.TrimPrefix(digits, "-")
			}
			if digits == "" || strings.Trim(digits, "0123456789") != "" {
				return false
			}
		}
		n, err := strconv.Atoi(r.cells[0])
		counted = counted && err == nil && n == i+1
		even = even && len(r.cells) == 2 && len(r.cells[1]) == 2
	}
	return !counted || even && len(rows) < 3
}
