package xlsx

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/markup"
)

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
		d, ok := markup.HexDigit(c)
		if !ok {
			return 0, 0
		}
		r = r<<4 | d
	}
	return r, length
}
