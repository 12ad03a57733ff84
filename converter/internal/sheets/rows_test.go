package sheets_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A format whose workbooks are rows in memory: what a format has to do, and no more.

// A grid is a sheet. A cell is nil, or
//
//	string, int, float64, bool   what it is
//	index                        a shared string
//	serial                       a number whose format shows a date
//	fault                        an error
//	merged                       one that is merged with others to the right and down
//	link                         a text that leads somewhere
type grid struct {
	rows     [][]any
	hidden   []int // rows, from 1
	columns  []int // that are hidden, from 0
	behind   sheets.Behind
	linked   bool // there are links in behind
	declared []sheets.Declared
	numbered bool // its rows have numbers
	chunk    int  // rows that a chunk has at most; 0: 3, so that even a small grid has several
	broken   int  // number of a row that can't be read
}

type (
	index  int
	serial float64
	fault  string
	merged struct {
		of          any
		right, down int
	}
	link struct{ text, target string }
)

// Open begins to read the rows.
func (g *grid) Open() (sheets.Source, error) { return &gridSource{grid: g}, nil }

// Scan decodes rows of a chunk: each is 4 bytes, its index.
func (g *grid) Scan(c sheets.Chunk, before int) (sheets.Scanner, error) {
	return &gridScanner{grid: g, rest: c.Data, row: sheets.Row{Number: before, Numbered: g.numbered}}, nil
}

func (g *grid) Foresee() (bool, error) { return g.linked, nil }

func (g *grid) Tables() ([]sheets.Declared, error) { return g.declared, nil }

type gridSource struct {
	*grid
	next int
}

func (s *gridSource) Next(size int) (sheets.Chunk, error) {
	c := sheets.Chunk{Offset: int64(4 * s.next)}
	if s.numbered {
		c.First = s.next + 1
	}
	for n := 0; n < cmp.Or(s.chunk, 3) && s.next < len(s.rows) && (n == 0 || 4*(n+1) <= size); n++ {
		c.Data = binary.LittleEndian.AppendUint32(c.Data, uint32(s.next))
		s.next++
	}
	if len(c.Data) == 0 {
		return c, io.EOF
	}
	return c, nil
}

func (s *gridSource) Reuse(c sheets.Chunk) { clear(c.Data) }

func (s *gridSource) Hidden() []bool {
	var hidden []bool
	for _, col := range s.columns {
		hidden = sheets.Hide(hidden, col, col)
	}
	return hidden
}

func (s *gridSource) Behind() (sheets.Behind, error) { return s.behind, nil }

func (s *gridSource) Close() error { return nil }

type gridScanner struct {
	*grid
	rest    []byte
	row     sheets.Row
	scratch []byte // the values of a row
}

func (s *gridScanner) Next() (*sheets.Row, error) {
	if len(s.rest) == 0 {
		return nil, nil
	}
	at := int(binary.LittleEndian.Uint32(s.rest))
	s.rest = s.rest[4:]
	if s.row.Number++; s.numbered {
		s.row.Number = at + 1
	}
	s.row.Hidden = false
	for _, n := range s.hidden {
		s.row.Hidden = s.row.Hidden || n == at+1
	}
	s.row.Cells, s.row.Links, s.row.Merged, s.scratch = s.row.Cells[:0], s.row.Links[:0], s.row.Merged[:0], s.scratch[:0]
	if s.broken == at+1 {
		return &s.row, errors.New("it is broken")
	}
	for col, v := range s.rows[at] {
		s.cell(int32(col), v)
	}
	return &s.row, nil
}

// cell adds a cell to the row.
func (s *gridScanner) cell(col int32, v any) {
	c := sheets.Cell{Col: col}
	from := len(s.scratch)
	switch v := v.(type) {
	case nil:
		return
	case merged:
		n := s.row.Number
		s.row.Merged = append(s.row.Merged, sheets.Range{Top: n, Left: int(col), Bottom: n + v.down, Right: int(col) + v.right})
		s.cell(col, v.of)
		return
	case link:
		s.row.Links = append(s.row.Links, sheets.CellLink{Col: col, Target: v.target})
		s.cell(col, v.text)
		return
	case index:
		c.Kind, c.Index = sheets.Shared, uint32(v)
	case string:
		c.Kind = sheets.Text
		s.scratch = append(s.scratch, v...)
	case int:
		c.Kind = sheets.Number
		s.scratch = strconv.AppendInt(s.scratch, int64(v), 10)
	case float64:
		c.Kind = sheets.Float
		s.scratch = binary.LittleEndian.AppendUint64(s.scratch, math.Float64bits(v))
	case serial:
		c.Kind, c.Style = sheets.Float, dateStyle
		s.scratch = binary.LittleEndian.AppendUint64(s.scratch, math.Float64bits(float64(v)))
	case bool:
		c.Kind = sheets.Bool
		s.scratch = strconv.AppendBool(s.scratch, v)
	case fault:
		c.Kind = sheets.Error
		s.scratch = append(s.scratch, v...)
	}
	c.Value = s.scratch[from:len(s.scratch):len(s.scratch)] // an append to scratch leaves it as it is
	s.row.Cells = append(s.row.Cells, c)
}

func (s *gridScanner) At(err error) error {
	return fmt.Errorf("%w: a grid: %w", converter.ErrCorrupt, err)
}

const dateStyle = 1

// gridBook makes a workbook of grids, which are the sheets S1, S2 …
func gridBook(grids ...*grid) *sheets.Book {
	b := &sheets.Book{
		Formats:      []sheets.NumFormat{dateStyle: sheets.ParseFormat("yyyy-mm-dd")},
		Strings:      new(sheets.Strings), // Oslo and Bonn
		Limits:       sheets.Limits{Tables: 10, Growth: 10},
		MergedInRows: true,
		MinRow:       4,
		MinCell:      1,
	}
	b.Strings.Add([]byte("Oslo"))
	b.Strings.Add([]byte("Bonn"))
	for i, g := range grids {
		b.Sheets = append(b.Sheets, sheets.Sheet{Name: "S" + strconv.Itoa(i+1), Kind: sheets.Worksheet, State: sheets.Visible, Content: g})
	}
	return b
}

// gridConverter is the format's converter.
type gridConverter struct {
	book    *sheets.Book
	options sheets.Reading
}

func (c gridConverter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	return c.book.Convert(ctx, out, in.Stem(), c.options, func(table string) sheets.Reading {
		return out.Under(c, table).(gridConverter).options
	})
}

func (c gridConverter) Options() []converter.Option { return c.options.List() }

func (c gridConverter) With(name, value string) (converter.Converter, error) {
	var err error
	c.options, err = c.options.With(name, value)
	return c, err
}
