package csv

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A dialect is how a document writes rows of cells.
type dialect struct {
	lineEnds
	spelling
	quoting
	asked     string // the delimiter that was asked for, or that the document names
	delimiter byte
	quote     byte // 0: none

	names    []string // of the columns, where no row has them
	comment  byte     // a row that begins with it is none; 0: there are no such
	sections []section
	kept     bool // what is skipped is kept as a fact
	spaced   bool // gaps are between all rows

	facts    []converter.Fact
	findings []converter.Finding
}

func (d *dialect) fact(key, value, why string) {
	d.facts = append(d.facts, converter.Fact{Key: key, Value: value, Why: why})
}

func (d *dialect) doubt(code, message string, try ...string) {
	d.findings = append(d.findings, converter.Finding{Code: code, Severity: converter.Doubt, Message: message, Try: try})
}

func (d *dialect) describe(out *converter.Writer) {
	for _, f := range d.facts {
		out.Describe(f.Key, f.Value, f.Why)
	}
	for _, f := range d.findings {
		out.Report(f)
	}
}

const byRequest = "as asked for"

const (
	sampleSize = 256 << 10 // bytes
	sampleRows = 500
)

// dialect tells the dialect from the document's beginning. What is described is the same
// whether it was asked for or found, but for the reason: the same reading makes the same
// database.
func (c Converter) dialect(head []byte, whole, tsv bool) dialect {
	d := dialect{lineEnds: findLineEnds(head), quote: c.Quote, asked: c.Delimiter}
	switch {
	case d.newline == '\r':
		d.fact("newline", "CR", "there is no LF outside of quotes")
	case d.either:
		d.fact("newline", "LF and CR", "CR stands alone outside of quotes")
	case d.twice:
		d.fact("newline", "CR CR LF", "lines end so")
	}
	c.believe(&d, head)
	why, quoteWhy := byRequest, byRequest
	skip, skipWhy := max(c.Skip, 0), c.why("skip")
	if len(c.HeaderRows) > 0 {
		skip = c.HeaderRows[len(c.HeaderRows)-1]
	}
	if declared := declaredDelimiter(d.first(head, 1)); declared != "" && c.Skip == 0 {
		skip, skipWhy = 1, "it only says what the delimiter is"
		if d.asked == "" {
			d.asked, why = declared, "the first line says so"
		}
	}
	if !c.Header && !c.NoHeader && len(c.HeaderRows) == 0 {
		if f := d.fields(head); f != nil && (c.Skip == 0 || c.Skip == f.lines) {
			skip, skipWhy, d.names, d.comment = f.lines, "lines that begin with #", f.names, '#'
			d.findings = append(d.findings, layout{certain: true}.finding(&d, d.first(head, skip)))
			if d.asked == "" {
				d.asked, why = f.delimiter, f.why
			}
			if f.unquoted && c.Quote == 0 {
				c.Quote, quoteWhy = None, "such logs have none"
			}
		}
	}
	if c.Comment != 0 {
		d.comment = c.Comment
		if n := d.leading(head); n > 0 && c.Skip == 0 && d.names == nil && len(c.HeaderRows) == 0 {
			skip, skipWhy = n, "lines that begin with "+string(rune(c.Comment))
		}
		d.fact("comment", string(rune(c.Comment)), c.why("comment"))
	}
	switch c.Quote {
	case 0:
		d.quote = '"'
		if d.quoteClaimed(c.claims, head, whole) {
			c.Quote = d.quote
		} else if singleQuoted(head) {
			d.quote = '\''
			d.fact("quote", "'", "cells begin and end with it, and none with \"")
		}
	case None:
		d.quote = 0
		d.fact("quote", "none", quoteWhy)
	case '"':
	default:
		d.fact("quote", string(rune(c.Quote)), byRequest)
	}
	before := d.first(head, skip)
	sample := head[len(before):]
	s := d.claimed(c.claims, d.sniffQuoted(c, sample, whole, tsv), sample, whole)
	if d.asked != "" {
		s.why = why
	} else if s.doubt != "" {
		d.doubt("delimiter-guessed", s.doubt, "--delimiter", OneColumn)
	}
	for i := range s.rows { // from here on as the document has them
		s.rows[i].line += skip
		s.rows[i].at += len(before)
	}
	d.separate(s.delimiter)
	d.columns = s.columns
	d.fact("delimiter", s.delimiter, s.why)
	aside := string(before)
	if len(c.HeaderRows) > 0 {
		aside = d.nameBy(c.HeaderRows, c.HeaderJoin, before, s.delimiter)
	}
	l := c.layout(&d, s)
	if l.preamble > 0 {
		first := s.rows[l.preamble]
		if text := head[len(before):first.at]; len(bytes.Trim(text, " \t\r\n,;|\"")) > 0 {
			d.findings = append(d.findings, l.finding(&d, text))
		}
		before, skip = head[:first.at], first.line
		aside = string(before)
		skipWhy = fmt.Sprintf("%d rows before the first of %d cells", l.preamble, s.width)
	}
	if skip > 0 {
		if len(c.HeaderRows) == 0 {
			d.fact("skip", fmt.Sprint(skip), skipWhy)
		}
		d.kept = len(before) <= maxPreamble && d.count(before) == skip
		if aside = strings.TrimSpace(aside); d.kept && aside != "" {
			d.fact("preamble", aside, "kept here")
		}
	}
	l.tables(&d, s.rows[l.preamble:], skip)
	for i, r := range s.rows {
		d.spaced = r.apart && (d.spaced || i == 1)
	}
	last := d.sections[len(d.sections)-1]
	d.wide, d.shaped = s.width, shapesOf(s.rows[l.preamble+last.from:], s.width)
	switch {
	case len(c.HeaderRows) > 0:
		d.fact("header-rows", rowNumbers(c.HeaderRows), c.why("header-rows"))
		if c.HeaderJoin != "" {
			d.fact("header-join", c.HeaderJoin, c.why("header-join"))
		}
	case d.names != nil:
		d.fact("fields", strings.Join(d.names, " "), "the line #fields names the columns")
	case d.sections[0].named:
		d.fact("header", "yes", d.sections[0].why)
	default:
		d.fact("header", "no", d.sections[0].why)
	}
	return d
}

