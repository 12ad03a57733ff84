package sqlitefile

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
)

// An index's entry is kept as a string of bytes that sorts as SQLite sorts the entry (NULL,
// numbers, text, blobs; BINARY), so that comparing entries is comparing bytes. It is the
// values of the columns, the rowid, and what is lost of the values by that: 1 and 1.0 are
// the same. The rowid is a number without what says that it is whole.
//
// No value's bytes begin another's. Text and blobs end with 0x00; in them, 0x00 is 0x01 0x01,
// and 0x01 is 0x01 0x02. The bytes of a column that descends are inverted.
const (
	keyNull   = 0x05
	keyNumber = 0x20 // of a number's whole part of n bytes: keyNumber+n, or keyNumber-1-n below zero
	keyHuge   = 9    // instead of n: a real of 2^64 or more, by its bits
	keyText   = 0x40
	keyBlob   = 0x41

	keyWhole = 0x00 // what follows a number's whole part
	keyPart  = 0x01 // and then the bits of the rest, as a real
)

// What a number is, unless it is an integer where it is whole, and else a real.
const (
	keyAsUsual  = iota
	keyReal     // whole, but a real
	keyNegative // the real -0.0
)

// AppendKey appends a value of a record: its serial type and its bytes. as is to be given to
// AppendKeyRowid, for all columns.
func AppendKey(key []byte, serial uint64, value []byte, desc bool) (_ []byte, as byte) {
	from := len(key)
	switch {
	case serial == SerialNull:
		key = append(key, keyNull)
	case serial == SerialReal:
		key, as = appendKeyReal(key, DecodeReal(value))
	case serial < 12:
		n := DecodeInt(serial, value)
		if n < 0 {
			key = appendKeyNumber(key, -uint64(n), 0, true)
		} else {
			key = appendKeyNumber(key, uint64(n), 0, false)
		}
	case serial&1 != 0:
		key = appendKeyBytes(append(key, keyText), value)
	default:
		key = appendKeyBytes(append(key, keyBlob), value)
	}
	if desc {
		invert(key[from:])
	}
	return key, as
}

// AppendKeyRowid completes an entry. as are what AppendKey has returned for the columns.
func AppendKeyRowid(key []byte, rowid int64, as []byte) []byte {
	if rowid < 0 {
		key = appendKeyNumber(key, -uint64(rowid), 0, true)
	} else {
		key = appendKeyNumber(key, uint64(rowid), 0, false)
	}
	key = key[:len(key)-1]
	for _, a := range as {
		if a != keyAsUsual {
			return append(key, as...)
		}
	}
	return key
}

func appendKeyReal(key []byte, f float64) ([]byte, byte) {
	below := f < 0
	size := math.Abs(f)
	if size >= 1<<64 {
		tag := byte(keyNumber + keyHuge)
		if below {
			tag = keyNumber - 1 - keyHuge
		}
		key = append(key, tag)
		from := len(key)
		key = append(binary.BigEndian.AppendUint64(key, math.Float64bits(size)), keyWhole)
		if below {
			invert(key[from:])
		}
		return key, keyAsUsual
	}
	whole := math.Trunc(size)
	key = appendKeyNumber(key, uint64(whole), size-whole, below)
	switch {
	case size != whole:
		return key, keyAsUsual
	case size == 0 && math.Signbit(f):
		return key, keyNegative
	}
	return key, keyReal
}

// appendKeyNumber appends a number by its size, whole and part, and whether it is below zero.
func appendKeyNumber(key []byte, whole uint64, part float64, below bool) []byte {
	n := (bits.Len64(whole) + 7) / 8
	tag := byte(keyNumber + n)
	if below {
		tag = byte(keyNumber - 1 - n)
	}
	key = append(key, tag)
	from := len(key)
	key = binary.BigEndian.AppendUint64(key, whole<<(64-8*n))[:from+n]
	if part == 0 {
		key = append(key, keyWhole)
	} else {
		key = binary.BigEndian.AppendUint64(append(key, keyPart), math.Float64bits(part))
	}
	if below {
		invert(key[from:])
	}
	return key
}

// appendKeyBytes appends text or a blob.
func appendKeyBytes(key, value []byte) []byte {
	if plain(value) {
		return append(append(key, value...), 0)
	}
	for _, b := range value {
		if b <= 1 {
			key = append(key, 1)
			b++
		}
		key = append(key, b)
	}
	return append(key, 0)
}

// plain reports whether all bytes are greater than 1.
func plain(value []byte) bool {
	const ones = 0x0101010101010101
	for len(value) >= 8 {
		w := binary.LittleEndian.Uint64(value)
		if (w-2*ones)&^w&(0x80*ones) != 0 { // one of the eight is less than 2
			return false
		}
		value = value[8:]
	}
	for _, b := range value {
		if b <= 1 {
			return false
		}
	}
	return true
}

// appendPlain appends what appendKeyBytes was given, but for the end.
func appendPlain(dst, key []byte) []byte {
	for {
		i := bytes.IndexByte(key, 1)
		if i < 0 {
			return append(dst, key...)
		}
		dst = append(append(dst, key[:i]...), key[i+1]-1)
		key = key[i+2:]
	}
}

