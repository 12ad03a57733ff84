package csv

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Delimiters that are no text of their own.
const (
	OneColumn = "none"   // there is no delimiter: each line is one cell
	Blanks    = "space"  // any number of blanks
	WideGaps  = "spaces" // two blanks or more: cells may have single ones
	Columns   = "fixed"  // blanks that stand below each other in all lines
)

// parseDelimiter returns the delimiter that people write in one word: "tab", `\t`, `\x01`,
// `\u001f`, or as it is.
func parseDelimiter(value string) (string, error) {
	var code int
	switch lower := strings.ToLower(value); {
	case lower == "tab":
		return "\t", nil
	case lower == OneColumn, lower == Blanks, lower == WideGaps, lower == Columns:
		return lower, nil
	case strings.HasPrefix(lower, `\x`) || strings.HasPrefix(lower, `\u`):
		if n, err := fmt.Sscanf(lower[2:], "%x", &code); n != 1 || err != nil || code > 0x10ffff {
			return "", fmt.Errorf("%q is no character: write it as in \\x01 or \\u001f", value)
		}
		value = string(rune(code))
	default:
		value = strings.ReplaceAll(value, `\t`, "\t")
	}
	return value, checkDelimiter(value)
}

func checkDelimiter(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty: name the characters between cells, or none")
	case strings.ContainsAny(value, "\r\n\""):
		return errors.New("a delimiter can't have line ends or quotes in it")
	case len(value) > 16:
		return errors.New("a delimiter of more than 16 bytes")
	}
	return nil
}

// delimiterName is how a delimiter is written for people.
func delimiterName(value string) string {
	if value == "\t" {
		return "tab"
	}
	return value
}

// singleByte returns a delimiter of one byte, and foreign for any other.
func singleByte(delimiter string) byte {
	if len(delimiter) == 1 {
		return delimiter[0]
	}
	return foreign
}

// foreign stands for a delimiter that is not one byte, in the text that is parsed. No text
// in UTF-8 has it.
const foreign = 0xfe

// A spelling is what a document writes where the parser wants one byte: a delimiter of
// several, blanks that align cells, CR CR LF. Its zero value is that there is none.
type spelling struct {
	between []byte // the delimiter, if it has several bytes
	gaps    int    // so many blanks or more divide cells; 0: no number does
	columns []int  // where each but the first begins, in characters, if that is fixed
}

// separate sets the delimiter.
func (d *dialect) separate(delimiter string) {
	d.spelling = spelling{}
	switch {
	case delimiter == "":
		d.delimiter = 0
	case delimiter == OneColumn:
		d.delimiter = None
	case delimiter == Blanks:
		d.delimiter, d.gaps = foreign, 1
	case delimiter == WideGaps:
		d.delimiter, d.gaps = foreign, 2
	case delimiter == Columns:
		d.delimiter, d.columns = foreign, []int{}
	default:
		if d.delimiter = singleByte(delimiter); d.delimiter == foreign {
			d.between = []byte(delimiter)
		}
	}
}

// respelled reports whether text has to be respelled for the parser.
func (d *dialect) respelled() bool {
	return d.between != nil || d.gaps > 0 || d.columns != nil || d.twice
}

// respell appends to out the text that the parser reads as text was meant, until that is
// size bytes, or whole if size is negative. It returns how much of text that is. Text begins
// a row.
func (d *dialect) respell(out, text []byte, size int) ([]byte, int) {
	if size < 0 {
		size = 3 * (len(text) + len(d.columns) + 1) // more than it can be
	}
	if d.columns != nil {
		return d.respellColumns(out, text, size)
	}
	pos, cell := 0, true
	before := len(out)
	if d.gaps > 0 {
		pos = blanksAt(text, 0)
	}
	for pos < len(text) && len(out)-before < size {
		c := text[pos]
		if cell && c == d.quote && c != 0 {
			if n := d.wellQuoted(text[pos:]); n > 0 {
				n = min(n, size-(len(out)-before))
				out = append(out, text[pos:pos+n]...)
				pos, cell = pos+n, false
				continue
			}
		}
		cell = false
		switch {
		case c == d.newline || c == '\r' && d.either:
			out = append(out, c)
			pos++
			cell = true
			if d.gaps > 0 {
				pos += blanksAt(text[pos:], 0)
			}
		case c == '\r' && d.twice && bytes.HasPrefix(text[pos:], []byte("\r\r\n")):
			pos++
		case d.gaps > 0 && (c == ' ' || c == '\t'):
			n := blanksAt(text[pos:], 0)
			switch {
			case pos+n == len(text) || text[pos+n] == d.newline || text[pos+n] == '\r':
				// At the end of a line.
			case n >= d.gaps || c == '\t':
				out = append(out, foreign)
				cell = true
			default:
				out = append(out, text[pos:pos+n]...)
			}
			pos += n
		case d.between != nil && c == d.between[0] && bytes.HasPrefix(text[pos:], d.between):
			out = append(out, foreign)
			pos += len(d.between)
			cell = true
		default:
			out = append(out, c)
			pos++
		}
	}
	return out, pos
}

// spelled returns text as the parser reads it, which is text itself if that is all the same.
func (d *dialect) spelled(text []byte) []byte {
	if !d.respelled() {
		return text
	}
	out, _ := d.respell(make([]byte, 0, len(text)+slack), text, -1)
	return out
}

// blanksAt returns how many blanks there are at at.
func blanksAt(text []byte, at int) int {
	n := at
	for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
		n++
	}
	return n - at
}

// wellQuoted returns how long the quoted cell is that text begins with, or 0 if it is not
// closed, or goes on behind its closing quote.
func (d *dialect) wellQuoted(text []byte) int {
	if n := d.closes(text); n == len(text) || n > 0 && d.ends(text[n:]) {
		return n
	}
	return 0
}

// closes returns how much of text its first cell, which is quoted, takes, or 0 if it is not
// closed. A quote behind a backslash closes no cell that goes on.
func (d *dialect) closes(text []byte) int {
	for at := 1; ; at++ {
		n := bytes.IndexByte(text[at:], d.quote)
		if n < 0 {
			return 0
		}
		at += n
		switch {
		case at+1 == len(text):
			return at + 1
		case text[at+1] == d.quote:
			at++
		case text[at-1] != '\\' || d.ends(text[at+1:]):
			return at + 1
		}
	}
}

// ends reports whether a cell ends before text.
func (d *dialect) ends(text []byte) bool {
	switch c := text[0]; {
	case c == '\r' || c == '\n' || c == d.delimiter:
		return true
	case d.between != nil:
		return bytes.HasPrefix(text, d.between)
	case d.gaps > 0:
		n := blanksAt(text, 0)
		return n >= d.gaps || n == len(text) || n > 0 && (text[n] == '\r' || text[n] == '\n')
	}
	return false
}

// A tracer finds where in a document's text a place in the respelled text is. Places are
// asked for in ascending order.
type tracer struct {
	*dialect
	text    []byte
	in, out int // the last place, there and here
	scratch []byte
}

func (t *tracer) place(at int) int {
	if !t.respelled() {
		return at
	}
	if at <= t.out {
		return t.in
	}
	scratch, n := t.respell(t.scratch[:0], t.text[t.in:], at-t.out)
	t.scratch = scratch
	t.in, t.out = t.in+n, at
	return t.in
}
