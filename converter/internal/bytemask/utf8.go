package bytemask

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// High sets a bit in mask for each byte of data that is no character of ASCII, as Find does for
// others.
func High(data []byte, mask []uint64) {
	whole := len(data) / 64
	if whole > 0 {
		highBlocks(data[:whole*64], mask[:whole])
	}
	if rest := data[whole*64:]; len(rest) > 0 {
		var last [64]byte
		copy(last[:], rest)
		genericHigh(last[:], mask[whole:whole+1])
	}
}

func genericHigh(data []byte, mask []uint64) {
	for i := range mask {
		var m uint64
		for j := range 8 {
			m |= gather(binary.LittleEndian.Uint64(data[i*64+j*8:])&^lows) << (8 * j)
		}
		mask[i] = m
	}
}

// ValidUTF8 is utf8.Valid, several times as fast for text most of whose characters are ASCII's, but
// not all.
func ValidUTF8(data []byte) bool {
	var mask [64]uint64
	const size = 64 * len(mask)
	for from, next := 0, 0; from < len(data); from += size {
		end := min(from+size, len(data))
		words := mask[:Words(end-from)]
		High(data[from:end], words)
		high, count := uint64(0), 0
		for _, w := range words {
			high |= w
		}
		if high == 0 {
			continue
		}
		for _, w := range words {
			count += bits.OnesCount64(w)
		}
		if count > size/8 { // too many to look at one by one
			at := max(from, next)
			for next = max(end, next); next < len(data) && !utf8.RuneStart(data[next]); next++ {
			}
			if !utf8.Valid(data[at:next]) {
				return false
			}
			continue
		}
		for at := max(from, next); ; at = next {
			if at = from + Next(words, at-from, end-from); at >= end {
				break
			}
			for next = at + 1; next < len(data) && data[next] >= utf8.RuneSelf; next++ {
			}
			if next-at == 2 && data[at] >= 0xc2 && data[at] <= 0xdf && data[at+1] < 0xc0 {
				continue
			}
			if !utf8.Valid(data[at:next]) {
				return false
			}
		}
	}
	return true
}