func invert(b []byte) {
	for i := range b {
		b[i] = ^b[i]
	}
}

// A KeyReader turns entries back into an index's records.
type KeyReader struct {
	desc    []bool // by column
	ends    []int
	serials []uint64
	buf     []byte
}

// NewKeyReader returns a KeyReader for an index of as many columns, which descend or do not.
func NewKeyReader(desc []bool) *KeyReader { return &KeyReader{desc: desc} }

// Ends returns where each column's value ends in the entry: two entries that are the same
// until there have the same values. The result is valid until the next call.
func (r *KeyReader) Ends(entry []byte) []int {
	r.ends = r.ends[:0]
	at := 0
	for _, desc := range r.desc {
		at = keyEnd(entry, at, desc)
		r.ends = append(r.ends, at)
	}
	return r.ends
}

// Null reports whether a value of an entry with these ends is NULL.
func (r *KeyReader) Null(entry []byte, ends []int) bool {
	at := 0
	for i, end := range ends {
		if tag := entry[at]; tag == keyNull && !r.desc[i] || tag == ^byte(keyNull) && r.desc[i] {
			return true
		}
		at = end
	}
	return false
}

// Record appends the record of an entry with these ends: the values and the rowid.
func (r *KeyReader) Record(record, entry []byte, ends []int) []byte {
	at := ends[len(ends)-1]
	end := at + 1 + keyBytes(entry[at])
	as := entry[end:]
	start := len(record)
	body := start + len(ends) + 2 // if the header's numbers take a byte each
	record = append(record, make([]byte, body-start)...)
	r.serials = r.serials[:0]
	from := 0
	for i, to := range ends {
		how := byte(keyAsUsual)
		if len(as) > 0 {
			how = as[i]
		}
		value := entry[from:to]
		if r.desc[i] {
			r.buf = append(r.buf[:0], value...)
			invert(r.buf)
			value = r.buf
		}
		record = r.value(record, value, how)
		from = to
	}
	record = r.value(record, entry[at:end], keyAsUsual)
	size := 1
	for i, serial := range r.serials {
		record[start+1+i] = byte(serial)
		size += VarintLen(serial)
	}
	if size > 127 {
		size++
	}
	if start+size > body {
		record = append(record, make([]byte, start+size-body)...)
		copy(record[start+size:], record[body:])
		at := start + PutVarint(record[start:], uint64(size))
		for _, serial := range r.serials {
			at += PutVarint(record[at:], serial)
		}
		return record
	}
	record[start] = byte(size)
	return record
}

// keyBytes returns how many bytes a number's whole part has.
func keyBytes(tag byte) int {
	n := int(tag) - keyNumber
	if n < 0 {
		n = -n - 1
	}
	return n
}

// keyEnd returns where the value that begins at entry[at] ends.
func keyEnd(entry []byte, at int, desc bool) int {
	tag, flip := entry[at], byte(0)
	if desc {
		tag, flip = ^tag, 0xff
	}
	at++
	switch {
	case tag == keyNull:
		return at
	case tag >= keyText:
		return at + bytes.IndexByte(entry[at:], flip) + 1
	}
	n := int(tag) - keyNumber
	if n < 0 {
		n, flip = -n-1, ^flip
	}
	if n == keyHuge {
		n = 8
	}
	at += n + 1
	if entry[at-1]^flip == keyPart {
		at += 8
	}
	return at
}

// value appends a value that ascends to the record's body, and its serial type to those of the
// record.
func (r *KeyReader) value(body, key []byte, how byte) []byte {
	tag, key := key[0], key[1:]
	switch {
	case tag == keyNull:
		r.serials = append(r.serials, SerialNull)
		return body
	case tag >= keyText:
		before := len(body)
		body = appendPlain(body, key[:len(key)-1])
		serial := SerialText(len(body) - before)
		if tag == keyBlob {
			serial--
		}
		r.serials = append(r.serials, serial)
		return body
	}
	n, flip := int(tag)-keyNumber, uint64(0)
	if n < 0 {
		n, flip = -n-1, math.MaxUint64
	}
	whole, part := uint64(0), 0.0
	if n == keyHuge {
		part = math.Float64frombits(binary.BigEndian.Uint64(key) ^ flip)
	} else {
		for _, b := range key[:n] {
			whole = whole<<8 | uint64(b^byte(flip))
		}
		if len(key) > n+1 {
			part = math.Float64frombits(binary.BigEndian.Uint64(key[n+1:]) ^ flip)
		}
	}
	if part == 0 && how == keyAsUsual {
		if flip != 0 {
			whole = -whole
		}
		body, serial := AppendInt(body, int64(whole))
		r.serials = append(r.serials, uint64(serial))
		return body
	}
	f := float64(whole) + part
	if flip != 0 || how == keyNegative {
		f = -f
	}
	r.serials = append(r.serials, SerialReal)
	return binary.BigEndian.AppendUint64(body, math.Float64bits(f))
}
