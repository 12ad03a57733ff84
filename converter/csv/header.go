package csv

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
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
// but one cell blank, where the table is wider; comments; and settings.
func preamble(rows []sampleRow, width int) int {
	if width < 2 {
		return 0
	}
	for i, r := range rows {
		filled := r.filled()
		if r.comment() && len(r.cells) != width {
			continue
		}
		if len(r.cells) > 1 && filled > 1 || filled == 1 && width == 2 && len(r.cells) == 2 {
			return i + settings(rows[i:], width)
		}
	}
	return 0
}

// settings returns how many rows are names with a value or two ("from;2024-01-01"), as
// exports have them before the table. They fill half of its width at most. A header may do
// so as well, where its columns are fewer than the cells: so either a gap divides them from
// the table, or they are several, and narrower than all the rest.
func settings(rows []sampleRow, width int) int {
	n, narrow := 0, true
	for ; n < len(rows) && rows[n].filled()*2 <= width; n++ {
		narrow = narrow && len(rows[n].cells) < width
	}
	if n == 0 || n == len(rows) || len(rows[n].cells) != width || rows[n].filled()*4 < width*3 {
		return 0
	}
	if gap(rows[n-1], rows[n]) {
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

// gap reports whether a row is blank, or a blank line stands between it and the next.
func gap(r, next sampleRow) bool {
	lines := 1
	for _, c := range r.cells {
		lines += strings.Count(c, "\n")
	}
	return r.filled() == 0 || next.line-r.line > lines
}

// hasHeader reports whether the first row has the names of the columns: not if it has
// numbers or dates where the rows below have them too.
func hasHeader(rows []sampleRow) (bool, string) {
	if len(rows) < 2 {
		if len(rows) == 1 && numbers(rows[0].cells) {
			return false, "the only row is of numbers"
		}
		return true, "the first row is taken for it"
	}
	names, values := 0, 0
	counts := counting(rows)
	for i, name := range rows[0].cells {
		of := shapeBelow(rows, i)
		if of == "" {
			continue
		}
		switch shaped := shape(name); {
		case shaped == "":
			if strings.TrimSpace(name) != "" {
				names++
			}
		case shaped != of, counts:
			names++
		case shaped == "number" && year(name):
			// A column may well be called 2019.
		default:
			values++
		}
	}
	switch {
	case values > names:
		return false, "the first row has numbers or dates where the others have them"
	case counts:
		return true, "the first row counts the columns"
	case names > 0:
		return true, "text above numbers or dates"
	}
	return true, "the first row is taken for it"
}

// shapeBelow returns what nearly all cells of a column look like, but for the first row's.
func shapeBelow(rows []sampleRow, column int) string {
	filled := 0
	shapes := map[string]int{}
	for _, r := range rows[1:] {
		if column < len(r.cells) && strings.TrimSpace(r.cells[column]) != "" {
			filled++
			shapes[shape(r.cells[column])]++
		}
	}
	if shapes[""]*10 > filled || filled == 0 {
		return ""
	}
	if shapes["date"] > shapes["number"] {
		return "date"
	}
	return "number"
}

// counting reports whether the first row numbers the columns, as in ",0,1,2": behind a
// blank cell above cells that are not, or above decimals.
func counting(rows []sampleRow) bool {
	var last int64
	counted, decimals := 0, 0
	for i, name := range rows[0].cells {
		n, ok := converter.ParseInt([]byte(strings.TrimSpace(name)))
		switch {
		case !ok && counted == 0:
			continue
		case !ok, counted == 0 && n > 1, counted > 0 && n != last+1:
			return false
		}
		last = n
		counted++
		if i < len(rows[1].cells) && strings.Contains(rows[1].cells[i], ".") {
			decimals++
		}
	}
	corner := rows[0].cells[0] == "" && rows[1].cells[0] != ""
	return counted > 2 && (corner || decimals*2 > counted)
}

func numbers(cells []string) bool {
	for _, c := range cells {
		if shape(c) == "" {
			return false
		}
	}
	return true
}

func year(s string) bool { return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") }

// shape returns "number", "date" (or time, or a range, as 2020/21), or "" for anything else.
func shape(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case strings.IndexByte("+-.,:/ TZ%$", c) < 0 && (c|0x20 != 'e' || digits == 0):
			return ""
		}
	}
	if digits*2 < len(s) {
		return ""
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; c == ':' || c == '/' || c == '-' && s[i-1]|0x20 != 'e' {
			return "date"
		}
	}
	return "number"
}
