package xls

import (
	"encoding/binary"
	"io"
	"maps"
	"slices"

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

// A sorted reads rows that come in any order: as many at once as fit into the memory of two of the
// longest, in as many passes over the sheet as it takes.
type sorted struct {
	reading
	sizes  map[int]int64 // bytes of the records of each row
	rows   []int         // that are to come, in order
	loaded int           // how many of them are in memory
	data   []byte        // theirs
}

func (c *content) sorted() (sheets.Source, error) {
	sizes, err := c.measure()
	return &sorted{reading: reading{c}, sizes: sizes, rows: slices.Sorted(maps.Keys(sizes))}, err
}

// measure adds up how many bytes each row has.
func (c *content) measure() (map[int]int64, error) {
	sizes := make(map[int]int64)
	w, err := c.walk()
	for err == nil {
		var rec record
		if rec, err = w.next(); err == nil {
			sizes[w.row] += int64(headerSize + len(rec.data))
			err = c.fits(w.row, sizes[w.row])
		}
	}
	if err == io.EOF {
		err = nil
	}
	return sizes, err
}

// Next cuts off some rows of those in memory.
func (s *sorted) Next(size int) (sheets.Chunk, error) {
	if s.loaded == 0 {
		if err := s.load(); err != nil {
			return sheets.Chunk{}, err
		}
	}
	chunk := sheets.Chunk{First: s.rows[0] + 1, Offset: s.start}
	n := int64(0)
	for ; s.loaded > 0 && n < int64(size); s.loaded-- {
		n += s.sizes[s.rows[0]]
		s.rows = s.rows[1:]
	}
	chunk.Data, s.data = s.data[:n:n], s.data[n:]
	return chunk, nil
}

// load brings the next rows into memory.
func (s *sorted) load() error {
	if len(s.rows) == 0 {
		return io.EOF
	}
	most := 2 * int64(s.book.limits.Row)
	total := int64(0)
	ends := make(map[int]int64) // of what is there of each row
	for _, row := range s.rows {
		if size := s.sizes[row]; total+size <= most {
			ends[row] = total
			total += size
			s.loaded++
			continue
		}
		break
	}
	s.data = make([]byte, total)
	w, err := s.walk()
	for err == nil {
		var r record
		if r, err = w.next(); err != nil {
			break
		}
		if end, ok := ends[w.row]; ok {
			ends[w.row] = end + int64(len(appendRecord(s.data[end:end:total], r)))
		}
	}
	if err == io.EOF {
		err = nil
	}
	return err
}
