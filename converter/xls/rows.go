package xls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A rowScanner reads the rows in a chunk: records of whole rows, one after another.
type rowScanner struct {
	sheets.Row
	*content
	b       []byte
	pos     int    // just after the last record
	at      int    // where the last record begins
	scratch []byte // values of the row's cells
	offset  int64  // of b in the stream
	goesOn  func() ([]byte, error)
}

// Scan reads the rows of a chunk.
func (c *content) Scan(chunk sheets.Chunk, before int) (sheets.Scanner, error) {
	s := &rowScanner{content: c, b: chunk.Data, offset: chunk.Offset, Row: sheets.Row{Number: before, Numbered: true}}
	s.goesOn = s.continued
	return s, nil
}

// peek returns the kind of the next record, and whether there is one.
func (s *rowScanner) peek() (id uint16, ok bool) {
	if s.pos == len(s.b) {
		return 0, false
	}
	return binary.LittleEndian.Uint16(s.b[s.pos:]), true
}

// take returns the data of the next record.
func (s *rowScanner) take() []byte {
	s.at = s.pos
	from := s.pos + headerSize
	s.pos = from + int(binary.LittleEndian.Uint16(s.b[s.pos+2:]))
	return s.b[from:s.pos:s.pos]
}

// continued returns the data of the next record if it continues the one before it.
func (s *rowScanner) continued() ([]byte, error) {
	if id, ok := s.peek(); !ok || id != idContinue {
		return nil, nil
	}
	return s.take(), nil
}

// Next reads the next row.
func (s *rowScanner) Next() (*sheets.Row, error) {
	s.Cells, s.Links, s.scratch = s.Cells[:0], s.Links[:0], s.scratch[:0]
	first := true
	for {
		id, ok := s.peek()
		if !ok {
			break
		}
		if id == idString || id == idContinue { // of no cell
			s.take()
			continue
		}
		row := int(binary.LittleEndian.Uint16(s.b[s.pos+headerSize:])) + 1
		if !first && row != s.Number {
			break
		}
		if first {
			s.Number, s.Hidden, first = row, s.rows[row-1], false
		}
		if err := s.cells(id, s.take()); err != nil {
			return &s.Row, err
		}
	}
	if first {
		return nil, nil
	}
	s.Cells = sheets.Ascending(s.Cells)
	return &s.Row, nil
}

// At says where in the stream the row is.
func (s *rowScanner) At(err error) error {
	return s.book.corrupt(err, s.offset+int64(s.at))
}

var errColumn = errors.New("there is no such column")

// cells adds the cells of a record, most of which have one.
func (s *rowScanner) cells(id uint16, b []byte) error {
	c := sheets.Cell{Col: int32(binary.LittleEndian.Uint16(b[2:])), Style: int32(binary.LittleEndian.Uint16(b[4:]))}
	if c.Col >= sheets.MaxColumns {
		return fmt.Errorf("%w: %d", errColumn, c.Col+1)
	}
	value := b[6:]
	switch id {
	case idNumber:
		if len(value) < 8 {
			return errCut
		}
		c.Kind, c.Value = sheets.Float, value[:8]
	case idRK:
		if len(value) < 4 {
			return errCut
		}
		c.Kind, c.Value = sheets.Float, s.float(decodeRK(binary.LittleEndian.Uint32(value)))
	case idMulRK:
		return s.mulRK(c.Col, b[4:])
	case idLabelSST:
		if len(value) < 4 {
			return errCut
		}
		c.Kind, c.Index = sheets.Shared, binary.LittleEndian.Uint32(value)
		if int64(c.Index) >= int64(s.book.strings.Len()) {
			c.Value = strconv.AppendUint(nil, uint64(c.Index), 10)
		}
	case idLabel, idRString:
		var err error
		if c.Kind, c.Value, err = s.text(value); err != nil {
			return err
		}
	case idBoolErr:
		if len(value) < 2 {
			return errCut
		}
		c.Kind, c.Value = boolOrError(value[1] != 0, value[0])
	case idFormula, idFormula3, idFormula4:
		if err := s.formula(&c, b); err != nil {
			return err
		}
	}
	s.Cells = append(s.Cells, c)
	return nil
}

// mulRK adds the cells of a record with numbers of several columns.
func (s *rowScanner) mulRK(col int32, b []byte) error {
	if len(b)%6 != 2 { // the last column stands behind the cells
		return errCut
	}
	for ; len(b) > 2; b = b[6:] {
		if col >= sheets.MaxColumns {
			return fmt.Errorf("%w: %d", errColumn, col+1)
		}
		s.Cells = append(s.Cells, sheets.Cell{Col: col, Style: int32(binary.LittleEndian.Uint16(b)), Kind: sheets.Float,
			Value: s.float(decodeRK(binary.LittleEndian.Uint32(b[2:])))})
		col++
	}
	return nil
}

// float keeps a number as a cell has it.
func (s *rowScanner) float(f float64) []byte {
	s.scratch = binary.LittleEndian.AppendUint64(s.scratch, math.Float64bits(f))
	return s.kept(len(s.scratch) - 8)
}

// kept returns what was added to scratch from there on.
func (s *rowScanner) kept(from int) []byte { return s.scratch[from:len(s.scratch):len(s.scratch)] }

// decodeRK returns a number that is packed into 30 bits: an integer or the first bits of a double,
// perhaps a hundred times the number ([MS-XLS] 2.5.217).
func decodeRK(n uint32) float64 {
	var f float64
	if n&2 != 0 {
		f = float64(int32(n) >> 2)
	} else {
		f = math.Float64frombits(uint64(n&^3) << 32)
	}
	if n&1 != 0 {
		f /= 100
	}
	return f
}

// text reads a text that begins with its length, and may go on in further records.
func (s *rowScanner) text(b []byte) (sheets.Kind, []byte, error) {
	j := joined{b: b, next: s.goesOn}
	from := len(s.scratch)
	chars, err := j.number(2)
	if err == nil {
		s.scratch, err = s.book.text(s.scratch, &j, int(chars))
	}
	return sheets.Text, s.kept(from), err
}

// boolOrError returns what a boolean or an error is as a cell.
func boolOrError(isError bool, code byte) (sheets.Kind, []byte) {
	switch {
	case isError:
		return sheets.Error, []byte(errorName(code))
	case code == 0:
		return sheets.Bool, []byte("0")
	}
	return sheets.Bool, []byte("1")
}

// errorName returns how an error is shown ([MS-XLS] 2.5.10).
func errorName(code byte) string {
	switch code {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0f:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1d:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	case 0x2a:
		return "#N/A"
	case 0x2b:
		return "#GETTING_DATA"
	}
	return fmt.Sprintf("#ERROR %d", code)
}
