package charset

import "unicode/utf8"

// A lenient decodes UTF-8 in which some bytes are none. Characters beyond 16 bits may be
// spelled as in CESU-8, which some databases write for UTF-8: as a pair of surrogates.
type lenient struct{}

func (lenient) decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int) {
	at := 0
	for at < len(src) {
		if n := ascii(src[at:]); n > 0 {
			dst = append(dst, src[at:at+n]...)
			at += n
			continue
		}
		r, n := next(src[at:], final)
		switch {
		case n == 0:
			return dst, at
		case r < 0:
			found(at, len(dst), src[at])
			r = stray(src[at])
		}
		dst = utf8.AppendRune(dst, r)
		at += n
	}
	return dst, at
}

// next returns the character that p begins with and how many bytes it has: -1 and 1 for a byte
// that is none, 0 bytes if p ends within it and is not final.
func next(p []byte, final bool) (rune, int) {
	r, n := utf8.DecodeRune(p)
	switch {
	case r != utf8.RuneError || n > 1:
		return r, n
	case !final && !utf8.FullRune(p):
		return 0, 0
	case p[0] == 0xed:
		if high, ok := surrogate(p, 0xa0, final); ok {
			if len(p) < 3 {
				return 0, 0
			}
			if low, ok := surrogate(p[3:], 0xb0, final); ok {
				if len(p) < 6 {
					return 0, 0
				}
				return 0x10000 + high<<10 + low, 6
			}
		}
	}
	return -1, 1
}

// surrogate returns the ten bits of half a pair in CESU-8, which p begins with, and reports
// whether it is one; if p is not final, also where it is only the beginning of one.
func surrogate(p []byte, second byte, final bool) (rune, bool) {
	for i, b := range p[:min(len(p), 3)] {
		switch {
		case i == 0 && b != 0xed, i == 1 && b&0xf0 != second, i == 2 && b&0xc0 != 0x80:
			return 0, false
		}
	}
	if len(p) < 3 {
		return 0, !final
	}
	return rune(p[1]&0x0f)<<6 | rune(p[2]&0x3f), true
}
