package xlsx

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

var errRef = errors.New("no reference to a cell")

// A rowScanner reads the rows in a piece of sheet XML, which begins and ends between two
// rows.
type rowScanner struct {
	sheets.Row // the last one; it counts rows whose numbers the XML doesn't say
	b          []byte
	pos        int    // just after the last row
	scratch    []byte // decoded text of the row's cells
	part       string // that b is of
	offset     int64  // of b in it
}

// Next reads the next row.
func (s *rowScanner) Next() (*sheets.Row, error) {
	ok, err := s.next()
	if err == nil && !ok {
		return nil, nil
	}
	return &s.Row, err
}

// At says where in the part the row is.
func (s *rowScanner) At(err error) error { return markup.Corrupt(err, s.part, s.offset+int64(s.pos)) }

// next reads the next row and reports whether there is one. Rows may be blank.
func (s *rowScanner) next() (bool, error) {
	s.Cells = s.Cells[:0]
	s.scratch = s.scratch[:0]
	s.Links = s.Links[:0]
	var t markup.Tag
	for {
		ok, err := t.Next(s.b, s.pos)
		if err != nil || !ok {
			return false, err
		}
		s.pos = t.End
		if t.Is("row") {
			break
		}
		if t.Kind == markup.Close {
			return false, markup.ErrNotXML
		}
		if s.pos, err = t.Skip(s.b); err != nil {
			return false, err
		}
	}
	s.Number++
	for rest := t.Attrs; rest != nil; {
		var name, value []byte
		if name, value, rest = markup.NextAttr(rest); len(name) == 1 && name[0] == 'r' {
			if n, ok := sheets.ParseIndex(value); ok {
				s.Number, s.Numbered = n, true
			}
			break
		}
	}
	s.Hidden = bytes.Contains(t.Attrs, []byte("hidden=")) && isTrue(t.Attr("hidden"))
	if t.Kind == markup.Empty {
		return true, nil
	}
	col, sorted := int32(-1), true
	for {
		ok, err := t.Next(s.b, s.pos)
		if err != nil || !ok {
			return false, cmp.Or(err, markup.ErrUnclosed)
		}
		s.pos = t.End
		switch {
		case t.Kind == markup.Close:
			if string(t.Name) != "row" {
				return false, markup.ErrNotXML
			}
			if !sorted {
				s.Cells = sheets.Ascending(s.Cells)
			}
			return true, nil
		case t.Kind == markup.Data:
		case string(t.Name) == "c":
			before := col
			if col, err = s.cell(&t, col); err != nil {
				return false, err
			}
			sorted = sorted && col > before
		default:
			if s.pos, err = t.Skip(s.b); err != nil {
				return false, err
			}
		}
	}
}

