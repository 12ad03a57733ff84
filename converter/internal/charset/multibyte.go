package charset

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// A multiByte decodes an encoding of several bytes by golang.org/x/text, whose decoders put
// U+FFFD for what they can't read: where one does, the piece is read once more, character by
// character.
type multiByte struct {
	*encoding.Decoder
	stateful bool
}

const (
	replacement   = "\uFFFD"
	replacementGB = "\x84\x31\xa4\x37" // which only GB 18030 has
)

func (d multiByte) decode(dst, src []byte, final bool, found func(read, written int, b byte)) ([]byte, int) {
	if !d.stateful {
		start := len(dst)
		if n := start + 3*len(src) + utf8.UTFMax; cap(dst) < n {
			dst = append(make([]byte, 0, n), dst...)
		}
		written, read, err := d.Transform(dst[start:cap(dst)], src, final)
		if out := dst[start : start+written]; !bytes.Contains(out, []byte(replacement)) && (err == nil || !final) {
			return dst[:start+written], read
		}
	}
	at := 0
	for at < len(src) {
		var ok bool
		n := 0
		if dst, n, ok = d.next(dst, src[at:], final); n == 0 {
			break
		} else if !ok {
			for _, b := range src[at : at+n] {
				if b >= utf8.RuneSelf {
					found(at, len(dst), b)
				}
				dst = utf8.AppendRune(dst, stray(b))
			}
		}
		at += n
	}
	return dst, at
}

// longest is how many bytes a character has at most, or an escape sequence.
const longest = 4

// next decodes one character and returns how many bytes it has: 0 if src ends within it and
// is not final. It reports false if they are none.
func (d multiByte) next(dst, src []byte, final bool) ([]byte, int, bool) {
	for n := 1; n <= min(longest, len(src)); n++ {
		var out [16]byte
		written, read, _ := d.Transform(out[:], src[:n], false)
		if read == 0 {
			continue
		}
		if bytes.Contains(out[:written], []byte(replacement)) && string(src[:read]) != replacementGB {
			return dst, read, false
		}
		return append(dst, out[:written]...), read, true
	}
	if final || len(src) >= longest {
		return dst, 1, false
	}
	return dst, 0, true
}
