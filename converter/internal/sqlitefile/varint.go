package sqlitefile

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// AppendVarint appends v as a SQLite varint: big-endian groups of 7 bits, the ninth byte
// of a long one with 8 (https://www.sqlite.org/fileformat2.html#varint).
func AppendVarint(b []byte, v uint64) []byte {
	if v < 1<<7 {
		return append(b, byte(v))
	}
	if v < 1<<14 {
		return append(b, byte(v>>7)|0x80, byte(v&0x7f))
	}
	var buf [9]byte
	n := PutVarint(buf[:], v)
	return append(b, buf[:n]...)
}

// PutVarint writes v as a varint to b, which must have room for VarintLen(v) bytes, and
// returns its length.
func PutVarint(b []byte, v uint64) int {
	switch {
	case v < 1<<7:
		b[0] = byte(v)
		return 1
	case v < 1<<14:
		b[1] = byte(v & 0x7f)
		b[0] = byte(v>>7) | 0x80
		return 2
	case v < 1<<21:
		b[2] = byte(v & 0x7f)
		b[1] = byte(v>>7) | 0x80
		b[0] = byte(v>>14) | 0x80
		return 3
	case v < 1<<56:
		n := VarintLen(v)
		b[n-1] = byte(v & 0x7f)
		for i := n - 2; i >= 0; i-- {
			v >>= 7
			b[i] = byte(v) | 0x80
		}
		return n
	}
	b[8] = byte(v)
	v >>= 8
	for i := 7; i >= 0; i-- {
		b[i] = byte(v) | 0x80
		v >>= 7
	}
	return 9
}

// VarintLen returns how many bytes v takes as a varint: 1 to 9.
func VarintLen(v uint64) int {
	if v < 1<<56 {
		return (bits.Len64(v|1) + 6) / 7
	}
	return 9
}

// Varint decodes a varint and returns the number of bytes read, 0 if b ends too soon.
func Varint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// Serial types of a record's header (https://www.sqlite.org/fileformat2.html#record_format).
const (
	SerialNull = 0
	SerialReal = 7
	SerialZero = 8
	SerialOne  = 9
)

// SerialText and SerialBlob return the serial type of n bytes of text or blob.
func SerialText(n int) uint64 { return uint64(n)*2 + 13 }
func SerialBlob(n int) uint64 { return uint64(n)*2 + 12 }

// AppendInt appends the shortest encoding of n to a record's body and returns its serial
// type, which takes one byte. Up to 8 bytes of what body has room for are changed.
func AppendInt(body []byte, n int64) ([]byte, byte) {
	at := len(body)
	body = binary.BigEndian.AppendUint64(body, 0)
	size, serial := PutInt(body[at:], n)
	return body[:at+size], serial
}

// PutInt writes the shortest encoding of n to the beginning of b, which has room for 8 bytes that
// may all be changed. It returns how many it takes, and its serial type.
func PutInt(b []byte, n int64) (int, byte) {
	word, size, serial := ShortestInt(n)
	binary.BigEndian.PutUint64(b, word)
	return size, serial
}

// ShortestInt returns the shortest encoding of n, in the upper bytes of a word, how many these are,
// and its serial type.
func ShortestInt(n int64) (word uint64, size int, serial byte) {
	s := &intSizes[bits.Len64(uint64(n^n>>63))&63]
	size, serial = int(s.bytes), s.serial
	if uint64(n) <= 1 {
		size, serial = 0, SerialZero+byte(n)
	}
	return uint64(n) << (s.shift & 63), size, serial
}

// intSizes has the serial types of integers, how many bytes these take and how far they are from
// the top of a word, by how many bits the integers have besides their sign.
var intSizes = func() (sizes [64]struct{ serial, bytes, shift uint8 }) {
	for n := range sizes {
		serial := uint8(1)
		for n >= 8*SerialSize(uint64(serial)) {
			serial++
		}
		bytes := uint8(SerialSize(uint64(serial)))
		sizes[n].serial, sizes[n].bytes, sizes[n].shift = serial, bytes, 64-8*bytes
	}
	return sizes
}()

// DecodeInt decodes the value of an integer's serial type: 1 to 6, 8 and 9.
func DecodeInt(serial uint64, b []byte) int64 {
	switch serial {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case 3:
		return int64(int8(b[0]))<<16 | int64(binary.BigEndian.Uint16(b[1:]))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	case 5:
		return int64(int16(binary.BigEndian.Uint16(b)))<<32 | int64(binary.BigEndian.Uint32(b[2:]))
	case 6:
		return int64(binary.BigEndian.Uint64(b))
	case SerialOne:
		return 1
	}
	return 0
}

// DecodeReal decodes the value of the serial type SerialReal.
func DecodeReal(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }
