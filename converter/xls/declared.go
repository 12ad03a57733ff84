package xls

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Of the record that declares a table: where its cells are, and how long it is up to the name ([MS-XLS]
// 2.4.116, 2.5.266).
const (
	tableRangesAt = 27
	tableHeaders  = 8 // from behind the cells: rows of the header
	tableTotals   = 12
	tableName     = 64
)

// table takes in a table that the sheet declares. It names its columns in a way that only Excel can
// tell: Tables reads their names from its header.
func (s *survey) table(b []byte) {
	if len(b) < tableRangesAt || binary.LittleEndian.Uint16(b[19:]) == 0 {
		return
	}
	fields := b[min(len(b), tableRangesAt+8*int(binary.LittleEndian.Uint16(b[19:]))):]
	if len(fields) < tableName {
		return
	}
	area, ok := rangeOf(b[tableRangesAt:])
	count := func(at int) int { return int(min(binary.LittleEndian.Uint32(fields[at:]), math.MaxUint16)) }
	d := sheets.Declared{Area: area, Headers: count(tableHeaders), Totals: count(tableTotals)}
	if !ok || !d.Fits() {
		return
	}
	name := joined{b: fields[tableName:]}
	if chars, err := name.number(2); err == nil {
		text, err := name.text(nil, int(chars))
		if err == nil {
			d.Name = string(text)
		}
	}
	if len(s.tables) >= sheets.MaxTables {
		s.dropped++
		return
	}
	s.tables = append(s.tables, d)
}

// Tables returns the tables that the sheet declares.
func (c *content) Tables() ([]sheets.Declared, error) {
	if err := c.look(); err != nil || len(c.tables) == 0 {
		return nil, err
	}
	if c.dropped > 0 {
		return nil, fmt.Errorf("%w: more than %d tables are declared", converter.ErrLimit, sheets.MaxTables)
	}
	headers := make(map[int][]*sheets.Declared) // by their rows
	last := 0
	for i := range c.tables {
		d := &c.tables[i]
		d.Names = nil
		if d.Headers > 0 {
			row := d.Area.Top + d.Headers - 1
			headers[row] = append(headers[row], d)
			last = max(last, row)
		}
	}
	return c.tables, c.each(func(row *sheets.Row) error {
		for _, d := range headers[row.Number] {
			nameColumns(c.book.strings, d, row)
		}
		if row.Number >= last {
			return io.EOF
		}
		return nil
	})
}

// each calls fn for the rows of the sheet, until it returns an error. io.EOF is none.
func (c *content) each(fn func(row *sheets.Row) error) error {
	source, err := c.Open()
	for err == nil {
		var chunk sheets.Chunk
		if chunk, err = source.Next(sheets.ChunkSize); err != nil {
			break
		}
		scan, _ := c.Scan(chunk, 0)
		for err == nil {
			var row *sheets.Row
			if row, err = scan.Next(); err != nil {
				err = scan.At(err)
			} else if row == nil {
				break
			} else {
				err = fn(row)
			}
		}
	}
	if err == io.EOF {
		err = nil
	}
	return err
}

// nameColumns names the columns of a table by its header.
func nameColumns(strings *sheets.Strings, d *sheets.Declared, header *sheets.Row) {
	for _, c := range header.Cells {
		at := int(c.Col) - d.Area.Left
		if at < 0 || int(c.Col) > d.Area.Right {
			continue
		}
		text := c.Value
		switch c.Kind {
		case sheets.Shared:
			text, _ = strings.Text(c.Index)
		case sheets.Text:
		default:
			continue
		}
		for len(d.Names) <= at {
			d.Names = append(d.Names, "")
		}
		d.Names[at] = string(text)
	}
}
