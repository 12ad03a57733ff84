package charset

import (
	"bytes"
	"encoding/binary"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A wide decodes UTF-16 or UTF-32.
type wide struct {
	binary.ByteOrder
	size int // of a unit, in bytes
}

func (d wide) decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int) {
	at := 0
	for at+d.size <= len(src) {
		r, n := d.next(src[at:])
		if n == 0 && !final {
			return dst, at
		}
		if utf8.ValidRune(r) && n > 0 {
			dst = utf8.AppendRune(dst, r)
			at += n
			continue
		}
		for _, b := range src[at : at+d.size] {
			found(at, len(dst), b)
			dst = utf8.AppendRune(dst, privateBytes+rune(b))
			at++
		}
	}
	if final {
		for _, b := range src[at:] {
			found(at, len(dst), b)
			dst = utf8.AppendRune(dst, stray(b))
			at++
		}
	}
	return dst, at
}

// next returns the character that src begins with and its bytes: 0 if src ends within it.
func (d wide) next(src []byte) (rune, int) {
	if d.size == 4 {
		u := d.Uint32(src)
		return rune(min(u, utf8.MaxRune+1)), 4
	}
	r := rune(d.Uint16(src))
	if r < 0xd800 || r >= 0xdc00 {
		return r, 2
	}
	if len(src) < 4 {
		return r, 0
	}
	if pair := utf16.DecodeRune(r, rune(d.Uint16(src[2:]))); pair != utf8.RuneError {
		return pair, 4
	}
	return r, 2
}

// plausible reports whether head is text in d: most of it Latin, or a good deal of it, where
// the rest does not look like two letters of ASCII each, as any text would in UTF-16. All of
// it has to be characters that stand in texts, and no byte may be left over in a short one.
func plausible(d wide, head []byte) bool {
	if len(head) < 64 && len(head)%d.size != 0 {
		return false
	}
	head = head[:min(len(head), 4096)/d.size*d.size]
	if bytes.IndexByte(head, 0) < 0 {
		return false // no character below 0x100, as in nearly all text that is none
	}
	units, latin, double := 0, 0, 0
	for at := 0; at < len(head); units++ {
		r, n := d.next(head[at:])
		if n == 0 {
			break
		}
		switch {
		case !utf8.ValidRune(r) || !unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r):
			return false
		case r < 0x100:
			latin++
		case isASCII(byte(r)) && isASCII(byte(r>>8)):
			double++
		}
		at += n
	}
	return units > 0 && (latin*4 > units*3 || latin*5 >= units && double*5 <= (units-latin)*3)
}

func isASCII(b byte) bool { return b >= ' ' && b <= '~' || b == '\n' || b == '\r' || b == '\t' }
