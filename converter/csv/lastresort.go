package csv

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// lastResort looks for what seldom divides cells, and often stands in them: a colon, and
// blanks. All rows have to agree, and more than their number of cells has to speak for it.
func (d *dialect) lastResort(head []byte, whole bool) (sniffed, bool) {
	if s := d.several(d.try(head, whole, ":"), head, whole); s.agreed() && (s.delimiter != ":" || !s.colonInText()) {
		s.why = "every row has as many cells"
		if s.delimiter == ":" {
			s.doubt = "that colons divide cells is a guess"
		}
		return s, true
	}
	for _, delimiter := range []string{Blanks, WideGaps} {
		s := d.try(head, whole, delimiter)
		if len(s.rows) > 1 && s.width > 2 && s.same == len(s.rows)-1 && s.faults == 0 && rowNames(s.rows) && s.shaped(1) {
			s.why, s.doubt = "every row has one cell more than the first, as R writes them", "that blanks divide cells is a guess"
			return s, true
		}
		if s.agreed() && len(s.rows) > 2 && (s.aligned(head, &d.lineEnds) || delimiter == WideGaps || s.width > 2 && s.shaped(0)) {
			s.why, s.doubt = "cells begin or end below each other", "that blanks divide cells is a guess"
			return s, true
		}
	}
	if s := d.try(head, whole, Columns); s.width > 1 && s.same*10 >= len(s.rows)*9 {
		s.why, s.doubt = "all lines have blanks below each other", "that blanks divide cells is a guess"
		return s, true
	}
	return sniffed{}, false
}

// agreed reports whether all rows, the first too, have the same number of cells.
func (s sniffed) agreed() bool {
	return s.width > 1 && s.same == len(s.rows) && len(s.rows) > 1 && s.faults == 0
}

// colonInText reports whether colons stand in times, addresses, and behind words as here:
// not in a delimiter's place.
func (s sniffed) colonInText() bool {
	for _, r := range s.rows {
		for _, c := range r.cells[1:] {
			if strings.HasPrefix(c, " ") || strings.HasPrefix(c, "//") {
				return true
			}
		}
	}
	return clock(s.rows)
}

// clock reports whether the pieces between colons are times of day.
func clock(rows []sampleRow) bool {
	for _, r := range rows[len(rows)/2:] {
		for i, c := range r.cells {
			if i > 0 && (len(c) < 2 || c[0] < '0' || c[0] > '5' || c[1] < '0' || c[1] > '9') {
				return false
			}
		}
	}
	return true
}

// aligned reports whether the cells of each column begin, or end, below each other in the
// sample, because blanks were added.
func (s sniffed) aligned(head []byte, e *lineEnds) bool {
	begins, ends := make([][]int, len(s.rows)), make([][]int, len(s.rows))
	padded := 0
	for i, r := range s.rows {
		from := bytes.LastIndexAny(head[:r.at], "\r\n") + 1
		line := string(e.trim(e.first(head[from:], 1)))
		if strings.Contains(strings.TrimSpace(line), "  ") {
			padded++
		}
		at := 0
		for _, c := range r.cells {
			at += max(strings.Index(line[at:], c), 0)
			begins[i] = append(begins[i], utf8.RuneCountInString(line[:at]))
			at += len(c)
			ends[i] = append(ends[i], utf8.RuneCountInString(line[:at]))
		}
	}
	for column := range s.width {
		left, right := true, true
		for i := range s.rows {
			left = left && begins[i][column] == begins[0][column]
			right = right && ends[i][column] == ends[0][column]
		}
		if !left && !right {
			return false
		}
	}
	return padded*3 > len(s.rows)
}

// shaped reports whether at least two columns have numbers or dates below a name; the names
// may begin with the second column.
func (s sniffed) shaped(from int) bool {
	n := 0
	for i, c := range s.rows[0].cells {
		if shapeOf(c) == textual && below(s.rows, i+from) != textual {
			n++
		}
	}
	return n > 1
}