// cell reads the cell that t opened; before is the column of the one before it.
func (s *rowScanner) cell(t *markup.Tag, before int32) (int32, error) {
	c := sheets.Cell{Col: before + 1}
	for rest := t.Attrs; ; {
		var name, value []byte
		if name, value, rest = markup.NextAttr(rest); rest == nil {
			break
		}
		if len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			col, ok := sheets.ParseColumn(value)
			if !ok {
				return 0, fmt.Errorf("%w: %.20q", errRef, value)
			}
			c.Col = col
		case 's':
			if n, ok := sheets.ParseIndex(value); ok {
				c.Style = int32(n)
			}
		case 't':
			c.Kind = parseType(value)
		}
	}
	if c.Col >= sheets.MaxColumns {
		return 0, fmt.Errorf("%w: more than %d columns", errRef, sheets.MaxColumns)
	}
	if t.Kind == markup.Empty {
		return c.Col, nil
	}
	if value, end := plainValue(s.b, t.End); end > 0 && (c.Kind != sheets.Text || bytes.IndexByte(value, '_') < 0) {
		c.Value, s.pos = value, end
		s.add(c, false, true)
		return c.Col, nil
	}
	var formula, has bool
	for {
		ok, err := t.Next(s.b, s.pos)
		if err != nil || !ok {
			return 0, cmp.Or(err, markup.ErrUnclosed)
		}
		switch {
		case t.Kind == markup.Close:
			if string(t.Name) != "c" {
				return 0, markup.ErrNotXML
			}
			s.pos = t.End
			s.add(c, formula, has)
			return c.Col, nil
		case t.Kind == markup.Data:
			s.pos = t.End
		case string(t.Name) == "v":
			c.Value, s.scratch, s.pos, err = t.Content(s.b, s.scratch)
			if c.Kind == sheets.Text {
				c.Value, s.scratch = unescape(c.Value, s.scratch)
			}
			has = true
		case string(t.Name) == "is":
			c.Value, s.scratch, s.pos, err = richText(t, s.b, s.scratch)
			has = true
		case string(t.Name) == "f":
			formula = true
			if isHyperlink(s.b[t.End:]) {
				s.link(t, c.Col)
			}
			s.pos, err = t.Skip(s.b)
		default:
			s.pos, err = t.Skip(s.b)
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
func (s *rowScanner) add(c sheets.Cell, formula, has bool) {
	if c.Kind != sheets.Text {
		c.Value = sheets.TrimSpace(c.Value)
		if has = len(c.Value) > 0; !has && formula {
			c.Kind, has = sheets.Missing, true
		}
	} else if formula && !has {
		c.Kind, has = sheets.Missing, true
	}
	if has {
		if c.Kind == sheets.Shared {
			c.Index = sheets.NoString
			if n, ok := sheets.ParseIndex(c.Value); ok {
				c.Index = uint32(n)
			}
		}
		s.Cells = append(s.Cells, c)
	}
}

// richText returns the text of the string item that t opened, its runs joined and its
// phonetic hints left out (ECMA-376 part 1, 18.4.8), and the end of the element.
func richText(t *markup.Tag, b, scratch []byte) (text, grown []byte, end int, err error) {
	if t.Kind == markup.Empty {
		return nil, scratch, t.End, nil
	}
	runs, from := 0, len(scratch)
	depth := 0 // of the r around a run
	for pos := t.End; ; {
		var inner markup.Tag
		ok, err := inner.Next(b, pos)
		if err != nil || !ok {
			return nil, scratch, 0, cmp.Or(err, markup.ErrUnclosed)
		}
		switch {
		case inner.Kind == markup.Close && depth == 0:
			if runs > 1 {
				text = scratch[from:len(scratch):len(scratch)]
			}
			return text, scratch, inner.End, nil
		case inner.Kind == markup.Close:
			depth--
			pos = inner.End
			continue
		case inner.Kind == markup.Open && string(inner.Name) == "r":
			depth++
			pos = inner.End
			continue
		case inner.Kind != markup.Open:
			pos = inner.End
			continue
		case string(inner.Name) != "t":
			if pos, err = inner.Skip(b); err != nil {
				return nil, scratch, 0, err
			}
			continue
		}
		if runs++; runs == 1 {
			if text, scratch, pos, err = inner.Content(b, scratch); err != nil {
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
		if scratch, pos, err = inner.AppendContent(scratch, b); err != nil {
			return nil, scratch, 0, err
		}
		scratch = appendUnescaped(scratch[:run], scratch[run:])
	}
}

// parseType reads the attribute t. A type that nobody knows is text, so that nothing of it
// is lost.
func parseType(b []byte) sheets.Kind {
	switch string(b) {
	case "n":
		return sheets.Number
	case "s":
		return sheets.Shared
	case "b":
		return sheets.Bool
	case "e":
		return sheets.Error
	case "d":
		return sheets.Date
	}
	return sheets.Text
}

// firstRow returns the number of the first row in a piece of sheet XML, or 0 if it says
// none.
func firstRow(xml []byte) int {
	var t markup.Tag
	if ok, err := t.Next(xml, 0); !ok || err != nil || !t.Is("row") {
		return 0
	}
	n, _ := sheets.ParseIndex([]byte(t.Attr("r")))
	return n
}
