package charset

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// A table is an encoding of single bytes. What has no character there is a hole, see holes.
type table [256]rune

// newTable returns the table of an encoding, or nil if that is not one of single bytes.
func newTable(enc encoding.Encoding) *table {
	m, ok := enc.(*charmap.Charmap)
	if !ok {
		return nil
	}
	t := new(table)
	for b := range t {
		t[b] = m.DecodeByte(byte(b))
		if t[b] == utf8.RuneError {
			t[b] = hole(byte(b))
		}
	}
	return t
}

// hole returns the character of a byte that an encoding of single bytes does not define.
func hole(b byte) rune {
	if b < 0xa0 {
		return rune(b)
	}
	return privateBytes + rune(b)
}

// A singleByte decodes an encoding of single bytes.
type singleByte struct{ *table }

func (d singleByte) decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int) {
	for i := 0; i < len(src); {
		if n := ascii(src[i:]); n > 0 {
			dst = append(dst, src[i:i+n]...)
			i += n
			continue
		}
		r := d.table[src[i]]
		if r == hole(src[i]) {
			found(i, len(dst), src[i])
		}
		dst = utf8.AppendRune(dst, r)
		i++
	}
	return dst, len(src)
}

// ascii returns how many bytes of ASCII p begins with.
func ascii(p []byte) int {
	i := 0
	for ; i+8 <= len(p); i += 8 {
		q := p[i : i+8 : i+8]
		if (q[0]|q[1]|q[2]|q[3]|q[4]|q[5]|q[6]|q[7])&0x80 != 0 {
			break
		}
	}
	for i < len(p) && p[i] < utf8.RuneSelf {
		i++
	}
	return i
}
