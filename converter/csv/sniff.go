package csv

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// sampleRow is a row of the sample, read with one delimiter.
type sampleRow struct {
	cells []string
	line  int  // lines before it
	at    int  // where it begins in the sample
	apart bool // a blank line, or one of blank cells, stands before it
	torn  bool // a quote in it is astray, and cells are what the delimiter makes of the line
	half  bool // a cell without quotes around it has an odd number of them
}

// sniffed is what one delimiter makes of the sample.
type sniffed struct {
	delimiter string
	columns   []int // of Columns
	rows      []sampleRow
	body      int     // rows that are not comments at the beginning
	width     int     // the most frequent number of cells of these
	same      int     // how many of these have that width
	faults    float64 // of the quoted cells, those that end neither at a delimiter nor at a line's end
	why       string
	doubt     string // what is not certain about it; may be empty
}

var (
	// common delimiters, the likelier first: where several fit equally well, a rarer
	// character is less likely to be there by chance.
	common = []string{"\t", "|", ";", ","}
	// rare ones have to divide all rows, the header too, better than any of the common.
	rare = []string{"\x01", "\x1f", "\x1e", "\x02", "^", "~", "¦", "§", "¬", "#", "!", "*"}
)

// sniff chooses the delimiter that makes the most rows equally wide.
func (d *dialect) sniff(head []byte, whole, tsv bool) sniffed {
	if d.asked != "" {
		return d.try(head, whole, d.asked)
	}
	var best sniffed
	var tried []sniffed
	least := 1. // faults of quoted cells, under any delimiter: of the text then, and not of the delimiter
	for _, delimiter := range common {
		if !bytes.Contains(head, []byte(delimiter)) {
			continue
		}
		s := d.try(head, whole, delimiter)
		if tsv && delimiter == "\t" && s.width > 1 {
			s.why = "the document's name says so"
			return s
		}
		if s.score() > 0 {
			least = min(least, s.faults)
		}
		tried = append(tried, s)
	}
	first := firstHeader(tried)
	for _, s := range tried {
		if s.score()*(1-s.faults+least) > best.score()*(1-best.faults+least) && s.header().line <= first {
			best = s
		}
	}
	best = d.several(best, head, whole)
	if best.score() > 0 && best.undivided() {
		best = d.try(head, whole, OneColumn)
		best.why = "the first row is one cell, and what divides the others stands in their text"
	}
	for _, delimiter := range rare {
		if !bytes.Contains(head, []byte(delimiter)) || delimiter == "#" && bytes.HasPrefix(head, []byte("#")) {
			continue // the latter is of comments
		}
		s := d.several(d.try(head, whole, delimiter), head, whole)
		if share := s.rare(); share > best.score()+0.05 || share > 0 && preamble(s.rows, s.width) < preamble(best.rows, best.width) {
			best = s // it also divides what others would take for a title
		}
	}
	switch {
	case best.score() > 0:
		best.why = fmt.Sprintf("%d of the first %d rows have %d cells", best.same, best.body, best.width)
		return best
	case best.delimiter == OneColumn:
		return best
	}
	// No delimiter makes the rows even: perhaps one divides the header and most of the rows.
	for _, s := range tried {
		if s.divides() && len(s.header().cells) > best.width {
			best = s
			best.width = len(s.header().cells)
			best.why = "it divides the first row and most of the others, though unevenly"
		}
	}
	if best.width > 1 {
		return best
	}
	if s, ok := d.lastResort(head, whole); ok {
		return s
	}
	best = d.try(head, whole, OneColumn)
	best.why = "no character divides the rows: one column"
	return best
}

// signs may be part of a delimiter of several characters.
const signs = "|~^#@$&*:;<>!%+="

// firstHeader returns the line of the first header that a likely delimiter finds: it is no
// title of another one's table.
func firstHeader(tried []sniffed) int {
	first := math.MaxInt
	for _, s := range tried {
		if h := s.header(); s.score() >= 0.6 && len(h.cells) == s.width {
			first = min(first, h.line)
		}
	}
	return first
}

