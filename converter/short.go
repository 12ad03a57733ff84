package converter

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

const (
	eachByte  = 0x0101010101010101
	highBits  = 0x80 * eachByte
	zeroChars = '0' * eachByte
	pointChar = '.' ^ '0'
)

// A stored value is one as records have it.
type stored struct {
	word   uint64 // its bytes, the first one at the top
	size   int    // how many these are
	serial byte
	saw    seen // what it is; 0: this is no value
}

// readShort returns the value of a record that the last n bytes of text spell, if they are a short
// number; see shortDigits.
func readShort(text *[17]byte, n int) (v stored) {
	digits, decimals, ok := shortDigits(text, n)
	if !ok {
		return v
	}
	size := max(digits, -digits)
	if decimals == 0 {
		v.saw = untypedInt
		if size > exactInts {
			v.saw |= untypedBig
		}
		v.word, v.size, v.serial = sqlitefile.ShortestInt(digits)
		return v
	}
	v.saw = untypedReal | untypedPoint
	if decimals == 3 && size >= 1e3 && size < 1e6 {
		v.saw = untypedReal // see dotted
	}
	v.word, v.size, v.serial = storedReal(float64(digits) / powers[decimals])
	return v
}

// storedReal returns a number of a REAL column as records have it: as SQLite does, a whole one as
// an integer.
func storedReal(f float64) (word uint64, size int, serial byte) {
	if n := int64(f); float64(n) == f && n > -1<<47 && n < 1<<47 && (n != 0 || !math.Signbit(f)) {
		return sqlitefile.ShortestInt(n)
	}
	return math.Float64bits(f), 8, sqlitefile.SerialReal
}

// shortDigits reads the number that the last n bytes of text spell, if it is short: an integer of
// at most 16 digits, or a decimal of at most 15. It returns the digits as one number with their
// sign, and how many of them stand behind the point. It takes what ParseInt and parseShortReal take
// and the same with a sign, but not a negative zero; what it does not take can still be a number.
//
// It looks at eight bytes at a time, the last ones at the top of a word and zeros for those before
// the first.
func shortDigits(text *[17]byte, n int) (digits int64, decimals int, ok bool) {
	negative := text[(17-n)&31] == '-'
	if negative {
		n--
	}
	if uint(n-1) > 15 {
		return 0, 0, false
	}
	first, last, head := text[(17-n)&31], lastBytes(binary.LittleEndian.Uint64(text[9:]), n), uint64(0)
	if n > 8 {
		head = lastBytes(binary.LittleEndian.Uint64(text[1:]), n-8)
	}
	if odd, above := notDigits(last), notDigits(head); odd|above != 0 {
		at := odd | above // one byte that is no digit, and that is a point: the digits before it move up
		k := uint(bits.TrailingZeros64(at)) &^ 7
		switch {
		case odd != 0 && above != 0 || at&(at-1) != 0:
			return 0, 0, false
		case above != 0:
			ok = byte(head>>k) == pointChar
			head = closeUp(head, k)
			decimals = 8 + int(56-k)/8
		default:
			ok = byte(last>>k) == pointChar
			last = closeUp(last, k) | head>>56
			head <<= 8
			decimals = int(56-k) / 8
		}
		if !ok || decimals == 0 || decimals == n-1 { // 5., .5
			return 0, 0, false
		}
	}
	if first == '0' && n > 1 && (decimals == 0 || decimals != n-2) { // 007, 00.5
		return 0, 0, false
	}
	digits = int64(eightDigits(last))
	if n > 8 {
		digits += int64(eightDigits(head) * 1e8)
	}
	if negative {
		return -digits, decimals, digits != 0
	}
	return digits, decimals, true
}

// lastBytes returns the digits of a word's last n characters; where there are no characters, there
// are zeros.
func lastBytes(word uint64, n int) uint64 { return (word ^ zeroChars) & lastMasks[(n+8)&31] }

// lastMasks has masks of a word's last bytes, of -8 to 16 of them.
var lastMasks = func() (masks [32]uint64) {
	for i := range masks {
		masks[i] = ^uint64(0) << (8 * uint(8-min(max(i-8, 0), 8)))
	}
	return masks
}()

// closeUp returns a word without its byte at bit k: those below it move up.
func closeUp(word uint64, k uint) uint64 {
	below := uint64(1)<<k - 1
	return word&^(below<<8|0xff) | word&below<<8
}

// notDigits has the top bit set of each byte that is above 9.
func notDigits(word uint64) uint64 { return (word + 0x76*eachByte | word) & highBits }

// eightDigits returns the number whose digits are the bytes of a word, the first one at the bottom.
func eightDigits(word uint64) uint64 {
	word = word*10 + word>>8 // of two digits, in every second byte
	const pairs = 0x000000ff000000ff
	return (word&pairs*(100+1000000<<32) + word>>16&pairs*(1+10000<<32)) >> 32
}
