package csv

import (
	"bytes"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// quoting is how cells are quoted, beside by a quote that is doubled within.
type quoting struct {
	lax      bool   // there are escapes, or blanks around quotes
	escape   byte   // 0: none
	controls bool   // \n and the like are escapes outside of quotes
	blanks   bool   // around quotes
	wrapped  bool   // rows are quoted as a whole
	wide     int    // cells of most rows of the sample
	shaped   []bool // for each column whether its cells are numbers or dates, if any are

	guesses []converter.Finding
}

// cells returns how many cells a row should have, or 0 if that is not known yet.
func (p *parser) cells() int {
	if p.width == 0 {
		return p.wide
	}
	return p.width
}

// sniffQuoted finds out how cells are quoted, and sniffs the delimiter in this light.
func (d *dialect) sniffQuoted(escape byte, head []byte, whole, tsv bool) sniffed {
	d.sniffEscape(escape, head, whole)
	if d.quote == 0 {
		return d.sniff(head, whole, tsv)
	}
	if lines := wrappedLines(head, d.quote); lines > 1 {
		as := *d
		as.wrapped = true
		if s := as.sniff(head, whole, tsv); s.width > 1 && s.same == s.body && !prose(s) {
			d.wrapped = true
			d.fact("rows", "quoted as a whole", fmt.Sprintf("the first %d lines have a quote at the beginning and at the end, and %d cells within", lines, s.width))
			return s
		}
	}
	plain := d.sniff(head, whole, tsv)
	if census := d.census(head, whole, singleByte(plain.delimiter), d.escape); census.spaced == 0 || census.astray*10 > census.spaced {
		return plain
	}
	as := *d
	as.lax, as.blanks = true, true
	s := as.sniff(head, whole, tsv)
	census := as.census(head, whole, singleByte(s.delimiter), d.escape)
	certain := census.holding > 0
	if !certain && census.spaced < 2 && !census.first {
		return plain
	}
	d.lax, d.blanks = true, true
	d.fact("blanks", "around quotes", fmt.Sprintf("%d of the first cells in quotes have blanks before or behind them", census.spaced))
	if !certain {
		d.guesses = append(d.guesses, converter.Finding{Code: "blanks-around-quotes", Severity: converter.Doubt, Count: int64(census.spaced), Try: []string{"--quote", "none"},
			Message: "cells have blanks around their quotes; both are left out"})
	}
	return s
}

// sniffEscape finds out whether a backslash escapes quotes.
func (d *dialect) sniffEscape(asked byte, head []byte, whole bool) {
	switch asked {
	case 0:
	case None:
		d.fact("escape", "none", "as asked for")
		return
	default:
		d.escape, d.lax = asked, true
		d.fact("escape", string(rune(asked)), "as asked for")
		return
	}
	if bytes.IndexByte(head, '\\') < 0 {
		return
	}
	without, with := d.census(head, whole, 0, 0), d.census(head, whole, 0, '\\')
	switch {
	case with.escaped > 1 && without.astray > 0 && with.astray*10 <= without.astray:
		d.fact("escape", `\`, fmt.Sprintf(`%d quotes within quotes have a \ before them`, with.escaped))
		if without.astray == 1 {
			d.guesses = append(d.guesses, converter.Finding{Code: "escape-guessed", Severity: converter.Doubt, Try: []string{"--escape", "none"},
				Message: `a \ before a quote is taken for its escape`})
		}
	case with.nulls > 1 && with.literal == 0 && with.astray <= without.astray:
		d.fact("escape", `\`, fmt.Sprintf(`%d cells are \N, which is NULL`, with.nulls))
	default:
		return
	}
	d.escape, d.lax = '\\', true
}

// A census counts the ways in which the cells of a sample are quoted.
type census struct {
	astray  int  // quoted cells that do not end as they should
	escaped int  // quotes within quotes that are escaped
	nulls   int  // plain cells that are \N
	literal int  // escapes of something that needs none
	spaced  int  // quoted cells with blanks before or behind the quotes
	holding int  // of these, how many hold a delimiter or a newline
	first   bool // one of these is in the first line
}

// census reads a sample with any likely delimiter, if none is given.
func (d *dialect) census(head []byte, whole bool, delimiter, escape byte) census {
	var c census
	separates := func(b byte) bool {
		return b == '\n' || b == '\r' || b == delimiter || delimiter == 0 && bytes.IndexByte([]byte(",;\t|"), b) >= 0
	}
	blank := func(b byte) bool { return (b == ' ' || b == '\t') && !separates(b) }
	for pos := 0; pos < len(head); pos++ {
		begin := pos
		for pos < len(head) && blank(head[pos]) {
			pos++
		}
		if pos == len(head) {
			break
		}
		if head[pos] != d.quote || d.quote == 0 {
			for ; pos < len(head) && !separates(head[pos]); pos++ {
				if head[pos] != escape || escape == 0 || pos+1 == len(head) {
					continue
				}
				if pos++; head[pos] != escape && head[pos] != d.quote && !separates(head[pos]) && bytes.IndexByte(controls, head[pos]) < 0 {
					if head[pos] == 'N' && pos == begin+1 && (pos+1 == len(head) || separates(head[pos+1])) {
						c.nulls++
					} else {
						c.literal++
					}
				}
			}
			continue
		}
		spaced, holds := pos > begin, false
		if spaced && delimiter == 0 {
			spaced = false
		}
		for pos++; pos < len(head); pos++ {
			switch b := head[pos]; {
			case b == escape && escape != 0 && pos+1 < len(head):
				if pos++; head[pos] == d.quote {
					c.escaped++
				} else if head[pos] != escape && !separates(head[pos]) && bytes.IndexByte(controls, head[pos]) < 0 {
					c.literal++
				}
				continue
			case b == d.quote && pos+1 < len(head) && head[pos+1] == d.quote:
				pos++
				continue
			case b != d.quote:
				holds = holds || separates(b)
				continue
			}
			break
		}
		if pos >= len(head) {
			if whole {
				c.astray++
			}
			break
		}
		end := pos + 1
		for pos = end; pos < len(head) && blank(head[pos]); pos++ {
			spaced = spaced || delimiter != 0
		}
		if pos < len(head) && !separates(head[pos]) {
			c.astray++
			for pos < len(head) && head[pos] != '\n' && head[pos] != '\r' {
				pos++
			}
		} else if spaced {
			c.spaced++
			if holds {
				c.holding++
			}
			c.first = c.first || bytes.IndexAny(head[:begin], "\r\n") < 0
		}
	}
	return c
}

// wrappedLines returns how many lines of a sample are one quoted cell each, or 0 unless
// all are but the first and a few.
func wrappedLines(head []byte, quote byte) int {
	wrapped, lines := 0, 0
	for line := range bytes.Lines(head) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			continue
		}
		lines++
		if n := len(line); n > 1 && line[0] == quote && line[n-1] == quote && doubled(line[1:n-1], quote) {
			wrapped++
		}
	}
	if wrapped*10 < (lines-1)*9 {
		return 0
	}
	return wrapped
}

// doubled reports whether each quote in text is doubled.
func doubled(text []byte, quote byte) bool {
	for {
		n := bytes.IndexByte(text, quote)
		if n < 0 {
			return true
		}
		if n+1 == len(text) || text[n+1] != quote {
			return false
		}
		text = text[n+2:]
	}
}

// prose reports whether the cells look like parts of sentences: most of them begin with a
// blank where they have a cell before them.
func prose(s sniffed) bool {
	parts, blanks := 0, 0
	for _, r := range s.rows {
		for _, c := range r.cells[1:] {
			parts++
			if c != "" && c[0] == ' ' {
				blanks++
			}
		}
	}
	return blanks*2 > parts
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
	var even []sampleRow
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
