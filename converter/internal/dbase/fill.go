package dbase

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// A Chunk is some records, one after another.
type Chunk struct {
	First, N int64 // the first one, from 0, and how many

	table  *Table
	raw    []byte
	offset int64 // in the document
	spans  []span
	memos  []byte // of all records, one after another
}

// A filler makes rows of a chunk.
type filler struct {
	*Chunk
	b      *converter.Batch
	decode *charset.Decoder // nil: texts are UTF-8, unless that is disproved
	ascii  bool             // all of the chunk
	nul    bool             // some of it
	odd    map[oddity]*converter.Finding
}

// Fill makes rows of the records. What also belongs to a row, add adds, with the number of its record; it may
// be nil. It may be called on any goroutine, once.
func (c *Chunk) Fill(b *converter.Batch, add func(record int64) error) error {
	t := c.table
	b.Data = append(append(b.Data[:0], c.raw...), c.memos...)
	raw := c.raw
	c.raw, c.memos = b.Data[:len(c.raw)], nil
	defer t.buffers.Put(&raw)
	f := &filler{Chunk: c, b: b, ascii: isASCII(b.Data), nul: bytes.IndexByte(b.Data, 0) >= 0}
	if name, ok := t.text.decodes(); ok {
		f.decode = charset.NewDecoder(name)
	}
	nulls := t.nullFlags()
	gone := int64(0)
	for i := range c.N {
		at := int(i) * t.width
		removed := b.Data[at] == deleted
		if removed {
			if gone++; !t.Deleted {
				continue
			}
		}
		var bits []byte
		if nulls != nil {
			bits = b.Data[at+nulls.at : at+nulls.at+nulls.width]
		}
		for n := range t.fields {
			if t.fields[n].kind == flags {
				continue
			}
			cell, err := f.cell(n, at, i, bits)
			if err != nil {
				return err
			}
			b.Cells = append(b.Cells, cell)
		}
		if t.Deleted {
			b.Add(converter.Bool(removed))
		}
		if add != nil {
			if err := add(c.First + i); err != nil {
				return err
			}
		}
		b.EndRow()
	}
	t.deleted.Add(gone)
	f.report()
	return nil
}

// cell returns the value of a field in record i, which begins at a place of the data.
func (f *filler) cell(n, at int, i int64, bits []byte) (converter.Cell, error) {
	field := &f.table.fields[n]
	if isSet(bits, field.null) {
		return converter.Cell{}, nil
	}
	from, to := at+field.at, at+field.at+field.width
	raw := f.b.Data[from:to:to]
	switch field.kind {
	case number:
		return f.number(n, from, to)
	case date:
		return f.date(n, from, to)
	case logical:
		return f.logical(n, from, to)
	case memo, memoBinary:
		return f.memo(n, i)
	case integer:
		return f.int(int64(int32(binary.LittleEndian.Uint32(raw)))), nil
	case short:
		return f.int(int64(int16(binary.LittleEndian.Uint16(raw)))), nil
	case integer7:
		bits := binary.BigEndian.Uint32(raw)
		if bits == 0 {
			return converter.Cell{}, nil
		}
		return f.int(int64(int32(bits ^ 1<<31))), nil
	case real:
		return f.real(n, math.Float64frombits(binary.LittleEndian.Uint64(raw))), nil
	case real7:
		bits := binary.BigEndian.Uint64(raw)
		if bits == 0 {
			return converter.Cell{}, nil
		}
		return f.real(n, turned(bits)), nil
	case currency:
		return f.spelled(appendCurrency(nil, int64(binary.LittleEndian.Uint64(raw)))), nil
	case dateTime, timestamp7:
		return f.moment(n, raw), nil
	case varchar, varbinary:
		if isSet(bits, field.full) && len(raw) > 0 {
			to = from + min(int(raw[len(raw)-1]), len(raw)-1)
		}
		if field.kind == varbinary || field.flags&isBinary != 0 && !isASCII(f.b.Data[from:to]) {
			return converter.Span(converter.KindBlob, from, to-from), nil
		}
		return f.text(n, from, to, to-from)
	}
	if field.flags&isBinary != 0 && (bytes.IndexByte(raw, 0) >= 0 || !isASCII(raw)) {
		return converter.Span(converter.KindBlob, from, to-from), nil
	}
	size := to - from
	for to > from && (f.b.Data[to-1] == ' ' || f.b.Data[to-1] == 0) {
		to--
	}
	if f.nul {
		if cut := bytes.IndexByte(f.b.Data[from:to], 0); cut >= 0 { // a text of C, and what was in its memory
			f.note(n, oddNUL, f.b.Data[from:to])
			for to = from + cut; to > from && f.b.Data[to-1] == ' '; {
				to--
			}
		}
	}
	if to == from {
		return converter.Cell{}, nil
	}
	return f.text(n, from, to, size)
}

