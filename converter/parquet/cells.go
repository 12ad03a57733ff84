package parquet

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/nested"
)

// A scalar makes cells and JSON of a leaf's values.
type scalar struct {
	*leaf
	notNumbers int64 // NaNs, which no cell can hold
	notText    int64 // texts that are not UTF-8
	notTimes   int64 // times of more than a day
}

// number reports whether values are in nums, and not in bytes.
func (l *leaf) number() bool {
	switch l.physical {
	case typeInt96, typeBytes, typeFixed:
		return false
	}
	return true
}

// appendNum appends what a value of up to 64 bits is in a cell, and returns its kind.
func (s *scalar) appendNum(dst []byte, n uint64) ([]byte, converter.Kind) {
	m := &s.meaning
	switch m.as {
	case asUint64: // the whole column is text if one is over the largest integer
		return strconv.AppendUint(dst, n, 10), converter.KindUntyped
	case asUint32:
		n = uint64(uint32(n))
	case asFloat32:
		n = math.Float64bits(float64(math.Float32frombits(uint32(n))))
		fallthrough
	case asFloat64:
		if f := math.Float64frombits(n); f != f {
			s.notNumbers++
			return dst, converter.KindNull
		}
		return binary.LittleEndian.AppendUint64(dst, n), converter.KindReal
	case asDecimal:
		return appendDecimal(dst, int64(n), m.scale), converter.KindUntyped
	case asDate:
		return appendCivil(dst, int64(n)), converter.KindText
	case asTimestamp:
		return appendTimestamp(dst, int64(n), m.unit, m.utc), converter.KindText
	case asTime:
		b, ok := appendTime(dst, int64(n), m.unit)
		if !ok {
			s.notTimes++
			break
		}
		return b, converter.KindText
	}
	return binary.LittleEndian.AppendUint64(dst, n), converter.KindInt
}

// appendBytes appends what another value is in a cell, and returns its kind.
func (s *scalar) appendBytes(dst, b []byte) ([]byte, converter.Kind) {
	m := &s.meaning
	switch m.as {
	case asText:
		if !utf8.Valid(b) {
			s.notText++
			break
		}
		return append(dst, b...), converter.KindText
	case asDecimalBytes:
		if len(b) <= maxDecimal {
			return appendBigDecimal(dst, b, m.scale), converter.KindUntyped
		}
	case asInt96:
		return appendInt96(dst, b), converter.KindText
	case asUUID:
		return appendUUID(dst, b), converter.KindText
	case asInterval:
		return appendInterval(dst, b), converter.KindText
	case asFloat16:
		f := float16(b)
		if f != f {
			s.notNumbers++
			return dst, converter.KindNull
		}
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(f)), converter.KindReal
	case asBlob:
		if m.unsaid {
			s.blobs.look(b)
		}
	}
	return append(dst, b...), converter.KindBlob
}

// maxDecimal is how many bytes a decimal may have: programs write 16, or 32. To spell one takes
// time that grows faster than its length.
const maxDecimal = 1024

// cells makes cells of entries of a column without fields, the k-th of them at cells[k*stride].
func (s *scalar) cells(b *converter.Batch, cells []converter.Cell, stride int, v *vector, from, to int) error {
	at := from // of the values
	if s.def > 0 {
		at = 0
		for _, d := range v.defs[:from] {
			if d == s.def {
				at++
			}
		}
	}
	data, numbers := b.Data, s.number()
	for k, i := 0, from; i < to; k, i = k+stride, i+1 {
		if s.def > 0 && v.defs[i] != s.def {
			cells[k] = converter.Cell{}
			continue
		}
		start := len(data)
		var kind converter.Kind
		if numbers {
			data, kind = s.appendNum(data, v.nums[at])
		} else {
			if len(v.bytes[at]) > converter.MaxCell {
				return fmt.Errorf("a value of %d bytes: %w", len(v.bytes[at]), converter.ErrLimit)
			}
			data, kind = s.appendBytes(data, v.bytes[at])
		}
		at++
		if kind == converter.KindNull {
			cells[k] = converter.Cell{}
		} else {
			cells[k] = converter.Span(kind, start, len(data)-start)
		}
	}
	b.Data = data
	return nil
}

// appendJSON appends a value as JSON has it.
func (s *scalar) appendJSON(dst []byte, num uint64, bytes []byte) []byte {
	start := len(dst)
	var kind converter.Kind
	before := s.notNumbers
	if s.number() {
		if s.meaning.as == asBool {
			return strconv.AppendBool(dst, num != 0)
		}
		dst, kind = s.appendNum(dst, num)
	} else {
		dst, kind = s.appendBytes(dst, bytes)
	}
	switch kind {
	case converter.KindNull: // JSON has no number for it, but a string
		s.notNumbers = before
		return nested.AppendString(dst, "NaN")
	case converter.KindInt:
		return strconv.AppendInt(dst[:start], int64(binary.LittleEndian.Uint64(dst[start:])), 10)
	case converter.KindReal:
		return nested.AppendReal(dst[:start], math.Float64frombits(binary.LittleEndian.Uint64(dst[start:])))
	case converter.KindText:
		return nested.AppendString(dst[:start], string(dst[start:]))
	case converter.KindBlob:
		return nested.AppendBlob(dst[:start], append([]byte(nil), dst[start:]...))
	}
	return dst // a number as it is spelled
}

// findings says what became of values that could not stay as they are.
func (s *scalar) findings(b *converter.Batch, column string) {
	for _, f := range []struct {
		n             int64
		code, message string
	}{
		{s.notNumbers, "not-a-number", "a number that is none (NaN) is NULL, as SQLite has nothing else for it"},
		{s.notText, "not-utf8", "a text that is not UTF-8 stays as it is, as a BLOB"},
		{s.notTimes, "no-time", "a time of the day that is none stays a number"},
	} {
		if f.n > 0 {
			b.Report(converter.Finding{Code: f.code, Column: column, Count: f.n, Message: f.message})
		}
	}
}
