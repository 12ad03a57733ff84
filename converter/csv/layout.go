package csv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A layout is what the rows of the sample are: a preamble, and a table or several.
type layout struct {
	preamble int      // rows before the first table
	certain  bool     // that they are is beyond doubt
	marked   bool     // the first header has a # before it
	asked    *heading // what was said of the first header; nil: nothing
	single   bool     // there is one table, whatever it looks like
	claims   claims   // what others say of the first header
}

// layout tells the preamble from the table. Who says what is to be skipped, or that the
// first row is data or the header, is taken at his word.
func (c Converter) layout(d *dialect, s sniffed) layout {
	l := layout{certain: true, claims: c.claims}
	switch {
	case len(c.HeaderRows) > 0:
		l.asked, l.single = &heading{why: c.why("header-rows")}, true
	case c.NoHeader:
		l.asked, l.single = &heading{why: byRequest}, true
	case c.Header:
		l.asked = &heading{named: true, why: byRequest}
	case d.names != nil:
		l.asked, l.single = &heading{why: "the line #fields names the columns"}, true
	}
	if c.Skip != 0 || len(c.HeaderRows) > 0 || d.names != nil || len(s.rows) == 0 {
		return l
	}
	n := preamble(s.rows, s.width)
	switch {
	case l.asked == nil:
		n, l.marked = markedHeader(s, n)
	case c.NoHeader || n > 0 && !certain(s.rows, n):
		for n = 0; n < comments(s.rows) && len(s.rows[n].cells) != s.width; {
			n++
		}
	}
	l.preamble, l.certain = n, n == 0 || certain(s.rows, n)
	return l
}

// finding says that there is a preamble, which is text.
func (l layout) finding(d *dialect, text []byte) converter.Finding {
	first := strings.TrimSpace(string(text))
	first, _, _ = strings.Cut(first, "\n")
	f := converter.Finding{Code: "preamble", Line: 1, Count: int64(d.count(text)), Example: strings.TrimSpace(first),
		Message: "lines before the table are none of its rows, and are kept in the table of sources"}
	if !l.certain {
		f.Severity, f.Try = converter.Doubt, []string{"--skip", "0"}
		f.Message = "that lines before the table are none of its rows is a guess; they are kept in the table of sources"
	}
	return f
}

// A section is rows that are a table of their own.
type section struct {
	from, to int // rows of the sample
	guess    bool

	heading
	short  bool // the header is one name short: the first column has none
	marked bool // the header has a # before it
	names  int  // how many, where the rows have blanks behind them; 0: as many as cells

	line  int    // lines before it
	text  [2]int // where it begins and ends in the document
	after int    // where the section after it begins; what is between is its title
}

// tables tells the header of each table, the first of which begins behind lines to skip.
func (l layout) tables(d *dialect, rows []sampleRow, skip int) {
	sections := []section{{to: len(rows)}}
	if !l.single {
		sections = sectionsOf(rows)
	}
	last := len(sections) - 1
	for i := range sections {
		sec := &sections[i]
		of := rows[sec.from:sec.to]
		sec.line = skip
		if i > 0 {
			sec.line = of[0].line
		}
		if i < last {
			sec.text, sec.after = [2]int{of[0].at, rows[sec.to].at}, rows[sections[i+1].from].at
		}
		sec.marked = i == 0 && (l.marked || l.asked != nil && l.asked.named && len(of) > 0 && of[0].comment() && len(of[0].cells) > 1)
		sec.short = rowNames(of) && (l.asked == nil || l.asked.named)
		switch {
		case l.asked != nil && i == 0:
			sec.heading = *l.asked
		case len(of) > 1 && of[0].torn && len(of[0].cells) != len(of[1].cells):
			sec.heading = heading{why: "a quote is missing in the first row, or one too many", doubt: true}
		case l.marked && i == 0:
			sec.heading = heading{named: true, why: "a # stands before it"}
		case sec.short:
			sec.heading = heading{named: true, why: "every row has one cell more"}
		default:
			if sec.heading = headingOf(of); i == 0 {
				sec.heading = d.heading(l.claims, sec.heading, of)
			}
		}
		if last > 0 {
			sec.names = of[0].extent()
		}
		sec.report(d)
	}
	d.sections = sections
	if last == 0 {
		return
	}
	d.fact("tables", fmt.Sprint(len(sections)), "each has a header and a width of its own")
	f := converter.Finding{Code: "tables", Count: int64(len(sections)), Line: int64(sections[1].line + 1),
		Message: "tables stand below one another, and become tables of their own"}
	if slices.ContainsFunc(sections, func(s section) bool { return s.guess }) {
		f.Severity, f.Try = converter.Doubt, []string{"--skip", fmt.Sprint(sections[last].line)}
		f.Message = "that tables stand below one another is a guess: header and width change, without a gap"
	}
	d.findings = append(d.findings, f)
}

