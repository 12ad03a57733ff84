package dbase

import (
	"bytes"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// exactDigits is how many digits any REAL holds.
const exactDigits = 15

// number returns the number that is spelled in a part of the data, as it is spelled if the column
// can have it so.
func (f *filler) number(n, from, to int) (converter.Cell, error) {
	data := f.b.Data
	for ; from < to && (data[from] == ' ' || data[from] == 0 || data[from] == '\t'); from++ {
	}
	for ; to > from && (data[to-1] == ' ' || data[to-1] == 0); to-- {
	}
	if from == to {
		return converter.Cell{}, nil
	}
	if isUsual(data[from:to]) {
		return converter.Span(converter.KindUntyped, from, to-from), nil
	}
	return f.unusual(n, from, to)
}

// isUsual reports whether a number is spelled as columns have it, and is so short that it is exact.
func isUsual(s []byte) bool {
	if len(s) > exactDigits {
		return false
	}
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	if len(s) == 0 || s[0]-'0' > 9 || s[len(s)-1]-'0' > 9 || s[0] == '0' && len(s) > 1 && s[1] != '.' {
		return false
	}
	points := 0
	for _, c := range s {
		if c-'0' > 9 {
			if points++; c != '.' || points > 1 {
				return false
			}
		}
	}
	return !negative || len(s) > 1 || s[0] != '0' // -0 is no integer
}

// unusual returns a number that is spelled with leading zeros, a plus, an exponent, a comma or many
// digits; or else what stands in its place.
func (f *filler) unusual(n, from, to int) (converter.Cell, error) {
	s := f.b.Data[from:to]
	if len(bytes.Trim(s, " .-+")) == 0 { // as some programs show a number that there is none of
		return converter.Cell{}, nil
	}
	if len(bytes.Trim(s, "*")) == 0 {
		f.note(n, oddOverflow, s)
		return converter.Cell{}, nil
	}
	if isNone(s) {
		f.note(n, oddNumber, s)
		return converter.Cell{}, nil
	}
	text := plain(s)
	if at := bytes.IndexByte(text, ','); at >= 0 && !bytes.ContainsAny(text, ".eE") {
		text[at] = '.'
		f.note(n, oddComma, s)
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || bytes.ContainsAny(text, "xXpP_iInN") {
		f.note(n, oddText, s)
		return f.text(n, from, to, -1)
	}
	if kind, _ := converter.ParseNumber(text, len(text)); kind != converter.KindText {
		return f.spelled(text), nil
	}
	if printed(text, v) {
		return f.real(n, v), nil
	}
	return f.spelled(text), nil
}

// isNone reports whether a spelling is one of what is not a number, or infinite: nan, -1.#IND, 1.#INF00.
func isNone(s []byte) bool {
	s = bytes.ToLower(bytes.TrimLeft(s, "+-"))
	for _, prefix := range []string{"nan", "inf", "1.#", "1#"} {
		if bytes.HasPrefix(s, []byte(prefix)) {
			return true
		}
	}
	return false
}

// plain returns a spelling without a plus, leading zeros, and a point that nothing is behind, and with
// the sign that an exponent has to have.
func plain(s []byte) []byte {
	out := make([]byte, 0, len(s)+1)
	if s[0] == '-' || s[0] == '+' {
		if s[0] == '-' {
			out = append(out, '-')
		}
		s = bytes.TrimLeft(s[1:], " ")
	}
	for len(s) > 1 && s[0] == '0' && s[1]-'0' <= 9 {
		s = s[1:]
	}
	e := bytes.IndexAny(s, "eEdD")
	if e < 0 {
		e = len(s)
	}
	mantissa := bytes.TrimSuffix(s[:e], []byte("."))
	if string(mantissa) == "0" && e == len(s) {
		return append(out[:0], '0')
	}
	out = append(out, mantissa...)
	if e == len(s) {
		return out
	}
	out = append(out, 'e')
	if e+1 < len(s) && s[e+1]-'0' <= 9 {
		out = append(out, '+')
	}
	return append(out, s[e+1:]...)
}

// printed reports whether a spelling of many digits is what a program prints for a 64-bit float: with
// as many decimals it is spelled just so.
func printed(text []byte, v float64) bool {
	mantissa, _, exponential := bytes.Cut(text, []byte("e"))
	_, decimals, _ := bytes.Cut(mantissa, []byte("."))
	if !exponential {
		return len(decimals) > 0 && string(strconv.AppendFloat(nil, v, 'f', len(decimals), 64)) == string(zeroed(text))
	}
	spelled, _, _ := bytes.Cut(strconv.AppendFloat(nil, v, 'e', len(decimals), 64), []byte("e"))
	return string(spelled) == string(mantissa)
}

// zeroed returns a decimal with a digit before its point.
func zeroed(text []byte) []byte {
	if text[0] == '.' {
		return append([]byte{'0'}, text...)
	}
	if len(text) > 1 && text[0] == '-' && text[1] == '.' {
		return append([]byte("-0"), text[1:]...)
	}
	return text
}

// appendCurrency spells an amount of ten-thousandths.
func appendCurrency(dst []byte, v int64) []byte {
	u := uint64(v)
	if v < 0 {
		dst, u = append(dst, '-'), -u
	}
	dst = strconv.AppendUint(dst, u/10_000, 10)
	if rest := u % 10_000; rest > 0 {
		dst = append(dst, '.', byte('0'+rest/1000), byte('0'+rest/100%10), byte('0'+rest/10%10), byte('0'+rest%10))
		dst = bytes.TrimRight(dst, "0")
	}
	return dst
}
