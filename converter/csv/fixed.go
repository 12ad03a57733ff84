package csv

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// findColumns returns where columns begin that are divided by blanks alone, as in a printed
// table, in characters: where all lines of a text have something behind a blank that all of
// them have. The first line has to have a name for each. It returns nil if there are none.
func (e *lineEnds) findColumns(text []byte, whole bool) []int {
	var used []bool // by any line
	var first string
	lines, padded := 0, 0
	for at := 0; at < len(text) && lines < sampleRows; {
		end := e.next(text, at)
		if end < 0 && !whole {
			break
		}
		if end < 0 {
			end = len(text)
		}
		line := string(e.trim(text[at:end]))
		if at = end; strings.TrimSpace(line) == "" {
			continue
		}
		if strings.Contains(line, "\t") {
			return nil
		}
		if lines++; lines == 1 {
			first = line
		}
		if strings.Contains(strings.TrimSpace(line), "  ") {
			padded++
		}
		place := 0
		for _, c := range line {
			if place == len(used) {
				used = append(used, false)
			}
			used[place] = used[place] || c != ' '
			place++
		}
	}
	if lines < 3 || padded*2 < lines {
		return nil
	}
	var columns []int
	for i := 1; i < len(used); i++ {
		if used[i] && !used[i-1] {
			columns = append(columns, i)
		}
	}
	names := []rune(first)
	for i, from := range columns {
		to := len(names)
		if i+1 < len(columns) {
			to = min(to, columns[i+1])
		}
		if from >= to || strings.TrimSpace(string(names[from:to])) == "" {
			return nil
		}
	}
	return columns
}

// respellColumns is respell for columns that begin at fixed places.
func (d *dialect) respellColumns(out, text []byte, size int) ([]byte, int) {
	before := len(out)
	for at := 0; at < len(text); {
		end := d.next(text, at)
		if end < 0 {
			end = len(text)
		}
		line := d.trim(text[at:end])
		if len(out)-before >= size {
			return out, at
		}
		out = d.appendColumns(out, line)
		if len(out)-before >= size {
			return out, at + len(line)
		}
		out = append(out, text[at+len(line):end]...)
		at = end
	}
	return out, len(text)
}

// appendColumns appends the cells of a line. Text that stands across the place where a column
// begins is not cut.
func (d *dialect) appendColumns(out, line []byte) []byte {
	from, place, column := 0, 0, 0
	for at := 0; at < len(line) && column < len(d.columns); place++ {
		_, n := utf8.DecodeRune(line[at:])
		if place == d.columns[column] {
			column++
			if at > 0 && (line[at-1] == ' ' || line[at] == ' ') {
				out = append(append(out, bytes.Trim(line[from:at], " ")...), foreign)
				from = at
			}
		}
		at += n
	}
	return append(out, bytes.Trim(line[from:], " ")...)
}