// report says what is not certain about the header.
func (s *section) report(d *dialect) {
	switch {
	case s.short:
		d.findings = append(d.findings, converter.Finding{Code: "header-short", Line: int64(s.line + 1),
			Message: "the header is one name short of every row, so the first column has no name"})
	case s.doubt && s.named:
		d.doubt("header-guessed", "that the first row names the columns is a guess ("+s.why+")", "--no-header")
	case s.doubt:
		d.doubt("header-guessed", "that there is no header is a guess ("+s.why+")", "--header")
	}
}

// sectionsOf returns the tables that stand below one another: a gap, another width and
// another header begin one; so do these two without a gap, where all rows agree, but then
// it is a guess.
func sectionsOf(rows []sampleRow) []section {
	var list []section
	from := 0
	for i := 2; i < len(rows); i++ {
		title, ok, guess := begins(rows, from, i)
		if !ok {
			continue
		}
		list = append(list, section{from: from, to: title, guess: guess})
		from = i
	}
	return append(list, section{from: from, to: len(rows)})
}

// begins reports whether row i is the header of another table than the one at from, and
// where its title begins.
func begins(rows []sampleRow, from, i int) (title int, ok, guess bool) {
	width, before := rows[i].extent(), rows[from].extent()
	if width == before || before < 2 || rows[i].half || !rows[i].names() {
		return 0, false, false // the lines about a missing quote are no table
	}
	title = i
	for title > from+1 && !rows[title].apart && rows[title-1].title(width) {
		title--
	}
	to := i + 1
	for to < len(rows) && !rows[to].apart {
		to++
	}
	gap := rows[title].apart
	for title > from+1 && rows[title-1].filled() == 0 {
		title--
	}
	if title < from+2 || to < i+2 || !gap && (title != i || to < i+3 || title < from+3) {
		return 0, false, false
	}
	for _, r := range rows[i+1 : to] {
		if r.extent() > width || !gap && len(r.cells) != len(rows[i].cells) {
			return 0, false, false
		}
	}
	for _, r := range rows[from+1 : title] {
		if r.extent() > before || !gap && len(r.cells) != len(rows[from].cells) {
			return 0, false, false
		}
	}
	return title, proof(rows[i:to]), !gap
}

// extent returns how many cells a row has, but for the blank ones at its end.
func (r sampleRow) extent() int {
	n := len(r.cells)
	for n > 0 && strings.TrimSpace(r.cells[n-1]) == "" {
		n--
	}
	return n
}

// names reports whether each cell could be a name, and no other is the same.
func (r sampleRow) names() bool {
	n := r.extent()
	seen := make(map[string]bool, n)
	for _, c := range r.cells[:n] {
		if shapeOf(c) != textual || strings.TrimSpace(c) == "" || seen[c] {
			return false
		}
		seen[c] = true
	}
	return n > 1
}

// rowNames reports whether the header is one name short of every row, as R writes the
// names of rows: then it is the first column that has none. Such names are all different.
func rowNames(rows []sampleRow) bool {
	if len(rows) < 3 || shapeOf(rows[0].cells[0]) != textual {
		return false // one row with a cell too many is no proof
	}
	width := len(rows[0].cells) + 1
	names := make(map[string]bool, len(rows))
	last := false
	for _, r := range rows[1:] {
		if len(r.cells) != width || names[r.cells[0]] || strings.TrimSpace(r.cells[0]) == "" {
			return false
		}
		names[r.cells[0]] = true
		last = last || strings.TrimSpace(r.cells[width-1]) != ""
	}
	return last
}
