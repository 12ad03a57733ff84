package gcs

import "hash/crc32"

// Castagnoli is the table of CRC32C, the checksum that every object has.
var Castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CombineCRC32C returns the checksum of two pieces of data, one after the other, from their
// checksums and the length of the second.
//
// A CRC is the remainder of a polynomial over GF(2). Appending n bytes multiplies the first
// one by x^(8n); what the initial and final inversions add cancels out.
func CombineCRC32C(first, second uint32, length int64) uint32 {
	return multiply(power(uint64(length)*8), first) ^ second
}

// one is the polynomial 1: bit 31 is the coefficient of x^0, bit 0 that of x^31.
const one = 1 << 31

// multiply multiplies modulo the CRC32C polynomial.
func multiply(a, b uint32) (product uint32) {
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		b = b>>1 ^ crc32.Castagnoli*(b&1) // times x
	}
	return product
}

// power returns x^n modulo the CRC32C polynomial.
func power(n uint64) uint32 {
	result, square := uint32(one), uint32(one>>1)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = multiply(result, square)
		}
		square = multiply(square, square)
	}
	return result
}
