package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// cellType says how the value of a cell is spelled (ECMA-376 part 1, 18.18.11, ST_CellType).
type cellType uint8

const (
	typeNumber  cellType = iota // n, and the default
	typeShared                  // s: an index into the shared strings
	typeText                    // inlineStr, and str, the text that a formula gave
	typeBoolean                 // b
	typeError                   // e: #N/A and its like
	typeDate                    // d: a date in ISO 8601
	typeMissing                 // a formula without a stored result
)

// A cell is one that holds something. Its value is decoded if it is text, and otherwise as
// it stands in the XML.
type cell struct {
	value []byte
	col   int32 // 0-based
	style int32
	typ   cellType
}

const maxColumns = 16384 // of a sheet: A to XFD

var errRef = errors.New("no reference to a cell")

// A rowScanner reads the rows in a piece of sheet XML, which begins and ends between two
// rows.
type rowScanner struct {
	b        []byte
	pos      int    // just after the last row
	number   int    // of the row, 1-based, as the XML says, or counted if it doesn't
	numbered bool   // the XML says
	hidden   bool   // the row is
	cells    []cell // of the row, in ascending columns; cells that hold nothing are left out
	links    []formulaLink
	scratch  []byte // decoded text of the row's cells
}

// next reads the next row and reports whether there is one. Rows may be blank.
func (s *rowScanner) next() (bool, error) {
	s.cells = s.cells[:0]
	s.scratch = s.scratch[:0]
	s.links = s.links[:0]
	var t tag
	for {
		ok, err := t.next(s.b, s.pos)
		if err != nil || !ok {
			return false, err
		}
		s.pos = t.end
		if t.is("row") {
			break
		}
		if t.kind == tagClose {
			return false, errNotXML
		}
		if s.pos, err = t.skip(s.b); err != nil {
			return false, err
		}
	}
	s.number++
	for rest := t.attrs; rest != nil; {
		var name, value []byte
		if name, value, rest = nextAttr(rest); len(name) == 1 && name[0] == 'r' {
			if n, ok := parseIndex(value); ok {
				s.number, s.numbered = n, true
			}
			break
		}
	}
	s.hidden = bytes.Contains(t.attrs, []byte("hidden=")) && isTrue(t.attr("hidden"))
	if t.kind == tagEmpty {
		return true, nil
	}
	col, sorted := int32(-1), true
	for {
		ok, err := t.next(s.b, s.pos)
		if err != nil || !ok {
			return false, firstErr(err, errUnclosed)
		}
		s.pos = t.end
		switch {
		case t.kind == tagClose:
			if string(t.name) != "row" {
				return false, errNotXML
			}
			if !sorted {
				s.cells = sortCells(s.cells)
			}
			return true, nil
		case t.kind == tagData:
		case string(t.name) == "c":
			before := col
			if col, err = s.cell(&t, col); err != nil {
				return false, err
			}
			sorted = sorted && col > before
		default:
			if s.pos, err = t.skip(s.b); err != nil {
				return false, err
			}
		}
	}
}

// cell reads the cell that t opened; before is the column of the one before it.
func (s *rowScanner) cell(t *tag, before int32) (int32, error) {
	c := cell{col: before + 1}
	for rest := t.attrs; ; {
		var name, value []byte
		if name, value, rest = nextAttr(rest); rest == nil {
			break
		}
		if len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			col, ok := parseColumn(value)
			if !ok {
				return 0, fmt.Errorf("%w: %.20q", errRef, value)
			}
			c.col = col
		case 's':
			if n, ok := parseIndex(value); ok {
				c.style = int32(n)
			}
		case 't':
			c.typ = parseType(value)
		}
	}
	if c.col >= maxColumns {
		return 0, fmt.Errorf("%w: more than %d columns", errRef, maxColumns)
	}
	if t.kind == tagEmpty {
		return c.col, nil
	}
	if value, end := plainValue(s.b, t.end); end > 0 && (c.typ != typeText || bytes.IndexByte(value, '_') < 0) {
		c.value, s.pos = value, end
		s.add(c, false, true)
		return c.col, nil
	}
	var formula, has bool
	for {
		ok, err := t.next(s.b, s.pos)
		if err != nil || !ok {
			return 0, firstErr(err, errUnclosed)
		}
		switch {
		case t.kind == tagClose:
			if string(t.name) != "c" {
				return 0, errNotXML
			}
			s.pos = t.end
			s.add(c, formula, has)
			return c.col, nil
		case t.kind == tagData:
			s.pos = t.end
		case string(t.name) == "v":
			c.value, s.scratch, s.pos, err = t.content(s.b, s.scratch)
			if c.typ == typeText {
				c.value, s.scratch = unescape(c.value, s.scratch)
			}
			has = true
		case string(t.name) == "is":
			c.value, s.scratch, s.pos, err = richText(t, s.b, s.scratch)
			has = true
		case string(t.name) == "f":
			formula = true
			if isHyperlink(s.b[t.end:]) {
				s.link(t, c.col)
			}
			s.pos, err = t.skip(s.b)
		default:
			s.pos, err = t.skip(s.b)
		}
		if err != nil {
			return 0, err
		}
	}
}