// rare returns which share of the rows, from the header on and but for a footer, is equally
// wide: 0 unless nearly all are, and without a fault. A rare delimiter has to show as much.
func (s sniffed) rare() float64 {
	n, to := preamble(s.rows, s.width), len(s.rows)
	if s.width < 2 || s.faults > 0 || n > 0 && !s.rows[n].apart && comments(s.rows) < n {
		return 0
	}
	for to > n && len(s.rows[to-1].cells) == 1 {
		to--
	}
	same := 0
	for _, r := range s.rows[n:to] {
		if len(r.cells) == s.width {
			same++
		}
	}
	if same*20 < (to-n)*19 || to-n < 2 || len(s.rows)-to > 10 || len(s.rows[n].cells) != s.width {
		return 0
	}
	return float64(same) / float64(to-n)
}

// several returns s, or what a delimiter of several characters makes of the sample: where
// each second cell holds the same signs, or nothing, or the same stand around the delimiter
// everywhere, they are part of it, as in a||b, a|~|b and a::b.
func (d *dialect) several(s sniffed, head []byte, whole bool) sniffed {
	if s.width < 2 || s.same*2 < s.body {
		return s
	}
	rows := make([]sampleRow, 0, s.body)
	for _, r := range s.rows[len(s.rows)-s.body:] {
		if len(r.cells) == s.width {
			rows = append(rows, r)
		}
	}
	if first := rows[0].cells; s.width%2 == 1 && strings.Trim(first[1], signs) == "" && (first[1] != "" || !strings.Contains(",;\t", s.delimiter)) &&
		!slices.ContainsFunc(rows, func(r sampleRow) bool { return !everySecond(r.cells, first[1]) }) {
		return d.try(head, whole, s.delimiter+first[1]+s.delimiter)
	}
	before, after := lastSign(rows[0].cells[0]), firstSign(rows[0].cells[1])
	for _, r := range rows {
		for i, c := range r.cells {
			if i+1 < len(r.cells) && lastSign(c) != before {
				before = ""
			}
			if i > 0 && firstSign(c) != after {
				after = ""
			}
		}
	}
	if before == "" || after == "" {
		return s
	}
	return d.try(head, whole, before+s.delimiter+after)
}

func everySecond(cells []string, text string) bool {
	for i := 1; i < len(cells); i += 2 {
		if cells[i] != text {
			return false
		}
	}
	return true
}

func firstSign(s string) string {
	if s == "" || !strings.Contains(signs, s[:1]) {
		return ""
	}
	return s[:1]
}

func lastSign(s string) string {
	if s == "" {
		return ""
	}
	return firstSign(s[len(s)-1:])
}

// header returns the row that is the header if the document has one.
func (s sniffed) header() sampleRow {
	if len(s.rows) == 0 {
		return sampleRow{}
	}
	if n := preamble(s.rows, s.width); n < len(s.rows) {
		return s.rows[n]
	}
	return s.rows[0]
}

