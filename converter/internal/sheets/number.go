package sheets

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
)

// A number is what a numeric cell holds.
type number struct {
	integer bool
	i       int64
	f       float64 // also of an integer, rounded
}

// exact is up to where a float64 holds every whole number.
const exact = 1 << 53

// number returns what a Number or a Float holds, and false if that is none.
func (c *Cell) number() (number, bool) {
	if c.Kind == Number {
		return parseNumber(c.Value)
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(c.Value))
	if f == math.Trunc(f) && math.Abs(f) <= exact {
		return number{integer: true, i: int64(f), f: f}, true
	}
	return number{f: f}, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// spelled returns the value of a cell that is no text as people spell it.
func (c *Cell) spelled() []byte {
	if c.Kind != Float {
		return c.Value
	}
	n, ok := c.number()
	if n.integer {
		return strconv.AppendInt(nil, n.i, 10)
	}
	if !ok {
		return []byte(noNumber)
	}
	format := byte('g')
	if size := math.Abs(n.f); size >= 1e-5 && size < 1e15 {
		format = 'f' // without an exponent
	}
	return strconv.AppendFloat(nil, n.f, format, -1, 64)
}

// noNumber is how spreadsheets show what is no number, though it was to be one.
const noNumber = "#NUM!"

// parseNumber reads a number as it is spelled, and reports false for what no number
// can hold: then the text is what is to be kept.
//
// Spreadsheets know only doubles, and write 17 digits of them, as in 0.10000000000000001:
// that is 0.1. A whole number is an integer however it is spelled (5, 5.0, 5E3), as long as
// doubles hold it exactly. A string of digits, which other programs write for a 64-bit
// integer, is that integer.
func parseNumber(b []byte) (number, bool) {
	if i, ok := parseInt(b); ok {
		return number{integer: true, i: i, f: float64(i)}, true
	}
	if len(b) > maxDigits+8 || bytes.ContainsAny(b, "xX_pPnN") { // spellings of Go's own, NaN and Inf
		return number{}, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return number{}, false
	}
	if f == math.Trunc(f) && math.Abs(f) <= exact {
		return number{integer: true, i: int64(f), f: f}, len(b) <= 17 || sameDigits(b, f)
	}
	return number{f: f}, len(b) <= 17 || sameDigits(b, f)
}

// parseInt reads a decimal integer of 64 bits.
func parseInt(b []byte) (int64, bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if len(digits) < len(b) {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}

// maxDigits is how many digits the longest double has.
const maxDigits = 767

// sameDigits reports whether the number that b spells is f, rounded to as many digits as b
// has. Up to 17 digits are what a program writes for f; more can be a number that f only
// comes near to.
func sameDigits(b []byte, f float64) bool {
	var digits []byte
	for _, c := range b {
		if c == 'e' || c == 'E' {
			break
		}
		if '0' <= c && c <= '9' && (c != '0' || len(digits) > 0) {
			digits = append(digits, c)
		}
	}
	if len(digits) <= 17 {
		return true
	}
	if len(digits) > maxDigits {
		return false
	}
	want := strconv.AppendFloat(nil, math.Abs(f), 'e', len(digits)-1, 64)
	want = append(want[:1], want[2:]...)
	return bytes.HasPrefix(want, digits)
}
