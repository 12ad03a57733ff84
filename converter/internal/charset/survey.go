package charset

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// A Survey is what a whole text that is not sound UTF-8 tells about its encoding, in constant
// memory.
type Survey struct {
	Sequences int64  // characters of several bytes that are UTF-8
	Latin     int64  // those of them that are Latin letters and signs, as one text in UTF-8 among others has
	Strays    Strays // bytes that are not
	words     words
	breaks    breaks
}

// NewSurvey reads a text to its end.
func NewSurvey(r io.Reader) (*Survey, error) {
	s := new(Survey)
	buf := make([]byte, 256<<10)
	held, err := 0, error(nil)
	for offset := int64(0); err == nil; {
		var n int
		n, err = r.Read(buf[held:])
		text := buf[:held+n]
		read := s.block(text, offset, err == io.EOF)
		offset += int64(read)
		held = copy(buf, text[read:])
	}
	if err == io.EOF {
		err = nil
	}
	s.words.end()
	return s, err
}

// block surveys a piece of the text and returns how much of it: all but the beginning of a
// character.
func (s *Survey) block(text []byte, offset int64, final bool) int {
	at := 0
	for at < len(text) {
		if text[at] < utf8.RuneSelf {
			at += ascii(text[at:])
			continue
		}
		r, n := rune(-1), 1
		if at+1 == len(text) || begins(text[at], text[at+1]) {
			r, n = next(text[at:], final)
		}
		switch {
		case n == 0:
			return s.end(text[:at])
		case r >= 0:
			s.Sequences++
			if r >= 0xa0 && r < 0x180 || r >= 0x2010 && r <= 0x2122 {
				s.Latin++
			}
		default:
			if s.Strays.Count++; s.Strays.Count == 1 {
				s.Strays.Offset, s.Strays.Byte = offset+int64(at), text[at]
				s.breaks.count(text[:at])
				s.Strays.Line = s.breaks.line()
			}
		}
		at += n
	}
	return s.end(text)
}

// begins reports whether a character of UTF-8 may begin with two bytes.
func begins(first, second byte) bool {
	return first >= 0xc2 && first <= 0xf4 && second&0xc0 == 0x80
}

// end takes over what was surveyed, and returns how much that is.
func (s *Survey) end(text []byte) int {
	if s.Strays.Count == 0 {
		s.breaks.count(text)
	}
	s.words.add(text)
	return len(text)
}

// IsUTF8 reports whether the text is UTF-8 by weight: more of it is than is not.
func (s *Survey) IsUTF8() bool { return s.Sequences > s.Strays.Count }

// breaks counts what ends lines: LF, or CR in text that has no LF.
type breaks struct{ lf, cr int64 }

func (b *breaks) count(text []byte) {
	b.lf += int64(bytes.Count(text, []byte{'\n'}))
	b.cr += int64(bytes.Count(text, []byte{'\r'}))
}

// line returns the number of the line behind what was counted.
func (b *breaks) line() int64 { return 1 + max(b.lf, b.cr) }
