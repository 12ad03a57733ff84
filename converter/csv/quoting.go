package csv

import (
	"bytes"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// quoting is how cells are quoted, beside by a quote that is doubled within.
type quoting struct {
	lax     bool   // there are escapes, or blanks around quotes
	escape  byte   // 0: none
	blanks  bool   // around quotes
	wrapped bool   // rows are quoted as a whole
	wide    int    // cells of most rows of the sample
	shaped  []bool // for each column whether its cells are numbers or dates, if any are
}

// cells returns how many cells a row should have, or 0 if that is not known yet.
func (p *parser) cells() int {
	if p.width == 0 {
		return p.wide
	}
	return p.width
}

// sniffQuoted finds out how cells are quoted, and sniffs the delimiter in this light.
func (d *dialect) sniffQuoted(c Converter, head []byte, whole, tsv bool) sniffed {
	head, whole = d.sample(head, whole)
	d.sniffEscape(c, head, whole)
	if d.quote == 0 {
		return d.sniff(head, whole, tsv)
	}
	if lines := wrappedLines(head, d.quote); lines > 1 {
		as := *d
		as.wrapped = true
		if s := as.sniff(head, whole, tsv); s.width > 1 && s.same == s.body && !prose(s) {
			d.wrapped = true
			d.fact("lines", "quoted as a whole", fmt.Sprintf("the first %d lines have a quote at the beginning and at the end, and %d cells within", lines, s.width))
			return s
		}
	}
	plain := d.sniff(head, whole, tsv)
	if census := d.census(head, whole, singleByte(plain.delimiter), d.escape); census.spaced == 0 || census.astray*2 > census.spaced {
		return plain
	}
	as := *d
	as.lax, as.blanks = true, true
	s := as.sniff(head, whole, tsv)
	census := as.census(head, whole, singleByte(s.delimiter), d.escape)
	certain := census.needed > 0
	if !certain && census.spaced < 2 && !census.first {
		return plain
	}
	d.lax, d.blanks = true, true
	d.fact("blanks", "around quotes", fmt.Sprintf("%d of the first cells in quotes have blanks before or behind them", census.spaced))
	if !certain {
		d.guess("blanks-around-quotes", census.spaced, "a cell has blanks around its quotes; both are left out", "--quote", "none")
	}
	return s
}

// sniffEscape finds out whether a backslash escapes quotes.
func (d *dialect) sniffEscape(c Converter, head []byte, whole bool) {
	switch c.Escape {
	case 0:
	case None, d.quote:
		d.fact("escape", "none", "as asked for")
		return
	default:
		d.escape, d.lax = c.Escape, true
		d.fact("escape", string(rune(c.Escape)), "as asked for")
		return
	}
	if bytes.IndexByte(head, '\\') < 0 {
		return
	}
	why, certain := "", true
	without, with, tabs := d.census(head, whole, 0, 0), d.census(head, whole, 0, '\\'), d.census(head, whole, '\t', '\\')
	dump := *d
	dump.quote = 0
	dumped := dump.census(head, whole, '\t', '\\')
	switch {
	case with.escaped > 1 && without.astray > 0 && with.astray*2 <= without.astray:
		why, certain = fmt.Sprintf(`%d quotes within quotes have a \ before them`, with.escaped), without.astray > 1
	case c.Quote == 0 && dumped.nulls > 1 && dumped.literal == 0 && tabs.holding == 0 && tabs.quoted*4 < dumped.cells:
		// As databases dump tables: with escapes instead of quotes.
		why = fmt.Sprintf(`%d cells between tabs are \N, which is NULL`, dumped.nulls)
		d.quote = 0
		d.fact("quote", "none", why)
		if tabs.quoted+tabs.astray > 0 {
			d.guess("quotes-as-text", tabs.quoted+tabs.astray, "a cell in quotes is taken for text with quotes, as in dumps of databases", "--quote", `"`)
		}
	case with.nulls > 1 && with.literal == 0 && with.astray <= without.astray:
		why = fmt.Sprintf(`%d cells are \N, which is NULL`, with.nulls)
	default:
		return
	}
	d.escape, d.lax = '\\', true
	d.fact("escape", `\`, why)
	if !certain {
		d.guess("escape-guessed", 1, `a \ before a quote is taken for its escape`, "--escape", "none")
	}
}

func (d *dialect) guess(code string, count int, message string, try ...string) {
	d.findings = append(d.findings, converter.Finding{Code: code, Severity: converter.Doubt, Count: int64(count), Message: message, Try: try})
}

// torn returns the rows before the first sound one of a sample, read without quotes.
func (p *parser) torn() []sampleRow {
	var rows []sampleRow
	for _, r := range p.batch.Rejects() {
		if len(p.starts) > 0 && int(r.Offset) > p.starts[0] {
			break
		}
		row := sampleRow{line: p.count(p.data[:r.Offset]), at: int(r.Offset), torn: true}
		end := p.textEnd(int(r.Offset), p.lineEnd(int(r.Offset)))
		for _, cell := range bytes.Split(p.data[r.Offset:end], []byte{p.delimiter}) {
			row.cells = append(row.cells, string(cell))
		}
		rows = append(rows, row)
	}
	return rows
}

// shapesOf reports for each column of a sample whether its cells are numbers or dates; nil if
// no column's are.
func shapesOf(rows []sampleRow, width int) []bool {
	even := make([]sampleRow, 0, len(rows))
	for _, r := range rows {
		if len(r.cells) == width || len(even) == 0 {
			even = append(even, r)
		}
	}
	var shaped []bool
	for i := range width {
		if len(even) > 0 && below(even, i) != textual {
			if shaped == nil {
				shaped = make([]bool, width)
			}
			shaped[i] = true
		}
	}
	return shaped
}
