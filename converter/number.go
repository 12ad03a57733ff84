package converter

import (
	"math"
	"strconv"
)

// ParseInt reads the canonical spelling of a 64-bit integer, -?(0|[1-9][0-9]*) but not -0,
// and reports whether b is one. Anything else (007, +1, 1_000, 20 digits) is a code or too
// long, and would not read back as it was spelled.
func ParseInt(b []byte) (int64, bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 19 {
		return 0, false
	}
	if digits[0] == '0' {
		return 0, len(b) == 1
	}
	var n uint64
	for _, c := range digits {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	if len(digits) < len(b) {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n <= math.MaxInt64
}

// ParseNumber reads the number that the last n bytes of text spell: KindInt and its bits if
// ParseInt takes it, KindReal and its bits if ParseReal does, and otherwise KindText. It is
// quick where text has 17 bytes, which may belong to something else.
func ParseNumber(text []byte, n int) (kind Kind, bits uint64) {
	if at := len(text) - 17; at >= 0 && uint(n-1) <= 16 {
		if digits, decimals, ok := shortDigits((*[17]byte)(text[at:]), n); ok {
			if decimals == 0 {
				return KindInt, uint64(digits)
			}
			return KindReal, math.Float64bits(float64(digits) / powers[decimals])
		}
	}
	b := text[len(text)-n:]
	if i, ok := ParseInt(b); ok {
		return KindInt, uint64(i)
	}
	if f, ok := ParseReal(b); ok {
		return KindReal, math.Float64bits(f)
	}
	return KindText, 0
}

// ParseReal reads a decimal number and reports whether b is one that a float64 holds
// without loss: rounded to as many digits as b has, at most 17, it is the number that b
// spells. So what a program writes for its float64 is one, even with 17 digits
// (1.8498000000000001). A trailing zero is not information (1.10). There must be a decimal
// point with a digit after it, or an exponent with a sign, since 12e4 is rather a code; the
// digits before the point are spelled as an integer's, or missing. No nan, no inf, no
// hexadecimal.
func ParseReal(b []byte) (float64, bool) {
	if f, ok := parseShortReal(b); ok {
		return f, true
	}
	s := b
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	var (
		mantissa uint64 // of the digits up to the last one that is not zero, if they are at most 19
		digits   int    // how many these are, from the first that is not zero on
		zeros    int    // seen since
		exponent int
		i        int
	)
	digit := func(c byte) {
		if c == 0 {
			if digits > 0 {
				zeros++
			}
			return
		}
		for ; zeros > 0; zeros-- {
			mantissa *= 10
			digits++
		}
		mantissa = mantissa*10 + uint64(c)
		digits++
	}
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		digit(s[i] - '0')
	}
	if i > 1 && s[0] == '0' {
		return 0, false
	}
	point := i < len(s) && s[i] == '.'
	if point {
		whole := i
		i++
		for ; i < len(s) && s[i]-'0' <= 9; i++ {
			digit(s[i] - '0')
		}
		exponent = whole + 1 - i
		if exponent == 0 {
			return 0, false
		}
	}
	if i == 0 {
		return 0, false
	}
	exponential := i < len(s) && s[i]|0x20 == 'e'
	if exponential {
		e, signed, ok := parseExponent(s[i+1:])
		if !ok || !point && !signed {
			return 0, false
		}
		exponent += e
		i = len(s)
	}
	if i < len(s) || !point && !exponential {
		return 0, false
	}
	if digits == 0 {
		if negative {
			return math.Copysign(0, -1), true
		}
		return 0, true
	}
	exponent += zeros
	// With at most 15 digits every decimal survives a float64, and with a power of ten
	// that is exact the quotient or product is the nearest one.
	if digits <= 15 && exponent >= -22 && exponent <= 22 {
		f := float64(mantissa)
		if exponent < 0 {
			f /= powers[-exponent]
		} else {
			f *= powers[exponent]
		}
		if negative {
			f = -f
		}
		return f, true
	}
	return parseLongReal(b, mantissa, digits, exponent)
}

// parseShortReal reads what most decimals look like: digits, a point and digits, at most
// 15 together, which is what a float64 holds in any case.
func parseShortReal(b []byte) (float64, bool) {
	if len(b) < 3 || len(b) > 16 || b[0]-'0' > 9 || b[0] == '0' && b[1] != '.' {
		return 0, false
	}
	var mantissa uint64
	point := 0
	for i, c := range b {
		d := uint64(c - '0')
		if d > 9 {
			if c != '.' || point > 0 {
				return 0, false
			}
			point = i
			continue
		}
		mantissa = mantissa*10 + d
	}
	if point == 0 || point == len(b)-1 {
		return 0, false
	}
	return float64(mantissa) / powers[len(b)-1-point], true
}

// parseExponent reads the digits behind the e, at most 4 of them.
func parseExponent(s []byte) (e int, signed, ok bool) {
	negative := false
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		signed, negative = true, s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 4 {
		return 0, signed, false
	}
	for _, c := range s {
		if c-'0' > 9 {
			return 0, signed, false
		}
		e = e*10 + int(c-'0')
	}
	if negative {
		e = -e
	}
	return e, signed, true
}

// parseLongReal reads what may be more than a float64 holds: it is the number that was
// spelled if, written with as many digits, it has the same ones.
func parseLongReal(b []byte, mantissa uint64, digits, exponent int) (float64, bool) {
	if digits > 17 { // mantissa may have overflowed, and no float64 is that exact
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || f == 0 {
		return 0, false
	}
	var buf [32]byte
	spelled := strconv.AppendFloat(buf[:0], math.Abs(f), 'e', digits-1, 64)
	var m uint64
	at := 0
	for ; spelled[at] != 'e'; at++ {
		if spelled[at] != '.' {
			m = m*10 + uint64(spelled[at]-'0')
		}
	}
	e, _ := strconv.Atoi(string(spelled[at+1:]))
	return f, m == mantissa && e-(digits-1) == exponent
}

// dotted reports whether the point of a decimal may as well stand between thousands: 1.234,
// where a comma is the decimal character.
func dotted(number []byte) bool {
	if number[0] == '-' {
		number = number[1:]
	}
	n := len(number)
	return n >= 5 && n <= 7 && number[n-4] == '.' && number[0] != '0' && number[n-2]|0x20 != 'e'
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
