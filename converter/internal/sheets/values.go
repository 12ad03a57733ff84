package sheets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/dynasette/dynasette/converter"
)

// values makes cells of a Batch from cells of a sheet, and counts those that a person
// should hear of.
type values struct {
	book  *Book
	tally tally
	long  map[uint32]converter.Cell // shared strings that are in the batch already
	size  int                       // bytes of text in the batch, repetitions too
	row   int                       // number of the cells' row
}

const (
	longString = 256      // bytes; shorter strings are copied each time
	maxBatch   = 32 << 20 // bytes of text that a chunk may become
)

// cell returns what c becomes, its bytes in b.Data, and whether it is a date or a time.
func (v *values) cell(b *converter.Batch, c *Cell) (out converter.Cell, date bool, err error) {
	switch c.Kind {
	case Number, Float:
		n, ok := c.number()
		if !ok && c.Kind == Float { // no number of a spreadsheet, but a processor's
			v.tally.addError([]byte(noNumber), v.row, c.Col)
			return converter.Cell{}, false, nil
		}
		if !ok {
			return appendCell(b, c.Value), false, nil
		}
		if kind := v.book.format(c.Style).kind(n.f); kind != kindNumber {
			at := len(b.Data)
			if b.Data, ok = appendSerial(b.Data, n.f, kind, v.book.Date1904); ok {
				return converter.Span(converter.KindText, at, len(b.Data)-at), true, nil
			}
			v.tally.undated.count(v.row, c.Col)
		}
		if n.integer {
			return appendNumber(b, converter.KindInt, uint64(n.i)), false, nil
		}
		return appendNumber(b, converter.KindReal, math.Float64bits(n.f)), false, nil
	case Shared:
		out, err = v.shared(b, c)
	case Text:
		v.size += len(c.Value)
		out = appendCell(b, c.Value)
	case Bool:
		switch string(c.Value) {
		case "1", "true", "TRUE":
			out = appendNumber(b, converter.KindInt, 1)
		case "0", "false", "FALSE":
			out = appendNumber(b, converter.KindInt, 0)
		default:
			out = appendCell(b, c.Value)
		}
	case Error:
		v.tally.addError(c.Value, v.row, c.Col)
	case Date:
		out, date = appendCell(b, trimDate(c.Value, v.book.format(c.Style))), true
	case Missing:
		v.tally.missing.count(v.row, c.Col)
	}
	if v.size > maxBatch {
		err = fmt.Errorf("%w: a few cells unpack to more than %d MiB of text", converter.ErrLimit, maxBatch>>20)
	}
	return out, date, err
}

// shared returns the cell of a shared string.
func (v *values) shared(b *converter.Batch, of *Cell) (converter.Cell, error) {
	text, ok := v.book.Strings.Text(of.Index)
	if !ok {
		return converter.Cell{}, fmt.Errorf("no shared string %.20q", of.Value)
	}
	v.size += len(text)
	if len(text) < longString {
		return appendCell(b, text), nil
	}
	c, known := v.long[of.Index]
	if !known {
		c = appendCell(b, text)
		if v.long == nil {
			v.long = make(map[uint32]converter.Cell)
		}
		v.long[of.Index] = c
	}
	return c, nil
}

// format returns the number format of a style.
func (b *Book) format(style int32) NumFormat {
	if uint(style) < uint(len(b.Formats)) {
		return b.Formats[style]
	}
	return nil
}

// appendCell appends a text. An empty one, which many formulas give for nothing, is NULL
// among numbers.
func appendCell(b *converter.Batch, text []byte) converter.Cell {
	if len(text) == 0 {
		return converter.Span(converter.KindQuoted, 0, 0)
	}
	b.Data = append(b.Data, text...)
	return converter.Span(converter.KindText, len(b.Data)-len(text), len(text))
}

func appendNumber(b *converter.Batch, kind converter.Kind, bits uint64) converter.Cell {
	b.Data = binary.LittleEndian.AppendUint64(b.Data, bits)
	return converter.Span(kind, len(b.Data)-8, 8)
}

// trimDate takes off an ISO date what says nothing: milliseconds of zero, and midnight if
// the format shows dates only.
func trimDate(b []byte, f NumFormat) []byte {
	whole := b
	if i := bytes.IndexByte(b, '.'); i >= 0 && len(bytes.Trim(b[i+1:], "0")) == 0 {
		whole = b[:i]
	}
	if f.kind(1) == kindDate {
		whole = bytes.TrimSuffix(whole, []byte("T00:00:00"))
	}
	return whole
}
