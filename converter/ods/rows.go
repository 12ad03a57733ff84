package ods

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

var errPlace = errors.New("no place for a cell")

// maxRows is the number that no row with cells is beyond.
const maxRows = 1 << 30

// A scanner reads the rows in a piece of XML that begins and ends between two rows.
type scanner struct {
	sheets.Row
	*sheet
	patterns
	b       []byte
	pos     int    // just after the last row
	scratch []byte // decoded text of the row's cells
	again   int    // how often the last row is still to come
	col     int    // of the next cell
	style   []byte // that cells of the row have without one of their own
	offset  int64  // of b
}

// Patterns are what nearly all tags begin with, so that they are found at once.
type patterns struct {
	cell      []byte // <table:table-cell
	words     []byte // the attributes of a text, as LibreOffice writes them: office:value-type="string" calcext:value-type="string">
	number    []byte // those of a number, before its value and behind it
	numbered  []byte
	paragraph []byte // <text:p>
	ends      []byte // </text:p></table:table-cell>
}

func newScanner(s *sheet, chunk sheets.Chunk, before int) *scanner {
	return &scanner{
		sheet: s, b: chunk.Data, offset: chunk.Offset, Row: sheets.Row{Number: before},
		patterns: patterns{
			cell:      []byte("<" + s.table.prefix + "table-cell"),
			words:     []byte(" " + s.names.office + `value-type="string" ` + s.names.ext + `value-type="string">`),
			number:    []byte(" " + s.names.office + `value-type="float" ` + s.names.office + `value="`),
			numbered:  []byte(`" ` + s.names.ext + `value-type="float">`),
			paragraph: []byte("<" + s.names.text + "p>"),
			ends:      []byte("</" + s.names.text + "p></" + s.table.prefix + "table-cell>"),
		},
	}
}

// At says where in the XML the row is.
func (s *scanner) At(err error) error { return markup.Corrupt(err, s.part, s.offset+int64(s.pos)) }

// Next reads the next row. Many blank ones are one, with the number of the last.
func (s *scanner) Next() (*sheets.Row, error) {
	if s.again > 0 {
		s.again--
		s.Number++
		s.Merged = s.Merged[:0]
		return &s.Row, nil
	}
	ok, err := s.next()
	if err == nil && !ok {
		return nil, nil
	}
	return &s.Row, err
}

func (s *scanner) next() (bool, error) {
	s.Cells, s.Links, s.Merged = s.Cells[:0], s.Links[:0], s.Merged[:0]
	s.scratch = s.scratch[:0]
	var t markup.Tag
	for {
		ok, err := t.Next(s.b, s.pos)
		if err != nil || !ok {
			return false, err
		}
		s.pos = t.End
		if t.Is("table-row") {
			break
		}
		if isWrapper(&t) {
			continue
		}
		if s.pos, err = t.Skip(s.b); err != nil {
			return false, err
		}
	}
	many := 1
	s.Hidden, s.style, s.col = false, nil, 0
	counted := false
	for name, value, rest := markup.NextAttr(t.Attrs); rest != nil; name, value, rest = markup.NextAttr(rest) {
		switch string(name) {
		case rowsRepeated:
			if !counted {
				many, counted = times(value), true
			}
		case "visibility":
			s.Hidden = isHidden(string(value))
		case "default-cell-style-name":
			s.style = value
		}
	}
	s.Number++
	if t.Kind == markup.Open {
		if err := s.cells(); err != nil {
			return false, err
		}
	}
	if len(s.Cells) == 0 {
		s.Number += many - 1
		return true, nil
	}
	if s.Number > maxRows-many {
		return false, fmt.Errorf("%w: more than %d rows", errPlace, maxRows)
	}
	s.again = many - 1
	return true, nil
}

// cells reads the cells of the row, to behind its end tag.
func (s *scanner) cells() error {
	var t markup.Tag
	for {
		for s.pos < len(s.b) && s.b[s.pos] <= ' ' {
			s.pos++
		}
		if b := s.b[s.pos:]; begins(b, s.cell) {
			if err := s.read(s.pos + len(s.cell)); err != nil {
				return err
			}
			continue
		}
		ok, err := t.Next(s.b, s.pos)
		if err != nil || !ok {
			return cmp.Or(err, markup.ErrUnclosed)
		}
		name := string(t.Name)
		switch {
		case t.Kind == markup.Close:
			s.pos = t.End
			if name != "table-row" {
				return markup.ErrNotXML
			}
			return nil
		case name == "table-cell" || name == "covered-table-cell":
			if err := s.read(t.Start + 1 + bytes.IndexAny(s.b[t.Start+1:], " \t\r\n/>")); err != nil {
				return err
			}
		default:
			if s.pos, err = t.Skip(s.b); err != nil {
				return err
			}
		}
	}
}

// read reads the cell whose start tag goes on at pos, behind its name.
func (s *scanner) read(pos int) error {
	var c cell
	var empty bool
	var err error
	if s.pos = s.usual(&c, pos); s.pos == 0 {
		if s.pos, empty, err = s.attributes(&c, pos); err != nil {
			return err
		}
	}
	var text []byte
	if !empty {
		if text, err = s.content(&c); err != nil {
			return err
		}
	}
	if c.formula != nil {
		if target, ok := hyperlink(c.formula); ok {
			s.link(&c, target)
		}
	}
	value, ok := s.value(&c, text)
	n, from := max(c.many, 1), s.col
	s.col = min(from+n, sheets.MaxColumns)
	if c.right > 1 || c.down > 1 {
		if from < sheets.MaxColumns {
			s.Merged = append(s.Merged, sheets.Range{Top: s.Number, Left: from, Bottom: s.Number + max(c.down, 1) - 1,
				Right: min(from+max(c.right, 1), sheets.MaxColumns) - 1})
		}
	}
	if !ok {
		return nil
	}
	if from+n > sheets.MaxColumns {
		return fmt.Errorf("%w: more than %d columns", errPlace, sheets.MaxColumns)
	}
	links := s.Links[len(s.Links)-c.links:]
	for i := range n {
		value.Col = int32(from + i)
		s.Cells = append(s.Cells, value)
		if i > 0 {
			for _, link := range links {
				link.Col = value.Col
				s.Links = append(s.Links, link)
			}
		}
	}
	return nil
}
