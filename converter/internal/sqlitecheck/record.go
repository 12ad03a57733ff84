package sqlitecheck

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Record headers are not larger in SQLite: 3 bytes for the size and 32,768 columns.
const maxRecordHeader = 98307

// serialLen returns the bytes that a value of a serial type takes (file format §2.1).
func serialLen(serial uint64) int64 {
	switch {
	case serial >= 12:
		return int64((serial - 12) / 2)
	case serial >= 7:
		if serial == 7 {
			return 8
		}
		return 0
	}
	return [7]int64{0, 1, 2, 3, 4, 6, 8}[serial]
}

// recordHeader decodes the header of a record of total bytes, of which b are the
// first, and appends the columns' serial types to serials. size is the header's own.
func recordHeader(serials []uint64, b []byte, total int64) (_ []uint64, size int, problem string) {
	h, n := readVarint(b)
	if n == 0 || h < uint64(n) || h > maxRecordHeader || int64(h) > total {
		return serials, 0, fmt.Sprintf("has a header of %d bytes in %d", h, total)
	}
	size = int(h)
	if len(b) < size {
		return serials, 0, "has an incomplete header"
	}
	body := int64(0)
	for at := n; at < size; {
		serial, n := readVarint(b[at:size])
		if n == 0 {
			return serials, 0, "has a header that ends inside a serial type"
		}
		if serial == 10 || serial == 11 {
			return serials, 0, fmt.Sprintf("has the reserved serial type %d", serial)
		}
		at += n
		serials = append(serials, serial)
		if body += serialLen(serial); body > total {
			break
		}
	}
	if int64(size)+body != total {
		return serials, 0, fmt.Sprintf("has %d bytes, and its header speaks of %d or more", total, int64(size)+body)
	}
	return serials, size, ""
}

// record checks the record of a cell on page n and returns its serial types and the first
// bytes of its values, at least of the first want bytes of the whole record. They are
// valid until the next call; sound is false if a problem was reported.
func (c *checker) record(n uint32, cell *cell, want int64) (serials []uint64, values []byte, sound bool, err error) {
	if size, _ := readVarint(cell.local); size <= maxRecordHeader {
		want = max(want, int64(size))
	}
	b, sound, err := c.payload(n, cell, want)
	if err != nil || !sound {
		return nil, nil, false, err
	}
	serials, size, problem := recordHeader(c.serial[:0], b, cell.payload)
	c.serial = serials
	if problem != "" {
		return nil, nil, false, c.problem(n, "cell %d: the record %s", cell.number, problem)
	}
	return serials, b[size:], true, nil
}

// decodeInt decodes the value of an integer's serial type: 1 to 6, 8 and 9.
func decodeInt(serial uint64, b []byte) int64 {
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
	case 9:
		return 1
	}
	return 0
}

func decodeReal(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }

// Classes of values, in the order in which SQLite sorts them.
const (
	classNull = iota
	classNumber
	classText
	classBlob
)

func classOf(serial uint64, b []byte) int {
	switch {
	case serial == 0:
		return classNull
	case serial == 7:
		if len(b) >= 8 && math.IsNaN(decodeReal(b)) {
			return classNull // as SQLite reads it
		}
		return classNumber
	case serial < 12:
		return classNumber
	case serial%2 == 1:
		return classText
	}
	return classBlob
}