// maxPreamble is how much of a preamble is kept as a fact; what is longer goes to the table
// of rejects.
const maxPreamble = 16 << 10

// singleQuoted reports whether ' is the quote: many cells are within it and none in ".
func singleQuoted(head []byte) bool {
	if bytes.IndexByte(head, '"') >= 0 {
		return false
	}
	opened, closed := 0, 0
	separator := func(c byte) bool { return strings.IndexByte(",;\t|\r\n", c) >= 0 }
	for i, c := range head {
		if c != '\'' {
			continue
		}
		if i == 0 || separator(head[i-1]) {
			opened++
		} else if i+1 == len(head) || separator(head[i+1]) {
			closed++
		}
	}
	return opened >= 2 && closed*10 >= opened*9 && opened*10 >= closed*9
}

// declaredDelimiter returns the delimiter that a line such as "sep=;" names, which Excel
// reads and writes before a table, or "".
func declaredDelimiter(line []byte) string {
	s := strings.Trim(string(line), "\"\r\n")
	if name, ok := strings.CutPrefix(strings.ToLower(s), "sep="); ok && len(name) == 1 && name[0] < 0x80 {
		return name
	}
	return ""
}

func extensionIsTSV(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".tsv") || strings.HasSuffix(lower, ".tab")
}

// sniffCSV reports whether text looks like rows of cells.
func sniffCSV(head []byte) bool {
	if readable(head) != nil || len(bytes.TrimSpace(head)) == 0 {
		return false
	}
	d := dialect{lineEnds: findLineEnds(head), quote: '"'}
	if d.fields(head) != nil {
		return true
	}
	s := d.sniff(head, len(head) < converter.SniffLen, false)
	return s.table()
}