// plainValue is the shortcut for what nearly all cells look like: <c …><v>12</v></c>. end is
// 0 if this one is different.
func plainValue(b []byte, pos int) (value []byte, end int) {
	const open, shut = "<v>", "</v></c>"
	if len(b)-pos < len(open)+len(shut) || string(b[pos:pos+len(open)]) != open {
		return nil, 0
	}
	from := pos + len(open)
	for i := from; i+len(shut) <= len(b); i++ {
		switch b[i] {
		case '<':
			if string(b[i:i+len(shut)]) != shut {
				return nil, 0
			}
			return b[from:i], i + len(shut)
		case '&', '\r':
			return nil, 0
		}
	}
	return nil, 0
}

// add keeps the cell if it holds something.
func (s *rowScanner) add(c cell, formula, has bool) {
	if c.typ != typeText {
		c.value = trimSpace(c.value)
		if has = len(c.value) > 0; !has && formula {
			c.typ, has = typeMissing, true
		}
	} else if formula && !has {
		c.typ, has = typeMissing, true
	}
	if has {
		s.cells = append(s.cells, c)
	}
}

// sortCells brings cells in order; of those in one place the last one counts.
func sortCells(cells []cell) []cell {
	slices.SortStableFunc(cells, func(a, b cell) int { return int(a.col) - int(b.col) })
	kept := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || cells[i+1].col != c.col {
			kept = append(kept, c)
		}
	}
	return kept
}

// richText returns the text of the string item that t opened, its runs joined and its
// phonetic hints left out (ECMA-376 part 1, 18.4.8), and the end of the element.
func richText(t *tag, b, scratch []byte) (text, grown []byte, end int, err error) {
	if t.kind == tagEmpty {
		return nil, scratch, t.end, nil
	}
	runs, from := 0, len(scratch)
	depth := 0 // of the r around a run
	for pos := t.end; ; {
		var inner tag
		ok, err := inner.next(b, pos)
		if err != nil || !ok {
			return nil, scratch, 0, firstErr(err, errUnclosed)
		}
		switch {
		case inner.kind == tagClose && depth == 0:
			if runs > 1 {
				text = scratch[from:len(scratch):len(scratch)]
			}
			return text, scratch, inner.end, nil
		case inner.kind == tagClose:
			depth--
			pos = inner.end
			continue
		case inner.kind == tagOpen && string(inner.name) == "r":
			depth++
			pos = inner.end
			continue
		case inner.kind != tagOpen:
			pos = inner.end
			continue
		case string(inner.name) != "t":
			if pos, err = inner.skip(b); err != nil {
				return nil, scratch, 0, err
			}
			continue
		}
		if runs++; runs == 1 {
			if text, scratch, pos, err = inner.content(b, scratch); err != nil {
				return nil, scratch, 0, err
			}
			text, scratch = unescape(text, scratch)
			continue
		}
		if runs == 2 {
			from = len(scratch)
			scratch = append(scratch, text...)
		}
		run := len(scratch)
		if scratch, pos, err = inner.appendContent(scratch, b); err != nil {
			return nil, scratch, 0, err
		}
		scratch = appendUnescaped(scratch[:run], scratch[run:])
	}
}

// parseType reads the attribute t. A type that nobody knows is text, so that nothing of it
// is lost.
func parseType(b []byte) cellType {
	switch string(b) {
	case "n":
		return typeNumber
	case "s":
		return typeShared
	case "b":
		return typeBoolean
	case "e":
		return typeError
	case "d":
		return typeDate
	}
	return typeText
}

// firstRow returns the number of the first row in a piece of sheet XML, or 0 if it says
// none.
func firstRow(xml []byte) int {
	var t tag
	if ok, err := t.next(xml, 0); !ok || err != nil || !t.is("row") {
		return 0
	}
	n, _ := parseIndex([]byte(t.attr("r")))
	return n
}

// cellName spells the name of a cell: A1.
func cellName(row, col int) string { return columnName(col) + strconv.Itoa(row) }

// columnName spells the name of a column: A.
func columnName(col int) string {
	var name []byte
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = append(name, byte('A'+(n-1)%26))
	}
	slices.Reverse(name)
	return string(name)
}

// parseColumn returns the 0-based column of a reference such as B7.
func parseColumn(b []byte) (int32, bool) {
	n := int32(0)
	for i, c := range b {
		switch {
		case 'A' <= c && c <= 'Z':
			n = n*26 + int32(c-'A') + 1
		case 'a' <= c && c <= 'z':
			n = n*26 + int32(c-'a') + 1
		case c == '$':
		default:
			return n - 1, i > 0 && n > 0
		}
		if n > maxColumns {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// parseIndex reads a count or an index below a billion.
func parseIndex(b []byte) (int, bool) {
	b = trimSpace(b)
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func trimSpace(b []byte) []byte {
	if n := len(b); n == 0 || (b[0] > ' ' && b[n-1] > ' ') {
		return b
	}
	return bytes.TrimSpace(b)
}
