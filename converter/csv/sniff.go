package csv

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// sampleRow is a row of the sample, read with one delimiter.
type sampleRow struct {
	cells []string
	line  int  // newlines before it
	torn  bool // a quote in it is astray, and cells are what the delimiter makes of the line
}

// sniffed is what one delimiter makes of the sample.
type sniffed struct {
	delimiter byte
	rows      []sampleRow
	body      int // rows that are not comments at the beginning
	width     int // the most frequent number of cells of these
	same      int // how many of these have that width
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
		best.why = fmt.Sprintf("%d of the first %d rows have %d cells", best.same, best.body, best.width)
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
	score := float64(s.same) / float64(s.body)
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
	s.rows = p.torn()
	from, line, at := uint32(0), 0, 0
	for i, to := range b.Ends {
		row := sampleRow{line: line + countLines(head[at:p.starts[i]], d.newline)}
		line, at = row.line, p.starts[i]
		for _, c := range b.Cells[from:to] {
			row.cells = append(row.cells, string(b.Data[c.Off:int(c.Off)+c.Len()]))
		}
		from = to
		s.rows = append(s.rows, row)
	}
	first := comments(s.rows)
	s.body = len(s.rows) - first
	widths := map[int]int{}
	for _, r := range s.rows[first:] {
		widths[len(r.cells)]++
	}
	for width, n := range widths {
		if n > s.same || n == s.same && width > s.width {
			s.width, s.same = width, n
		}
	}
	return s
}
