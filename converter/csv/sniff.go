package csv

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// sampleRow is a row of the sample, read with one delimiter.
type sampleRow struct {
	cells []string
	line  int // newlines before it
}

// sniffed is what one delimiter makes of the sample.
type sniffed struct {
	delimiter byte
	rows      []sampleRow
	width     int // the most frequent number of cells
	same      int // rows of that width
	why       string
}

// delimiters that are tried, the likelier first: where several fit equally well, a rarer
// character is less likely to be there by chance.
const delimiters = "\t|;,:"

// sniff chooses the delimiter that makes the most rows equally wide.
func (d *dialect) sniff(head []byte, whole, tsv bool) sniffed {
	if d.delimiter != 0 {
		s := d.try(head, whole, d.delimiter)
		s.why = "as asked for"
		return s
	}
	var best sniffed
	for i := range delimiters {
		s := d.try(head, whole, delimiters[i])
		if tsv && s.delimiter == '\t' && s.width > 1 {
			s.why = "the document's name says so"
			return s
		}
		if s.score() > best.score() {
			best = s
		}
	}
	if best.width > 1 {
		best.why = fmt.Sprintf("%d of the first %d rows have %d cells", best.same, len(best.rows), best.width)
		return best
	}
	// No delimiter makes the rows even: perhaps one divides the header and most of the rows.
	for i := range delimiters {
		s := d.try(head, whole, delimiters[i])
		if s.delimiter != ':' && s.divides() && len(s.rows[0].cells) > best.width {
			best = s
			best.width = len(s.rows[0].cells)
			best.why = "it divides the first row and most of the others, though unevenly"
		}
	}
	if best.width > 1 {
		return best
	}
	best = d.try(head, whole, None)
	best.why = "no character divides the rows: one column"
	return best
}

// score weighs how many rows are equally wide; the header, as the one row that is always
// written with care, counts for as much as a third of them.
func (s sniffed) score() float64 {
	if s.width < 2 || len(s.rows) == 0 {
		return 0
	}
	score := float64(s.same) / float64(len(s.rows))
	first := s.rows[0]
	if n := preamble(s.rows, s.width); n < len(s.rows) {
		first = s.rows[n]
	}
	if len(first.cells) != s.width {
		score -= 1. / 3
	}
	if s.delimiter == ':' && (score < 0.9 || clock(s.rows)) {
		return 0
	}
	if score < 0.3 {
		return 0
	}
	return score
}

// divides reports whether the header and at least half of the rows have several cells.
func (s sniffed) divides() bool {
	several := 0
	for _, r := range s.rows {
		if len(r.cells) > 1 {
			several++
		}
	}
	return several*2 >= len(s.rows) && len(s.rows) > 0 && len(s.rows[0].cells) > 1
}

// table reports whether the rows look like a table where nothing else says so: most of
// them are equally wide, or the first has names, and many are as wide as that.
func (s sniffed) table() bool {
	if s.width < 2 || len(s.rows) == 0 {
		return false
	}
	if len(s.rows) > 1 && s.score() >= 0.6 {
		return true
	}
	header := s.rows[preamble(s.rows, s.width)]
	wide := 0
	for _, r := range s.rows {
		if len(r.cells) == len(header.cells) {
			wide++
		}
	}
	return wide*4 >= len(s.rows) && areNames(header.cells)
}

// areNames reports whether cells could be the names of columns, and not a sentence.
func areNames(cells []string) bool {
	for _, c := range cells {
		if c == "" || len(c) > 64 || strings.TrimSpace(c) != c || strings.ContainsAny(c, ".!?") {
			return false
		}
	}
	return len(cells) > 1
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

// try reads the sample with a delimiter.
func (d *dialect) try(head []byte, whole bool, delimiter byte) sniffed {
	s := sniffed{delimiter: delimiter}
	as := *d
	as.delimiter = delimiter
	var b converter.Batch
	b.Data = head
	p := parser{dialect: as, data: head, last: whole, batch: &b, limit: sampleRows}
	p.starts = []int{}
	p.parse(0)
	if b.Rows() == 0 && !whole {
		// Not even one whole row: take what there is.
		b.Clear()
		p.last, p.starts = true, p.starts[:0]
		p.parse(0)
	}
	widths := map[int]int{}
	from, line, at := uint32(0), 0, 0
	for i, to := range b.Ends {
		row := sampleRow{line: line + countLines(head[at:p.starts[i]], d.newline)}
		line, at = row.line, p.starts[i]
		for _, c := range b.Cells[from:to] {
			row.cells = append(row.cells, string(b.Data[c.Off:int(c.Off)+c.Len()]))
		}
		from = to
		s.rows = append(s.rows, row)
		widths[len(row.cells)]++
	}
	for width, n := range widths {
		if n > s.same || n == s.same && width > s.width {
			s.width, s.same = width, n
		}
	}
	return s
}

// preamble returns how many rows stand before the table: titles of one cell, or with all
// but one cell blank, where the table is wider.
func preamble(rows []sampleRow, width int) int {
	if width < 2 {
		return 0
	}
	for i, r := range rows {
		filled := 0
		for _, c := range r.cells {
			if strings.TrimSpace(c) != "" {
				filled++
			}
		}
		if len(r.cells) > 1 && filled > 1 || filled == 1 && width == 2 && len(r.cells) == 2 {
			return i
		}
	}
	return 0
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
	for i, name := range rows[0].cells {
		below, shaped := 0, 0
		for _, r := range rows[1:] {
			if i < len(r.cells) && strings.TrimSpace(r.cells[i]) != "" {
				below++
				if shape(r.cells[i]) != "" {
					shaped++
				}
			}
		}
		if below == 0 || shaped*10 < below*9 {
			continue
		}
		switch {
		case shape(name) == "" && strings.TrimSpace(name) != "":
			names++
		case shape(name) == "number" && year(name):
			// A column may well be called 2019.
		case shape(name) != "":
			values++
		}
	}
	switch {
	case values > names:
		return false, "the first row has numbers or dates where the others have them"
	case names > 0:
		return true, "text above numbers or dates"
	}
	return true, "the first row is taken for it"
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

// shape returns "number" or "date", or "" for anything else.
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
	if _, ok := converter.ParseInt([]byte(s)); ok || strings.Count(s, "-")+strings.Count(s, ":")+strings.Count(s, "/") < 2 {
		return "number"
	}
	return "date"
}