// text returns a text of the data, which stands in a field of that size.
func (f *filler) text(n, from, to, size int) (converter.Cell, error) {
	if f.ascii {
		return converter.Span(converter.KindText, from, to-from), nil
	}
	return f.decoded(n, from, to, size)
}

func (f *filler) int(v int64) converter.Cell {
	at := len(f.b.Data)
	f.b.Data = binary.LittleEndian.AppendUint64(f.b.Data, uint64(v))
	return converter.Span(converter.KindInt, at, 8)
}

func (f *filler) real(n int, v float64) converter.Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		f.note(n, oddNumber, strconv.AppendFloat(nil, v, 'g', -1, 64))
		return converter.Cell{}
	}
	at := len(f.b.Data)
	f.b.Data = binary.LittleEndian.AppendUint64(f.b.Data, math.Float64bits(v))
	return converter.Span(converter.KindReal, at, 8)
}

// spelled returns a number by its spelling.
func (f *filler) spelled(text []byte) converter.Cell {
	at := len(f.b.Data)
	f.b.Data = append(f.b.Data, text...)
	return converter.Span(converter.KindUntyped, at, len(text))
}

// logical returns 1 or 0, or NULL.
func (f *filler) logical(n, from, to int) (converter.Cell, error) {
	text := bytes.Trim(f.b.Data[from:to], " \x00")
	if len(text) == 1 {
		switch text[0] {
		case 'T', 't', 'Y', 'y', '1':
			return f.int(1), nil
		case 'F', 'f', 'N', 'n', '0':
			return f.int(0), nil
		}
	}
	if len(text) == 0 || text[0] == '?' {
		return converter.Cell{}, nil
	}
	return f.strange(n, oddLogical, from, to)
}

// strange returns what is none of its field's values, as it is spelled.
func (f *filler) strange(n int, kind odd, from, to int) (converter.Cell, error) {
	for ; from < to && (f.b.Data[from] == ' ' || f.b.Data[from] == 0); from++ {
	}
	for ; to > from && (f.b.Data[to-1] == ' ' || f.b.Data[to-1] == 0); to-- {
	}
	f.note(n, kind, f.b.Data[from:to])
	return f.text(n, from, to, to-from)
}

// isSet reports whether a bit is; -1 is none.
func isSet(bits []byte, i int) bool {
	return i >= 0 && i>>3 < len(bits) && bits[i>>3]>>(i&7)&1 != 0
}

// isASCII reports whether all of p is.
func isASCII(p []byte) bool {
	for ; len(p) >= 8; p = p[8:] {
		if binary.LittleEndian.Uint64(p)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range p {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// An oddity is something that is counted of a column.
type oddity struct {
	field int
	odd
}

// odd is a kind of them.
type odd struct {
	code     string
	severity converter.Severity
	message  string
}

var (
	oddOverflow = odd{"number-asterisks", converter.Note, "asterisks, which stand for no number, or for one that did not fit into its field, are NULL"}
	oddNumber   = odd{"not-a-number", converter.Note, "what is not a number, or infinite, is NULL"}
	oddComma    = odd{"decimal-comma", converter.Note, "a number that is spelled with a comma is read as one with a decimal point"}
	oddText     = odd{"number-text", converter.Doubt, "what stands for a number and is none is kept as it is spelled"}
	oddDate     = odd{"date-text", converter.Doubt, "what stands for a date and is none is kept as it is spelled"}
	oddMoment   = odd{"moment-blob", converter.Doubt, "what stands for a date and time and is none is kept as its bytes"}
	oddLogical  = odd{"logical-text", converter.Doubt, "what stands for true or false and is neither is kept as it is spelled"}
	oddNUL      = odd{"text-cut", converter.Note, "what stands in a text behind its end, a byte of 0, is left out"}
	oddCut      = odd{"character-cut", converter.Note, "a character that its field has cut in two is left out"}
	oddBytes    = odd{"bytes-stray", converter.Doubt, "there are bytes that are no characters of the encoding"}
	oddMemo     = odd{"memo-lost", converter.Loss, "a memo is NULL, as the file with the memos does not have it"}
)

// note counts something of a column.
func (f *filler) note(field int, kind odd, example []byte) {
	at := oddity{field, kind}
	found := f.odd[at]
	if found == nil {
		if f.odd == nil {
			f.odd = map[oddity]*converter.Finding{}
		}
		found = &converter.Finding{Code: kind.code, Severity: kind.severity, Message: kind.message,
			Column: f.table.nameOf(field), Row: int64(f.b.Rows()) + 1, Example: string(example)}
		f.odd[at] = found
	}
	found.Count++
}

// report hands on what was counted.
func (f *filler) report() {
	for n := range f.table.fields {
		for _, kind := range []odd{oddOverflow, oddNumber, oddComma, oddText, oddDate, oddMoment, oddLogical, oddNUL, oddCut, oddBytes, oddMemo} {
			if found := f.odd[oddity{n, kind}]; found != nil {
				f.b.Report(*found)
			}
		}
	}
}