// score weighs how many rows are equally wide; the header, as the one row that is always
// written with care, counts for as much as a third of them. A header that is one short of
// every row is no fault: the first column or the last has no name.
func (s sniffed) score() float64 {
	if s.width < 2 || len(s.rows) == 0 {
		return 0
	}
	score := float64(s.same) / float64(s.body)
	if n := len(s.header().cells); n != s.width && (n != s.width-1 || n < 2 || s.same < s.body-1) {
		score -= 1. / 3
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
	return several*2 >= len(s.rows) && len(s.header().cells) > 1
}

// table reports whether the rows look like a table where nothing else says so: most of
// them are equally wide, or the first has names, and many are as wide as that.
func (s sniffed) table() bool {
	if s.width < 2 || len(s.rows) == 0 || s.indented() || s.width == 2 && strings.Contains("#^~:", s.delimiter) {
		return false
	}
	if len(s.rows) > 1 && s.score() >= 0.6 {
		return s.same > 2 || s.width > 3 || s.valued()
	}
	header := s.header()
	wide := 0
	for _, r := range s.rows {
		if len(r.cells) == len(header.cells) {
			wide++
		}
	}
	return wide*4 >= len(s.rows) && areNames(header.cells)
}

// valued reports whether the header has names and a row below it has numbers, dates or
// addresses: two lines with a comma are no table yet.
func (s sniffed) valued() bool {
	header := s.header()
	if !areNames(header.cells) {
		return false
	}
	for _, r := range s.rows {
		if len(r.cells) == len(header.cells) && slices.ContainsFunc(r.cells, func(c string) bool { return shapeOf(c) != textual }) {
			return true
		}
	}
	return false
}

// indented reports whether blank cells at the rows' beginnings are indentation, as of a
// program: many rows have some and not the same number, or most have some.
func (s sniffed) indented() bool {
	depths, rows := map[int]bool{}, 0
	for _, r := range s.rows {
		depth := 0
		for depth < len(r.cells) && r.cells[depth] == "" {
			depth++
		}
		if depth > 0 && depth < len(r.cells) {
			depths[depth] = true
			rows++
		}
	}
	return len(depths) > 1 && rows*4 > len(s.rows) || rows*2 > len(s.rows)
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

// try reads the sample with a delimiter.
func (d *dialect) try(head []byte, whole bool, delimiter string) sniffed {
	s := sniffed{delimiter: delimiter}
	as := *d
	as.separate(delimiter)
	if delimiter == Columns {
		if as.columns = d.findColumns(head, whole); as.columns == nil {
			as.columns = []int{}
		}
		s.columns = as.columns
	}
	text := as.spelled(head)
	var b converter.Batch
	b.Data = text[:len(text):len(text)]
	p := parser{dialect: as, data: text, last: whole, batch: &b, limit: sampleRows}
	p.starts = []int{}
	p.parse(0)
	if b.Rows() == 0 && !whole {
		// Not even one whole row: take what there is.
		b.Clear()
		p.last, p.starts = true, p.starts[:0]
		p.parse(0)
	}
	s.rows = slices.Grow(p.torn(), len(b.Ends))
	trace := tracer{dialect: &as, text: head}
	from, line, at, end := uint32(0), 0, 0, 0
	all, cells := string(b.Data), make([]string, 0, len(b.Cells)) // at once, as there are many
	for i, to := range b.Ends {
		row := sampleRow{line: line + d.count(text[at:p.starts[i]]), at: trace.place(p.starts[i])}
		line, at = row.line, p.starts[i]
		for _, c := range b.Cells[from:to] {
			cell := b.Data[c.Off:][:c.Len()]
			cells = append(cells, all[c.Off:int(c.Off)+c.Len()])
			row.half = row.half || c.Kind() != converter.KindQuoted && as.quote != 0 && bytes.Count(cell, []byte{as.quote})%2 > 0
		}
		row.cells = cells[from:to:to]
		row.cells[0] = strings.TrimPrefix(row.cells[0], mark)
		row.apart = i > 0 && d.blankLine(head[end:row.at])
		end = row.at
		from = to
		s.rows = append(s.rows, row)
	}
	for i := range s.rows[:max(len(s.rows)-1, 0)] {
		if s.rows[i].filled() == 0 {
			s.rows[i+1].apart = true
		}
	}
	s.faults = as.misquoted(text, whole)
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

// blankLine reports whether text, a row and what follows it, ends with a blank line.
func (e *lineEnds) blankLine(text []byte) bool {
	return e.count(text[len(bytes.TrimRight(text, " \r\n")):]) > 1
}

// misquoted returns the share of quoted cells that go on behind their closing quote: under
// a wrong delimiter nearly all do.
func (d *dialect) misquoted(text []byte, whole bool) float64 {
	if d.quote == 0 {
		return 0
	}
	quoted, faults := 0, 0
	begins := true
	for pos := 0; pos < len(text); pos++ {
		c := text[pos]
		if !begins || c != d.quote {
			begins = c == d.delimiter || c == '\n' || c == '\r'
			continue
		}
		begins = false
		n := d.closes(text[pos:])
		if n == 0 && !whole {
			break
		}
		quoted++
		rest := bytes.TrimLeft(text[pos+n:], " ")
		if n == 0 || len(rest) > 0 && !d.ends(rest) {
			faults++
		}
		pos += max(n-1, 0)
	}
	if quoted == 0 {
		return 0
	}
	return float64(faults) / float64(quoted)
}
