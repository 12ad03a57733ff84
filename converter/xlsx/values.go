package xlsx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// values makes cells of a Batch from cells of a sheet, and counts those that a person
// should hear of.
type values struct {
	book  *workbook
	tally tally
	long  map[int]converter.Cell // shared strings that are in the batch already
	size  int                    // bytes of text in the batch, repetitions too
}

const (
	longString = 256       // bytes; shorter strings are copied each time
	maxBatch   = 128 << 20 // bytes of text that a chunk may become
)

// cell returns what c becomes, its bytes in b.Data, and whether it is a date or a time.
func (v *values) cell(b *converter.Batch, c *cell) (out converter.Cell, date bool, err error) {
	switch c.typ {
	case typeNumber:
		n, ok := parseNumber(c.value)
		if !ok {
			return appendCell(b, c.value), false, nil
		}
		if kind := v.book.format(c.style).kind(n.f); kind != kindNumber {
			at := len(b.Data)
			if b.Data, ok = appendSerial(b.Data, n.f, kind, v.book.date1904); ok {
				return converter.Span(converter.KindText, at, len(b.Data)-at), true, nil
			}
			v.tally.undated++
		}
		if n.integer {
			return appendNumber(b, converter.KindInt, uint64(n.i)), false, nil
		}
		return appendNumber(b, converter.KindReal, math.Float64bits(n.f)), false, nil
	case typeShared:
		out, err = v.shared(b, c.value)
	case typeText:
		v.size += len(c.value)
		out = appendCell(b, c.value)
	case typeBoolean:
		switch string(c.value) {
		case "1", "true", "TRUE":
			out = appendNumber(b, converter.KindInt, 1)
		case "0", "false", "FALSE":
			out = appendNumber(b, converter.KindInt, 0)
		default:
			out = appendCell(b, c.value)
		}
	case typeError:
		v.tally.addError(c.value)
	case typeDate:
		out, date = appendCell(b, trimDate(c.value, v.book.format(c.style))), true
	case typeMissing:
		v.tally.missing++
	}
	if v.size > maxBatch {
		err = fmt.Errorf("%w: a few cells unpack to more than %d MiB of text", converter.ErrLimit, maxBatch>>20)
	}
	return out, date, err
}

// shared returns the cell of a shared string, whose index is value.
func (v *values) shared(b *converter.Batch, value []byte) (converter.Cell, error) {
	i, ok := parseIndex(value)
	text, found := v.book.strings.get(i)
	if !ok || !found {
		return converter.Cell{}, fmt.Errorf("no shared string %.20q", value)
	}
	v.size += len(text)
	if len(text) < longString {
		return appendCell(b, text), nil
	}
	c, known := v.long[i]
	if !known {
		c = appendCell(b, text)
		if v.long == nil {
			v.long = make(map[int]converter.Cell)
		}
		v.long[i] = c
	}
	return c, nil
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
func trimDate(b []byte, f numFormat) []byte {
	whole := b
	if i := bytes.IndexByte(b, '.'); i >= 0 && len(bytes.Trim(b[i+1:], "0")) == 0 {
		whole = b[:i]
	}
	if f.kind(1) == kindDate {
		whole = bytes.TrimSuffix(whole, []byte("T00:00:00"))
	}
	return whole
}

// A tally counts what is not in the database as it is in the sheet.
type tally struct {
	errors  map[string]int // by spelling
	missing int            // formulas without a stored result
	undated int            // numbers formatted as dates that can't be any
	blank   int            // rows between others
}

const maxErrorKinds = 20 // there are 14

func (t *tally) addError(value []byte) {
	if t.errors == nil {
		t.errors = make(map[string]int)
	}
	name := string(value[:min(len(value), 20)])
	if _, known := t.errors[name]; !known && len(t.errors) >= maxErrorKinds {
		name = "other errors"
	}
	t.errors[name]++
}

func (t *tally) add(u *tally) {
	for name, n := range u.errors {
		if t.errors == nil {
			t.errors = make(map[string]int)
		}
		t.errors[name] += n
	}
	t.missing += u.missing
	t.undated += u.undated
	t.blank += u.blank
}

// findings says it to people, of a sheet.
func (t *tally) findings(sheet string) []converter.Finding {
	var list []converter.Finding
	add := func(code string, n int, example, message string) {
		if n > 0 {
			list = append(list, converter.Finding{Code: code, Sheet: sheet, Count: int64(n), Example: example, Message: message})
		}
	}
	errors, counts := 0, []string{}
	for _, name := range slices.Sorted(maps.Keys(t.errors)) {
		errors += t.errors[name]
		counts = append(counts, fmt.Sprintf("%s %d", name, t.errors[name]))
	}
	add("cell-errors", errors, strings.Join(counts, ", "), "cells with an error are NULL")
	add("formulas-without-result", t.missing, "", "formulas without a stored result are NULL: "+
		"open the workbook in a spreadsheet program and save it, so that they are calculated")
	add("dates-out-of-range", t.undated, "", "numbers are formatted as dates, but before or after all dates: they stay numbers")
	add("rows-blank", t.blank, "", "blank rows between others are left out")
	return list
}
