package json

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/dynasette/dynasette/converter"
)

// A decoder makes cells of the values in a chunk. Text without escapes and nested values
// without white space are spans of the chunk itself; everything else is appended behind it.
type decoder struct {
	scanner
	data  []byte // the chunk, its pad, and what has been appended, up to tail
	tail  int
	bools [2]int // where false and true have been put; 0 if they have not
	lone  int64  // halves of surrogate pairs that were kept as they are spelled
}

// open has the decoder read the first n bytes of data. Cells' offsets count from data's
// start. The bytes behind n are overwritten.
func (d *decoder) open(data []byte, n, depth int) {
	data = data[:cap(data)]
	clear(data[n : n+pad])
	*d = decoder{data: data, tail: n + pad}
	d.use(data, n, depth)
}

// room makes room for n bytes behind the tail.
func (d *decoder) room(n int) {
	if d.tail+n <= len(d.data) {
		return
	}
	// The scanner goes on with the old array, whose text is the same.
	grown := make([]byte, max(2*len(d.data), d.tail+n))
	copy(grown, d.data[:d.tail])
	d.data = grown
}

// bits64 appends the 8 bytes of a number.
func (d *decoder) bits64(kind converter.Kind, v uint64) converter.Cell {
	at := d.tail
	if at+8 > len(d.data) {
		d.room(8)
	}
	binary.LittleEndian.PutUint64(d.data[at:], v)
	d.tail = at + 8
	return converter.Span(kind, at, 8)
}

// keep appends text that has been written behind the tail; text is data[:tail] and more.
func (d *decoder) keep(kind converter.Kind, text []byte) converter.Cell {
	at := d.tail
	d.tail = len(text)
	return converter.Span(kind, at, d.tail-at)
}

// cell reads the value at p, which is depth deep.
func (d *decoder) cell(p, depth int) (converter.Cell, int) {
	switch b := d.s[p]; b {
	case '"':
		end, escaped := d.str(p + 1)
		if end < 0 {
			return converter.Cell{}, end
		}
		if escaped {
			return d.text(p+1, end-1), end
		}
		return converter.Span(converter.KindText, p+1, end-p-2), end
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return d.num(p)
	case '{', '[':
		return d.nested(p, depth)
	case 't', 'f', 'n':
		switch binary.LittleEndian.Uint32(d.s[p:]) {
		case wordTrue:
			return d.boolean(true), p + 4
		case wordNull:
			return converter.Cell{}, p + 4
		case wordFals:
			if d.s[p+4] == 'e' {
				return d.boolean(false), p + 5
			}
		}
		end := d.literal(p)
		if end < 0 || b == 'n' {
			return converter.Cell{}, end
		}
		return d.boolean(b == 't'), end
	}
	return converter.Cell{}, d.literal(p)
}

// The first four bytes of the literals, the first one at the bottom.
const (
	wordTrue = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFals = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24
	wordNull = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
)

// text is the cell of a string with escapes.
func (d *decoder) text(from, to int) converter.Cell {
	d.room(to - from)
	text, lone := appendString(d.data[:d.tail], d.s[from:to])
	d.lone += int64(lone)
	return d.keep(converter.KindText, text)
}

// boolean is an INTEGER 0 or 1, of which a chunk needs only one each.
func (d *decoder) boolean(v bool) converter.Cell {
	i := 0
	if v {
		i = 1
	}
	if d.bools[i] == 0 {
		d.bools[i] = d.tail
		d.bits64(converter.KindInt, uint64(i))
	}
	return converter.Span(converter.KindInt, d.bools[i], 8)
}

// num is the cell of a number: an INTEGER if it is spelled as one of 64 bits, a REAL if a
// float64 is the same number, and otherwise its spelling as TEXT.
func (d *decoder) num(p int) (converter.Cell, int) {
	if end := plainNumber(d.s, p); end > 0 {
		if kind, word := converter.ParseNumber(d.s[:end], end-p); kind != converter.KindText {
			return d.bits64(kind, word), end
		}
	}
	if d.s[p] == '-' && d.s[p+1] == 'I' {
		return converter.Cell{}, d.literal(p)
	}
	end, integer := d.number(p)
	if end < 0 {
		return converter.Cell{}, end
	}
	kind, word := converter.ParseNumber(d.s[:end], end-p)
	if kind == converter.KindText {
		spelled := d.s[p:end]
		if integer && len(spelled) == 2 && spelled[1] == '0' { // -0
			kind, word = converter.KindReal, math.Float64bits(math.Copysign(0, -1))
		} else if f, ok := unsignedReal(spelled); ok && !integer {
			kind, word = converter.KindReal, math.Float64bits(f)
		} else {
			return converter.Span(converter.KindText, p, end-p), end
		}
	}
	return d.bits64(kind, word), end
}

// plainNumber returns the end of what may be a number at p that has no exponent and about 16
// characters at most; 0 if that is not so.
func plainNumber(s []byte, p int) int {
	if s[p] == '-' && s[p+1]-'0' > 9 {
		return 0
	}
	p++
	for to := p + 14; p+8 <= len(s) && p < to; p += 8 {
		w := binary.LittleEndian.Uint64(s[p:])
		if other := notDigitsNorPoints(w); other != 0 {
			p += bits.TrailingZeros64(other) >> 3
			if s[p]|0x20 == 'e' {
				return 0
			}
			return p
		}
	}
	return 0
}

// notDigitsNorPoints has the top bit set of each byte of a word that is no digit and no point.
func notDigitsNorPoints(w uint64) uint64 {
	const low = 0x7f * ones
	digit := w ^ ones*'0'
	point := w ^ ones*'.'
	return ((digit&low + ones*(0x80-10)) | digit) & ((point&low + low) | point) & highs
}

// unsignedReal reads what converter.ParseReal takes for a code, 12e4: in JSON it can be nothing
// but a number.
func unsignedReal(b []byte) (float64, bool) {
	for i, c := range b {
		if c == '.' {
			break
		}
		if c|0x20 == 'e' && b[i+1] != '+' && b[i+1] != '-' {
			var buf [64]byte
			return converter.ParseReal(append(append(append(buf[:0], b[:i+1]...), '+'), b[i+1:]...))
		}
	}
	return 0, false
}

// nested is the compact JSON text of an array or an object, or the blob that an object
// stands for.
func (d *decoder) nested(p, depth int) (converter.Cell, int) {
	d.loose = 0
	nans := d.nans
	end := d.value(p, depth)
	if end < 0 {
		return converter.Cell{}, end
	}
	if d.s[p] == '{' && d.mayBeBase64(p+1) {
		d.room(end - p)
		if blob, ok := appendBase64(d.data[:d.tail], d.s[p:end]); ok {
			return d.keep(converter.KindBlob, blob), end
		}
	}
	if d.nans > nans {
		d.room(2 * (end - p))
		return d.keep(converter.KindText, appendNulls(d.data[:d.tail], appendCompact(nil, d.s[p:end]))), end
	}
	if d.loose == 0 {
		return converter.Span(converter.KindText, p, end-p), end
	}
	d.room(end - p)
	return d.keep(converter.KindText, appendCompact(d.data[:d.tail], d.s[p:end])), end
}

func (d *decoder) mayBeBase64(p int) bool {
	s := d.s
	for classes[s[p]] == classSpace {
		p++
	}
	return s[p] == '"' && (s[p+1] == '$' || s[p+1] == 'e') && p+9 <= d.n &&
		(string(s[p:p+9]) == `"$base64"` || string(s[p:p+9]) == `"encoded"`)
}
