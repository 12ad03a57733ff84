package xls

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Flags of a link, and what its target is made by ([MS-OSHARED] 2.3.7.1).
const (
	linkHasTarget   = 1 << 0
	linkHasPlace    = 1 << 3 // within the target, or the workbook
	linkHasText     = 1 << 4
	linkHasFrame    = 1 << 7
	linkTargetPlain = 1 << 8

	urlMoniker  = "\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
	fileMoniker = "\x03\x03\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
)

// readLink reads where cells lead; nowhere if it is a place in the workbook.
func readLink(b []byte) (link sheets.Link, ok bool) {
	const begin = 8 + 16 + 4 // cells, class, version
	if len(b) < begin+4 {
		return link, false
	}
	if link.Cells, ok = rangeOf(b); !ok {
		return link, false
	}
	flags := binary.LittleEndian.Uint32(b[begin:])
	r := linkReader{b: b[begin+4:]}
	if flags&linkHasText != 0 {
		r.wide(2)
	}
	if flags&linkHasFrame != 0 {
		r.wide(2)
	}
	switch {
	case flags&linkHasTarget == 0:
	case flags&linkTargetPlain != 0:
		link.Target = r.wide(2)
	default:
		switch class := string(r.bytes(16)); class {
		case urlMoniker:
			link.Target = r.wide(1)
		case fileMoniker:
			link.Target = r.path()
		default:
			return link, false
		}
	}
	if flags&linkHasPlace != 0 {
		if place := r.wide(2); link.Target != "" && place != "" {
			link.Target += "#" + place
		}
	}
	return link, !r.short
}

// A linkReader reads a link's parts.
type linkReader struct {
	b     []byte
	short bool // it has fewer bytes than it says
}

func (r *linkReader) bytes(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.short, n = true, 0
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *linkReader) number(bytes int) int {
	n := 0
	for i, c := range r.bytes(bytes) {
		n |= int(c) << (8 * i)
	}
	return n
}

// wide reads a text of two bytes a character that ends with a zero, after its length in units of
// so many bytes.
func (r *linkReader) wide(unit int) string {
	b := r.bytes(r.number(4) * unit)
	for i := 0; i+1 < len(b); i += 2 {
		if b[i] == 0 && b[i+1] == 0 {
			b = b[:i]
		}
	}
	return wideText(b)
}

func wideText(b []byte) string {
	text, high := appendUTF16(nil, b, 0)
	text, _ = flushHalf(text, high)
	return string(text)
}

// path reads the name of a file: how many folders up it is, its name in some code page, and then
// in Unicode, unless it is ASCII.
func (r *linkReader) path() string {
	up := r.number(2)
	short, _, _ := bytes.Cut(r.bytes(r.number(4)), []byte{0})
	r.bytes(24)
	name := string(short)
	if !utf8.ValidString(name) {
		name = string(charset.Decode(short, charset.Default))
	}
	if size := r.number(4); size > 0 {
		n := r.number(4)
		r.bytes(2)
		name = wideText(r.bytes(n))
	}
	return strings.Repeat(`..\`, min(up, maxUp)) + name
}

// maxUp is how many folders up a file can be.
const maxUp = 256
