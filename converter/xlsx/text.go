package xlsx

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText appends XML text, its entities and character references decoded and its line
// ends made \n (XML 1.0, 2.11). What is no known reference stays as it is spelled.
func appendText(dst, b []byte) []byte {
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
		d, ok := hexDigit(c)
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

func hexDigit(c byte) (rune, bool) {
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

// unescape decodes _xHHHH_, the spelling that strings of SpreadsheetML have for characters
// that XML can't hold (ECMA-376 part 1, 22.9.2.19, ST_Xstring). It returns b itself if there
// is none, and else appends to scratch.
func unescape(b, scratch []byte) (text, grown []byte) {
	if bytes.IndexByte(b, '_') < 0 || !bytes.Contains(b, []byte(escapeStart)) {
		return b, scratch
	}
	from := len(scratch)
	scratch = appendUnescaped(scratch, b)
	return scratch[from:len(scratch):len(scratch)], scratch
}

const escapeStart = "_x"

// appendUnescaped appends b with every _xHHHH_ decoded. What it appends is never longer
// than b, so dst may end where b begins.
func appendUnescaped(dst, b []byte) []byte {
	for {
		i := bytes.Index(b, []byte(escapeStart))
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		r, n := escape(b)
		if utf16.IsSurrogate(r) {
			low, m := escape(b[n:])
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				n = 0
			} else {
				n += m
			}
		}
		if n == 0 {
			dst = append(dst, b[:len(escapeStart)]...)
			b = b[len(escapeStart):]
			continue
		}
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
}

// escape decodes the _xHHHH_ at the start of b; n is 0 if there is none.
func escape(b []byte) (r rune, n int) {
	const length = len("_xHHHH_")
	if len(b) < length || b[0] != '_' || b[1] != 'x' || b[length-1] != '_' {
		return 0, 0
	}
	for _, c := range b[2 : length-1] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, 0
		}
		r = r<<4 | d
	}
	return r, length
}
