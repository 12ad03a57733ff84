package converter

import (
	"slices"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A want is what is to be known of a column.
type want uint8

const (
	wantNothing  want = iota
	wantExtent        // the least and the greatest value
	wantValues        // which values there are, and how often
	wantPostings      // and in which rows
)

// sketchedRows are rows that a sketch is made of.
type sketchedRows struct {
	data  []byte   // records
	ends  []uint32 // of each in data
	ids   []int64  // of the rows; nil: first, and what follows
	first int64
	rowid int // the column that is the id, which records don't have; -1: none
}

func (r *sketchedRows) id(row int32) int64 {
	if r.ids != nil {
		return r.ids[row]
	}
	return r.first + int64(row)
}

// A batchSketch is what a batch of rows holds. Values are bytes of the rows' records, so it is
// to be merged before these are gone.
type batchSketch struct {
	rows    int64
	wants   []want // by column
	columns []batchColumn
	fields  []sqlitefile.Field // of each row, as many as are wanted
	ids     []byte             // of a column that is the id
	key     []byte
}

// A batchColumn is what a column of a batch holds.
type batchColumn struct {
	values   int64 // that are not NULL
	many     bool  // there are too many different ones to count
	table    valueTable
	codes    []uint16 // by row: where its value is in the table
	postings batchPostings
	extent   extent
}

// reset makes the sketch empty.
func (b *batchSketch) reset() {
	for i := range b.wants {
		c := &b.columns[i]
		c.table.reset()
		*c = batchColumn{table: c.table, codes: c.codes[:0], postings: c.postings}
	}
	b.rows, b.wants, b.ids = 0, b.wants[:0], b.ids[:0]
}

// add adds the rows to what is empty yet. Only what b.wants asks for is looked at.
func (b *batchSketch) add(rows *sketchedRows, of *sketcher) {
	b.rows = int64(len(rows.ends))
	width := len(b.wants)
	for width > 0 && b.wants[width-1] == wantNothing {
		width--
	}
	for len(b.columns) < len(b.wants) {
		b.columns = append(b.columns, batchColumn{})
		b.columns[len(b.columns)-1].table.reset()
	}
	if width == 0 || b.rows == 0 {
		return
	}
	b.fields = slices.Grow(b.fields[:0], width*len(rows.ends))
	from := uint32(0)
	for _, end := range rows.ends {
		b.fields = sqlitefile.AppendFields(b.fields, rows.data, from, width)
		from = end
	}
	for i, w := range b.wants[:width] {
		if w == wantNothing {
			continue
		}
		c, fields, step, data := &b.columns[i], b.fields[i:], width, rows.data
		if i == rows.rowid {
			fields, step, data = b.idFields(rows), 1, b.ids
		}
		if w >= wantValues && c.count(fields, step, data, &of.hasher) {
			if w == wantPostings {
				c.postings.set(c.table.entries, c.codes, rows)
			}
			continue
		}
		if c.many = w >= wantValues; !c.many || of.describe {
			c.values = c.extent.add(fields, step, data)
		}
	}
}

// idFields returns the rows' ids as values, whose bytes are b.ids.
func (b *batchSketch) idFields(rows *sketchedRows) []sqlitefile.Field {
	fields := make([]sqlitefile.Field, 0, len(rows.ends))
	for row := range rows.ends {
		at := uint32(len(b.ids))
		var serial byte
		b.ids, serial = sqlitefile.AppendInt(b.ids, rows.id(int32(row)))
		fields = append(fields, sqlitefile.Field{Serial: uint32(serial), At: at})
	}
	return fields
}

// count counts a column's values, one in each step fields. It reports false if they are too many.
func (c *batchColumn) count(fields []sqlitefile.Field, step int, data []byte, h *hasher) bool {
	codes := c.codes[:0]
	var key valueKey
	for i := 0; i < len(fields); i += step {
		f := fields[i]
		code := 0
		if f.Serial != sqlitefile.SerialNull {
			size := f.Size()
			value := data[f.At : f.At+size]
			h.set(&key, data, f, size)
			if code = c.table.find(&key, value); code < 0 {
				if len(c.table.entries) == maxTable {
					return false
				}
				code = c.table.add(tableValue{valueKey: key, value: value})
			}
		}
		c.table.entries[code].count++
		codes = append(codes, uint16(code))
	}
	c.codes = codes
	c.values = int64(len(codes)) - c.table.entries[0].count
	return true
}
