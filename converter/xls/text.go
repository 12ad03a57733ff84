package xls

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A joined is the data of a record and of those that continue it. What crosses from one to the
// next does so anywhere, but for the characters of a text: there the next record begins with a
// byte that says whether the characters that follow are of one byte or two ([MS-XLS] 2.5.293).
type joined struct {
	b    []byte                 // what is left of the record
	next func() ([]byte, error) // data of the next record, nil if none follows; nil is none
}

// advance goes on to the next record, which has a byte at least.
func (j *joined) advance() error {
	for len(j.b) == 0 {
		if j.next == nil {
			return errCut
		}
		b, err := j.next()
		if err != nil {
			return err
		}
		if b == nil {
			return errCut
		}
		j.b = b
	}
	return nil
}

// number reads a number of so many bytes, in little-endian order.
func (j *joined) number(bytes int) (uint32, error) {
	var n uint32
	for i := range bytes {
		if err := j.advance(); err != nil {
			return 0, err
		}
		n |= uint32(j.b[0]) << (8 * i)
		j.b = j.b[1:]
	}
	return n, nil
}

// skip passes over so many bytes.
func (j *joined) skip(bytes int64) error {
	for bytes > 0 {
		if err := j.advance(); err != nil {
			return err
		}
		n := min(bytes, int64(len(j.b)))
		j.b = j.b[n:]
		bytes -= n
	}
	return nil
}

// Flags of a text.
const (
	flagWide     = 1 << 0 // characters are of two bytes
	flagPhonetic = 1 << 2
	flagRich     = 1 << 3 // its parts have fonts
)

// text appends a text of BIFF8 in UTF-8: of so many characters, with the flags that stand before
// them, and without fonts and phonetic hints (XLUnicodeRichExtendedString).
func (j *joined) text(dst []byte, chars int) ([]byte, error) {
	flags, err := j.number(1)
	if err != nil {
		return dst, err
	}
	var runs, phonetic uint32
	if flags&flagRich != 0 {
		runs, err = j.number(2)
	}
	if err == nil && flags&flagPhonetic != 0 {
		phonetic, err = j.number(4)
	}
	if err == nil {
		dst, err = j.chars(dst, chars, flags)
	}
	if err != nil {
		return dst, err
	}
	return dst, j.skip(int64(runs)*4 + int64(phonetic))
}

// chars appends so many characters.
func (j *joined) chars(dst []byte, chars int, flags uint32) ([]byte, error) {
	var high uint16 // the first half of a pair, whose other half is to come
	for chars > 0 {
		if len(j.b) == 0 {
			var err error
			if flags, err = j.number(1); err != nil {
				return dst, err
			}
			if len(j.b) == 0 {
				continue
			}
		}
		if flags&flagWide == 0 {
			n := min(chars, len(j.b))
			dst, high = flushHalf(dst, high)
			dst = appendLatin1(dst, j.b[:n])
			j.b, chars = j.b[n:], chars-n
			continue
		}
		n := min(chars, len(j.b)/2)
		if n == 0 {
			return dst, errCut // in the middle of a character
		}
		dst, high = appendUTF16(dst, j.b[:2*n], high)
		j.b, chars = j.b[2*n:], chars-n
	}
	dst, _ = flushHalf(dst, high)
	return dst, nil
}

// appendLatin1 appends characters of one byte, which are the first 256 of Unicode.
func appendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

// appendUTF16 appends characters of two bytes. high is half a pair that came before, and is
// returned if they end with one.
func appendUTF16(dst, b []byte, high uint16) ([]byte, uint16) {
	for ; len(b) >= 2; b = b[2:] {
		c := binary.LittleEndian.Uint16(b)
		if c < utf8.RuneSelf && high == 0 {
			dst = append(dst, byte(c))
			continue
		}
		if r := utf16.DecodeRune(rune(high), rune(c)); r != utf8.RuneError {
			dst, high = utf8.AppendRune(dst, r), 0
			continue
		}
		dst, high = flushHalf(dst, high)
		if utf16.IsSurrogate(rune(c)) {
			high = c
		} else {
			dst = utf8.AppendRune(dst, rune(c))
		}
	}
	return dst, high
}

// flushHalf appends half a pair whose other half is missing: spelled as XLSX has it, because no
// character can be it.
func flushHalf(dst []byte, high uint16) ([]byte, uint16) {
	if high != 0 {
		dst = fmt.Appendf(dst, "_x%04X_", high)
	}
	return dst, 0
}
