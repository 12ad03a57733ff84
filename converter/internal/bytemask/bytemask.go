// Package bytemask finds bytes in text 64 at a time: for each block a word with a bit for
// every byte looked for. A parser then steps from bit to bit instead of from byte to byte.
package bytemask

import (
	"encoding/binary"
	"math/bits"
)

// Words returns how many words the masks of n bytes take.
func Words(n int) int { return (n + 63) / 64 }

// Find sets a bit in any for each byte of data that is a, b or c, and one in quotes for
// each that is quote. Bit i%64 of word i/64 stands for data[i]; both masks need
// Words(len(data)) words, and bits behind data are zero.
func Find(data []byte, a, b, c, quote byte, any, quotes []uint64) {
	whole := len(data) / 64
	if whole > 0 {
		blocks(data[:whole*64], a, b, c, quote, any[:whole], quotes[:whole])
	}
	rest := data[whole*64:]
	if len(rest) == 0 {
		return
	}
	var last [64]byte
	copy(last[:], rest)
	generic(last[:], a, b, c, quote, any[whole:whole+1], quotes[whole:whole+1])
	valid := uint64(1)<<len(rest) - 1
	any[whole] &= valid
	quotes[whole] &= valid
}

// Next returns the position of the first bit in mask at or behind pos, or end if there is
// none.
func Next(mask []uint64, pos, end int) int {
	if pos >= end {
		return end
	}
	i := pos >> 6
	if w := mask[i] >> (uint(pos) & 63); w != 0 {
		return pos + bits.TrailingZeros64(w)
	}
	for i++; i < len(mask); i++ {
		if mask[i] != 0 {
			return i<<6 + bits.TrailingZeros64(mask[i])
		}
	}
	return end
}

const (
	ones = 0x0101010101010101
	lows = 0x7f7f7f7f7f7f7f7f
)

// generic is blocks for machines without vector instructions that we know: eight bytes at
// a time. A zero byte of x becomes 0x80 and any other 0 (Hacker's Delight, 6-1), and a
// multiplication gathers the eight high bits.
func generic(data []byte, a, b, c, quote byte, any, quotes []uint64) {
	as, bs, cs, qs := ones*uint64(a), ones*uint64(b), ones*uint64(c), ones*uint64(quote)
	for i := range any {
		var m, q uint64
		for j := range 8 {
			w := binary.LittleEndian.Uint64(data[i*64+j*8:])
			hits := zeros(w^as) | zeros(w^bs) | zeros(w^cs)
			m |= gather(hits) << (8 * j)
			q |= gather(zeros(w^qs)) << (8 * j)
		}
		any[i], quotes[i] = m, q
	}
}

func zeros(x uint64) uint64 { return ^((x&lows + lows) | x | lows) }

func gather(x uint64) uint64 { return (x >> 7) * 0x0102040810204080 >> 56 }
