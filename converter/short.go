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

// readShort returns the number that the last n bytes of text spell, if it is short: an integer of
// at most 16 digits, or a decimal of at most 15. It takes what ParseInt and parseShortReal take and
// the same with a sign, but not a negative zero; what it does not take can still be a number.
//
// It looks at eight bytes at a time, the last ones at the top of a word and zeros for those before
// the first. Signs and lengths change from cell to cell: they cost no branch.
func readShort(text *[17]byte, n int) (v stored) {
	negative := 0
	if text[(17-n)&31] == '-' {
		negative = 1
	}
	if n -= negative; uint(n-1) > 15 {
		return v
	}
	var (
		first = text[(17-n)&31]
		last  = lastBytes(binary.LittleEndian.Uint64(text[9:]), n)
		head  = lastBytes(binary.LittleEndian.Uint64(text[1:]), n-8) // of what is longer than 8
		odd   = notDigits(last)
		above = notDigits(head)
	)
	if odd|above == 0 {
		digits := int64(eightDigits(last) + eightDigits(head)*1e8)
		if first == '0' && n+negative > 1 { // 007, -0
			return v
		}
		v.saw = untypedInt
		if digits > exactInts {
			v.saw |= untypedBig
		}
		v.word, v.size, v.serial = sqlitefile.ShortestInt((digits ^ -int64(negative)) + int64(negative))
		return v
	}
	// One byte that is no digit, and that is a point: the digits before it move up.
	decimals := 0
	if above == 0 {
		k := uint(bits.TrailingZeros64(odd)) &^ 7
		if odd&(odd-1) != 0 || byte(last>>k) != pointChar {
			return v
		}
		last = closeUp(last, k) | head>>56
		head <<= 8
		decimals = int(56-k) / 8
	} else {
		k := uint(bits.TrailingZeros64(above)) &^ 7
		if odd != 0 || above&(above-1) != 0 || byte(head>>k) != pointChar {
			return v
		}
		head = closeUp(head, k)
		decimals = 8 + int(56-k)/8
	}
	if decimals == 0 || decimals == n-1 || first == '0' && decimals != n-2 { // 5., .5, 00.5
		return v
	}
	digits := int64(eightDigits(last) + eightDigits(head)*1e8)
	saw := untypedReal | untypedPoint
	if decimals == 3 && n <= 7 && first != '0' {
		saw = untypedReal // see dotted
	}
	f := float64((digits^-int64(negative))+int64(negative)) / powers[decimals]
	if last>>(64-8*min(decimals, 8)) == 0 && (decimals <= 8 || head>>(128-8*decimals) == 0) {
		// A whole number is stored as an integer, as SQLite does. It may be too long for that.
		if whole := int64(f); (whole != 0 || negative == 0) && whole > -1<<47 && whole < 1<<47 {
			v.word, v.size, v.serial = sqlitefile.ShortestInt(whole)
			v.saw = saw
		}
		return v
	}
	return stored{math.Float64bits(f), 8, sqlitefile.SerialReal, saw}
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
