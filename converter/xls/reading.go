package xls

import (
	"encoding/binary"
	"io"

	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// What both ways of reading a sheet's rows have in common.
type reading struct{ *content }

// Hidden, Behind: see survey.
func (r reading) Hidden() []bool { return r.columns }

func (r reading) Behind() (sheets.Behind, error) { return r.behind, nil }

// Reuse does nothing: chunks are few.
func (r reading) Reuse(sheets.Chunk) {}

func (r reading) Close() error { return nil }

// appendRecord appends a record as it stands in the stream.
func appendRecord(dst []byte, r record) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, r.id)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(r.data)))
	return append(dst, r.data...)
}

// inOrder reads rows that come in order.
type inOrder struct {
	reading
	*walk
}

func (c *content) inOrder() (sheets.Source, error) {
	w, err := c.walk()
	return &inOrder{reading{c}, w}, err
}

// Next gathers the records of whole rows.
func (s *inOrder) Next(size int) (sheets.Chunk, error) {
	var chunk sheets.Chunk
	row, from := 0, 0 // the last row, and where it begins
	for {
		r, err := s.walk.next()
		if err == io.EOF && len(chunk.Data) > 0 {
			return chunk, nil
		}
		if err != nil {
			return chunk, err
		}
		if chunk.First == 0 {
			chunk.First, chunk.Offset = s.row+1, r.offset
			chunk.Data = make([]byte, 0, size+size/8)
		} else if s.row != row {
			if len(chunk.Data) >= size {
				s.back()
				return chunk, nil
			}
			from = len(chunk.Data)
		}
		row = s.row
		chunk.Data = appendRecord(chunk.Data, r)
		if err := s.fits(row, int64(len(chunk.Data)-from)); err != nil {
			return chunk, err
		}
	}
}

// A sorted reads rows that come in any order: as many at once as fit into memory, in as many
// passes over the sheet as it takes.
type sorted struct {
	reading
	row   int    // of the next record
	data  []byte // of the rows from there on, in order
	until int    // the row behind them
}

// bandSize is how many bytes of rows are in memory.
const bandSize = 32 << 20

func (c *content) sorted() (sheets.Source, error) { return &sorted{reading: reading{c}}, nil }

// Next cuts off some rows of those in memory.
func (s *sorted) Next(size int) (sheets.Chunk, error) {
	for s.row < s.until && s.sizes[s.row] == 0 {
		s.row++
	}
	if s.row == s.until {
		if err := s.load(); err != nil {
			return sheets.Chunk{}, err
		}
	}
	chunk := sheets.Chunk{First: s.row + 1, Offset: s.start}
	n := int64(0)
	for ; s.row < s.until && n < int64(size); s.row++ {
		n += s.sizes[s.row]
	}
	chunk.Data, s.data = s.data[:n:n], s.data[n:]
	return chunk, nil
}

// load brings the next rows into memory.
func (s *sorted) load() error {
	for s.row < maxRows && s.sizes[s.row] == 0 {
		s.row++
	}
	if s.row == maxRows {
		return io.EOF
	}
	total := int64(0)
	var ends []int64 // of what is there of each row
	for s.until = s.row; s.until < maxRows && (total == 0 || total+s.sizes[s.until] <= bandSize); s.until++ {
		ends = append(ends, total)
		total += s.sizes[s.until]
	}
	s.data = make([]byte, total)
	w, err := s.walk()
	for err == nil {
		var r record
		if r, err = w.next(); err == nil && w.row >= s.row && w.row < s.until {
			end := &ends[w.row-s.row]
			*end += int64(len(appendRecord(s.data[*end:*end:total], r)))
		}
	}
	if err == io.EOF {
		err = nil
	}
	return err
}
