package converter

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// An extent is the least and the greatest value of each kind.
type extent struct {
	hasInt, hasReal, hasText bool
	ints                     [2]int64
	reals                    [2]float64
	texts                    [2]textValue // or blobs
}

// A textValue is a text or a blob, and its first bytes as a number.
type textValue struct {
	serial uint32
	value  []byte
	word   uint64
}

// add widens the extent by a column's values, one in each step fields, and returns how many there
// are besides NULL.
func (e *extent) add(fields []sqlitefile.Field, step int, data []byte) (values int64) {
	for i := 0; i < len(fields); i += step {
		f := fields[i]
		switch {
		case f.Serial == sqlitefile.SerialNull:
			continue
		case f.Serial == sqlitefile.SerialReal:
			e.addReal(math.Float64frombits(binary.BigEndian.Uint64(data[f.At:])))
		case f.Serial < 12:
			size := f.Size()
			n := int64(firstWord(data, f.At, size)) >> (64 - 8*size)
			if size == 0 {
				n = int64(f.Serial - sqlitefile.SerialZero)
			}
			e.addInt(n)
		default:
			e.addText(f, data)
		}
		values++
	}
	return values
}

func (e *extent) addInt(n int64) {
	if !e.hasInt {
		e.hasInt, e.ints = true, [2]int64{n, n}
	} else if n < e.ints[0] {
		e.ints[0] = n
	} else if n > e.ints[1] {
		e.ints[1] = n
	}
}

func (e *extent) addReal(f float64) {
	if !e.hasReal {
		e.hasReal, e.reals = true, [2]float64{f, f}
	} else if f < e.reals[0] {
		e.reals[0] = f
	} else if f > e.reals[1] {
		e.reals[1] = f
	}
}

func (e *extent) addText(f sqlitefile.Field, data []byte) {
	size := f.Size()
	word := firstWord(data, f.At, size)
	if least, most := &e.texts[0], &e.texts[1]; e.hasText && f.Serial&least.serial&most.serial&1 != 0 && word > least.word && word < most.word {
		return // most of them
	}
	v := textValue{f.Serial, data[f.At : f.At+size], word}
	if !e.hasText {
		e.hasText, e.texts = true, [2]textValue{v, v}
	} else if v.before(&e.texts[0]) {
		e.texts[0] = v
	} else if e.texts[1].before(&v) {
		e.texts[1] = v
	}
}

// before reports whether a text or a blob comes before another.
func (v *textValue) before(w *textValue) bool {
	if text := v.serial & 1; text != w.serial&1 {
		return text == 1 // all text comes before all blobs
	}
	return bytes.Compare(v.value, w.value) < 0
}

// each calls f with the values at the ends.
func (e *extent) each(f func(serial uint32, value []byte)) {
	for i := range 2 {
		if e.hasInt {
			value, serial := sqlitefile.AppendInt(nil, e.ints[i])
			f(uint32(serial), value)
		}
		if e.hasReal {
			f(sqlitefile.SerialReal, binary.BigEndian.AppendUint64(nil, math.Float64bits(e.reals[i])))
		}
		if e.hasText {
			f(e.texts[i].serial, e.texts[i].value)
		}
	}
}
