package converter

import (
	"encoding/binary"
	"math/bits"
)

// A shortForm is a number as most are spelled: an integer of at most 16 digits, or a decimal
// of at most 15.
type shortForm struct {
	digits   uint64 // as one integer, without sign and point
	decimals int    // how many of them stand behind the point; 0: there is none
	negative bool
}

const (
	eachByte  = 0x0101010101010101
	highBits  = 0x80 * eachByte
	zeroChars = '0' * eachByte
)

// readShort reads the cell of n bytes that ends at data[end], and reports whether it is a short
// number. It takes what ParseInt and parseShortReal take and the same with a sign, but not a
// negative zero; what it does not take can still be a number.
//
// It looks at eight bytes at a time, the cell's last ones at the top of a word and zeros for
// those before its first. So it wants 16 bytes of data up to the cell's end.
func readShort(data []byte, end, n int) (s shortForm, ok bool) {
	if n > 17 || end < 16 || n == 0 {
		return s, false
	}
	first := data[end-n]
	if first == '-' {
		s.negative = true
		if n--; n == 0 {
			return s, false
		}
		first = data[end-n]
	} else if n == 17 {
		return s, false
	}
	var (
		last = binary.LittleEndian.Uint64(data[end-8:end]) ^ zeroChars
		head uint64 // of what is longer than 8
		long = n > 8
	)
	if long {
		head = (binary.LittleEndian.Uint64(data[end-16:end-8]) ^ zeroChars) >> (8 * uint(16-n) & 63) << (8 * uint(16-n) & 63)
	} else {
		last = last >> (8 * uint(8-n) & 63) << (8 * uint(8-n) & 63)
	}
	odd := notDigits(last)
	if long {
		odd |= notDigits(head)
	}
	if odd != 0 {
		// One byte that is no digit, and that is a point: the digits before it move up.
		if at := notDigits(last); at != 0 {
			k := uint(bits.TrailingZeros64(at)) &^ 7
			if at&(at-1) != 0 || byte(last>>k) != '.'^'0' || long && notDigits(head) != 0 {
				return s, false
			}
			below := uint64(1)<<k - 1
			last = last&^(below<<8|0xff) | last&below<<8 | head>>56
			head <<= 8
			s.decimals = int(56-k) / 8
		} else {
			at = notDigits(head)
			k := uint(bits.TrailingZeros64(at)) &^ 7
			if at&(at-1) != 0 || byte(head>>k) != '.'^'0' {
				return s, false
			}
			below := uint64(1)<<k - 1
			head = head&^(below<<8|0xff) | head&below<<8
			s.decimals = 8 + int(56-k)/8
		}
		if s.decimals == 0 || s.decimals == n-1 { // nothing behind the point, or before it
			return s, false
		}
	}
	if first == '0' && n > 1 && (s.decimals == 0 || s.decimals != n-2) {
		return s, false // 007, 00.5
	}
	s.digits = eightDigits(last)
	if long {
		s.digits += eightDigits(head) * 1e8
	}
	return s, s.digits != 0 || !s.negative
}

// notDigits has the top bit set of each byte that is above 9.
func notDigits(word uint64) uint64 { return (word + 0x76*eachByte | word) & highBits }

// eightDigits returns the number whose digits are the bytes of a word, the first one at the bottom.
func eightDigits(word uint64) uint64 {
	word = word*10 + word>>8 // of two digits, in every second byte
	const pairs = 0x000000ff000000ff
	return (word&pairs*(100+1000000<<32) + word>>16&pairs*(1+10000<<32)) >> 32
}
