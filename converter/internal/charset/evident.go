package charset

import (
	"bytes"
	"encoding/binary"
)

// Evident reports which encoding a text has by its first bytes, and why: by a byte order mark,
// of the length returned, by the NUL bytes that ASCII has in UTF-16 and UTF-32, or by escape
// sequences. It returns "" if none of these tells.
func Evident(head []byte) (name, why string, mark int) {
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
	case bytes.Contains(head, []byte("\x1b$B")) && bytes.Contains(head, []byte("\x1b(")) && ascii(head) == len(head):
		return "iso-2022-jp", "escape sequences", 0
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

// Plain returns a head without byte order mark, and decoded to UTF-8 if it is in UTF-16 or UTF-32.
func Plain(head []byte) []byte {
	name, _, mark := Evident(head)
	if text := head[mark:]; name == "" || name == UTF8 {
		return text
	} else {
		return Decode(text, name)
	}
}
