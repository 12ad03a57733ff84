package sqlitecheck

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// decodeValue decodes a value: nil, int64, float64, string or []byte, which is a copy.
func decodeValue(serial uint64, b []byte, encoding string) any {
	switch {
	case serial == 0:
		return nil
	case serial == 7:
		if f := decodeReal(b); !math.IsNaN(f) {
			return f
		}
		return nil
	case serial < 12:
		return decodeInt(serial, b)
	case serial%2 == 0:
		return append([]byte{}, b...)
	}
	return decodeText(b, encoding)
}

// decodeText decodes text. What is not UTF-16 in UTF-16 becomes U+FFFD; what is not
// UTF-8 in UTF-8 is left.
func decodeText(b []byte, encoding string) string {
	var order binary.ByteOrder
	switch encoding {
	case "UTF-16le":
		order = binary.LittleEndian
	case "UTF-16be":
		order = binary.BigEndian
	default:
		return string(b)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

func isInt(serial uint64) bool {
	return serial >= 1 && serial <= 6 || serial == 8 || serial == 9
}
