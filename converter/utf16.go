package converter

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// UTF16Order returns the byte order of text in UTF-16, told by a byte order mark or by
// the NUL bytes of its ASCII characters, or nil if head does not look like it.
func UTF16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	case len(head) < 8:
		return nil
	}
	var zeros [2]int
	pairs := min(len(head), 4096) / 2
	for i := range pairs {
		for side := range 2 {
			if head[2*i+side] == 0 {
				zeros[side]++
			}
		}
	}
	// Most of the characters are ASCII, and none is NUL itself.
	switch {
	case zeros[1] > pairs*3/4 && zeros[0] == 0:
		return binary.LittleEndian
	case zeros[0] > pairs*3/4 && zeros[1] == 0:
		return binary.BigEndian
	}
	return nil
}

func decodeUTF16(head []byte) []byte {
	order := UTF16Order(head)
	units := make([]uint16, len(head)/2)
	for i := range units {
		units[i] = order.Uint16(head[2*i:])
	}
	return bytes.TrimPrefix([]byte(string(utf16.Decode(units))), []byte("\ufeff"))
}
