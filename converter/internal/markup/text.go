package markup

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendText appends XML text, its entities and character references decoded and its line
// ends made \n (XML 1.0, 2.11). What is no known reference stays as it is spelled.
func AppendText(dst, b []byte) []byte {
	for {
		i := bytes.IndexAny(b, "&\r")
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		if b[0] == '\r' {
			dst = append(dst, '\n')
			b = b[1:]
			if len(b) > 0 && b[0] == '\n' {
				b = b[1:]
			}
			continue
		}
		r, n := reference(b)
		if utf16.IsSurrogate(r) { // a pair of references, as some producers write an emoji
			low, m := reference(b[n:])
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				n = 0
			} else {
				n += m
			}
		}
		if n == 0 {
			dst = append(dst, '&')
			b = b[1:]
			continue
		}
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
}

// reference decodes the entity or character reference at the start of b. n is its length,
// and 0 if there is none.
func reference(b []byte) (r rune, n int) {
	const longest = len("&#x0010FFFF;")
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 2 || b[0] != '&' {
		return 0, 0
	}
	name := b[1:end]
	if name[0] != '#' {
		switch string(name) {
		case "amp":
			r = '&'
		case "lt":
			r = '<'
		case "gt":
			r = '>'
		case "quot":
			r = '"'
		case "apos":
			r = '\''
		default:
			return 0, 0
		}
		return r, end + 1
	}
	base, digits := rune(10), name[1:]
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return 0, 0
	}
	for _, c := range digits {
		d, ok := HexDigit(c)
		if !ok || d >= base {
			return 0, 0
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, 0
		}
	}
	if r == 0 {
		return 0, 0
	}
	return r, end + 1
}

// HexDigit returns the value of a hexadecimal digit, of either case.
func HexDigit(c byte) (rune, bool) {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0'), true
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}
