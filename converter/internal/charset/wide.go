package charset

import (
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

// Unicode reports which encoding of Unicode a text has by its first bytes, and why: by a byte
// order mark, of the length returned, or by the NUL bytes that ASCII has in UTF-16 and UTF-32.
// It returns "" if neither tells.
func Unicode(head []byte) (name, why string, mark int) {
	const byMark = "byte order mark"
	for _, m := range []struct{ mark, name string }{
		{"\xef\xbb\xbf", UTF8}, {"\xff\xfe\x00\x00", UTF32LE}, {"\x00\x00\xfe\xff", UTF32BE}, {"\xff\xfe", UTF16LE}, {"\xfe\xff", UTF16BE},
	} {
		if len(head) >= len(m.mark) && string(head[:len(m.mark)]) == m.mark {
			return m.name, byMark, len(m.mark)
		}
	}
	switch {
	case len(head) < 2:
	case plausible(wide{binary.LittleEndian, 4}, head):
		return UTF32LE, "three of four bytes are NUL where there is ASCII", 0
	case plausible(wide{binary.BigEndian, 4}, head):
		return UTF32BE, "three of four bytes are NUL where there is ASCII", 0
	case plausible(wide{binary.LittleEndian, 2}, head):
		return UTF16LE, "every other byte is NUL where there is ASCII", 0
	case plausible(wide{binary.BigEndian, 2}, head):
		return UTF16BE, "every other byte is NUL where there is ASCII", 0
	}
	return "", "", 0
}

// plausible reports whether head is text in d: most of it Latin, or a good deal of it, where
// the rest does not look like two letters of ASCII each, as any text would in UTF-16. All of
// it has to be characters that stand in texts, and no byte may be left over in a short one.
func plausible(d wide, head []byte) bool {
	if len(head) < 64 && len(head)%d.size != 0 {
		return false
	}
	head = head[:min(len(head), 4096)/d.size*d.size]
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
