package csv

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A dialect is how a document writes rows of cells.
type dialect struct {
	delimiter byte
	quote     byte // 0: none
	newline   byte // LF, or CR in documents without LF
	either    bool // CR alone ends a row as LF does
	skip      int  // lines before the header
	named     bool // the first row has the columns' names
	quoting

	facts []converter.Fact
}

func (d *dialect) fact(key, value, why string) {
	d.facts = append(d.facts, converter.Fact{Key: key, Value: value, Why: why})
}

func (d *dialect) describe(out *converter.Writer) {
	for _, f := range d.facts {
		out.Describe(f.Key, f.Value, f.Why)
	}
	for _, f := range d.guesses {
		out.Report(f)
	}
}

const asked = "as asked for"

const (
	sampleSize = 256 << 10 // bytes
	sampleRows = 500
)

// dialect tells the dialect from the document's beginning. What is described is the same
// whether it was asked for or found, but for the reason: the same reading makes the same
// database.
func (c Converter) dialect(head []byte, whole, tsv bool) dialect {
	d := dialect{newline: '\n', quote: c.Quote, delimiter: c.Delimiter}
	d.newlines(head)
	switch c.Quote {
	case 0:
		d.quote = '"'
		if singleQuoted(head) {
			d.quote = '\''
			d.fact("quote", "'", "cells begin and end with it, and none with \"")
		}
	case None:
		d.quote = 0
		d.fact("quote", "none", asked)
	case '"':
	default:
		d.fact("quote", string(rune(c.Quote)), asked)
	}
	d.skip = max(c.Skip, 0)
	why := asked
	if declared := declaredDelimiter(firstLines(head, d.newline, 1)); declared != 0 && c.Skip == 0 {
		d.skip, why = 1, "it only says what the delimiter is"
		if d.delimiter == 0 {
			d.delimiter = declared
		}
	}
	s := d.sniffQuoted(c, head[len(firstLines(head, d.newline, d.skip)):], whole, tsv)
	switch {
	case c.Delimiter != 0:
		s.why = asked
	case d.delimiter != 0:
		s.why = "the first line says so"
	default:
		d.delimiter = s.delimiter
	}
	if d.delimiter == None {
		d.fact("delimiter", "none", s.why)
	} else {
		d.fact("delimiter", string(rune(d.delimiter)), s.why)
	}
	rows := s.rows
	if c.Skip == 0 {
		if n := preamble(rows, s.width); n > 0 {
			d.skip += rows[n].line
			why = fmt.Sprintf("%d rows before the first of %d cells", n, s.width)
			rows = rows[n:]
		}
	}
	if d.skip > 0 {
		d.fact("skip", fmt.Sprint(d.skip), why)
		d.fact("preamble", strings.TrimSpace(string(firstLines(head, d.newline, d.skip))), "kept here")
	}
	switch {
	case c.NoHeader:
		d.fact("header", "no", asked)
	case c.Header:
		d.named = true
		d.fact("header", "yes", asked)
	case len(rows) > 1 && rows[0].torn && len(rows[0].cells) != s.width:
		d.fact("header", "no", "a quote is missing in the first row, or one too many")
	default:
		var why string
		d.named, why = hasHeader(rows)
		value := "no"
		if d.named {
			value = "yes"
		}
		d.fact("header", value, why)
	}
	d.wide, d.shaped = s.width, shapes(rows, s.width)
	return d
}

// newlines tells what ends a row.
func (d *dialect) newlines(head []byte) {
	lf := bytes.IndexByte(head, '\n')
	cr := bytes.IndexByte(head, '\r')
	switch {
	case lf < 0 && cr >= 0:
		d.newline = '\r'
		d.fact("newline", "CR", "there is no LF")
	case lf >= 0 && loneCR(head):
		d.either = true
		d.fact("newline", "LF and CR", "CR stands alone outside of quotes")
	}
}

// loneCR reports whether CR ends rows beside LF: it stands outside of quotes, and more
// often than by chance.
func loneCR(head []byte) bool {
	quoted, alone, lf := false, 0, 0
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			lf++
		case c == '\r' && i+1 < len(head) && head[i+1] != '\n' && head[i+1] != '\r':
			alone++
		}
	}
	return alone > 0 && alone*10 >= lf
}

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
// reads and writes before a table, or 0.
func declaredDelimiter(line []byte) byte {
	s := strings.Trim(string(line), "\"\r\n")
	if name, ok := strings.CutPrefix(strings.ToLower(s), "sep="); ok && len(name) == 1 && name[0] < 0x80 {
		return name[0]
	}
	return 0
}

func extensionIsTSV(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".tsv") || strings.HasSuffix(lower, ".tab")
}

func firstLines(head []byte, newline byte, n int) []byte {
	at := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(head[at:], newline)
		if i < 0 {
			return head
		}
		at += i + 1
	}
	return head[:at]
}

// sniffCSV reports whether text looks like rows of cells.
func sniffCSV(head []byte) bool {
	if readable(head) != nil || len(bytes.TrimSpace(head)) == 0 {
		return false
	}
	d := dialect{newline: '\n', quote: '"'}
	d.newlines(head)
	s := d.sniff(head, len(head) < converter.SniffLen, false)
	return s.table()
}
