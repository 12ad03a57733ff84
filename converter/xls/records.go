package xls

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// Kinds of records, as far as they matter ([MS-XLS] 2.3).
const (
	idFormula     = 0x0006
	idEOF         = 0x000a
	idDateMode    = 0x0022
	idFilePass    = 0x002f
	idContinue    = 0x003c
	idCodePage    = 0x0042
	idColInfo     = 0x007d
	idBoundSheet  = 0x0085
	idMulRK       = 0x00bd
	idRString     = 0x00d6
	idXF          = 0x00e0
	idMergedCells = 0x00e5
	idSST         = 0x00fc
	idLabelSST    = 0x00fd
	idHLink       = 0x01b8
	idNumber      = 0x0203
	idLabel       = 0x0204
	idBoolErr     = 0x0205
	idString      = 0x0207
	idFormula3    = 0x0206 // of an older Excel: some programs have it in newer workbooks
	idRow         = 0x0208
	idRK          = 0x027e
	idFormula4    = 0x0406
	idFormat      = 0x041e
	idBOF         = 0x0809
	idTable       = 0x0872 // that a sheet declares, since Excel 2003
	idTable12     = 0x0878 // with what only Excel 2007 knows
)

// A record is what a workbook is made of ([MS-XLS] 2.1.4).
type record struct {
	id     uint16
	data   []byte
	offset int64 // in the stream
}

// headerSize is what stands before a record's data: its kind, and how long it is.
const headerSize = 4

// errCut is of a record, or a text in one, that ends too early.
var errCut = errors.New("it is cut short")

// records reads a stream record by record.
type records struct {
	stream *stream
	r      *bufio.Reader
	offset int64 // of the next record
	last   int   // bytes of the record that was returned last, which r still has
	modern *modern
}

// bufferSize has room for the longest record.
const bufferSize = 128 << 10

// recordsFrom begins to read at that byte of the stream.
func (s *stream) recordsFrom(offset int64) (*records, error) {
	r, err := s.from(offset)
	if err != nil {
		return nil, err
	}
	return &records{stream: s, r: bufio.NewReaderSize(r, bufferSize), offset: offset, modern: s.modern()}, nil
}

// next returns the next record, whose data is valid until the next call, and io.EOF at the end of
// the stream.
func (r *records) next() (record, error) {
	r.r.Discard(r.last)
	r.offset += int64(r.last)
	r.last = 0
	head, err := r.r.Peek(headerSize)
	if err == io.EOF && len(head) == 0 {
		return record{}, io.EOF
	}
	size := headerSize
	var b []byte
	if err == nil {
		size += int(binary.LittleEndian.Uint16(head[2:]))
		b, err = r.r.Peek(size)
	}
	if err == io.EOF {
		return record{}, r.stream.corrupt(errCut, r.offset)
	}
	if err != nil {
		return record{}, r.stream.blame(err)
	}
	r.last = size
	next := record{binary.LittleEndian.Uint16(b), b[headerSize:], r.offset}
	if r.modern != nil {
		next = r.modern.record(next)
	}
	return next, nil
}

// back has the record that was returned last returned once more.
func (r *records) back() { r.last = 0 }

// continued returns the data of the next record if it continues the one before it, and else
// nil.
func (r *records) continued() ([]byte, error) {
	next, err := r.next()
	if err == io.EOF {
		return nil, nil
	}
	if err == nil && next.id != idContinue {
		r.back()
		return nil, nil
	}
	return next.data, err
}
