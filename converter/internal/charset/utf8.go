package charset

import "unicode/utf8"

// A lenient decodes UTF-8 in which some bytes are none.
type lenient struct{}

func (lenient) decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int) {
	at := 0
	for at < len(src) {
		if n := sound(src[at:]); n > 0 {
			dst = append(dst, src[at:at+n]...)
			at += n
			continue
		}
		if !final && !utf8.FullRune(src[at:]) {
			break
		}
		found(at, len(dst), src[at])
		dst = utf8.AppendRune(dst, stray(src[at]))
		at++
	}
	return dst, at
}

// sound returns how many bytes of UTF-8 p begins with.
func sound(p []byte) int {
	at := 0
	for at < len(p) {
		at += ascii(p[at:])
		if at == len(p) {
			break
		}
		r, n := utf8.DecodeRune(p[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}
