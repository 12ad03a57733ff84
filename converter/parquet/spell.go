package parquet

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strconv"
)

const (
	secondsOfDay = 24 * 60 * 60
	julianEpoch  = 2440588 // the day of 1970-01-01, as INT96 counts
)

// appendCivil appends a day as ISO 8601 has it. Years of more than four digits have a sign, and
// so have those before the year 0, which is 1 BC.
func appendCivil(dst []byte, days int64) []byte {
	// Days since 0000-03-01, in eras of 400 years: the way of Howard Hinnant's days_from_civil.
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day, month, year := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	if year < 0 {
		dst, year = append(dst, '-'), -year
	} else if year > 9999 {
		dst = append(dst, '+')
	}
	for n := int64(1000); n > 1 && year < n; n /= 10 {
		dst = append(dst, '0')
	}
	dst = append(strconv.AppendInt(dst, year, 10), '-')
	dst = append(append2(dst, month), '-')
	return append2(dst, day)
}

func append2(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// appendClock appends a time of the day, with as many groups of three digits of a fraction, of
// nanoseconds, as it takes.
func appendClock(dst []byte, seconds, nanos int64) []byte {
	dst = append(append2(dst, seconds/3600), ':')
	dst = append(append2(dst, seconds/60%60), ':')
	dst = append2(dst, seconds%60)
	if nanos == 0 {
		return dst
	}
	dst = append(dst, '.')
	for ; nanos > 0; nanos = nanos % 1e6 * 1000 {
		group := nanos / 1e6
		dst = append2(append(dst, byte('0'+group/100)), group%100)
	}
	return dst
}

// divide is division that rounds down.
func divide(a, b int64) (quotient, rest int64) {
	if quotient, rest = a/b, a%b; rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// powers of ten.
var powers = [...]int64{3: 1e3, 6: 1e6, 9: 1e9}

// appendTimestamp appends a point in time, counted in seconds with so many digits of a fraction.
func appendTimestamp(dst []byte, n int64, digits int, utc bool) []byte {
	seconds, fraction := divide(n, powers[digits])
	days, seconds := divide(seconds, secondsOfDay)
	dst = append(appendCivil(dst, days), 'T')
	dst = appendClock(dst, seconds, fraction*(1e9/powers[digits]))
	if utc {
		dst = append(dst, 'Z')
	}
	return dst
}

// appendTime appends a time of the day, and reports whether it is one.
func appendTime(dst []byte, n int64, digits int) ([]byte, bool) {
	seconds, fraction := divide(n, powers[digits])
	if seconds < 0 || seconds > secondsOfDay || seconds == secondsOfDay && fraction > 0 {
		return dst, false
	}
	return appendClock(dst, seconds, fraction*(1e9/powers[digits])), true
}

// appendInt96 appends a timestamp of the old kind: nanoseconds of a day, and the day.
func appendInt96(dst, b []byte) []byte {
	days := int64(int32(binary.LittleEndian.Uint32(b[8:]))) - julianEpoch
	more, nanos := divide(int64(binary.LittleEndian.Uint64(b)), secondsOfDay*1e9)
	dst = append(appendCivil(dst, days+more), 'T')
	return appendClock(dst, nanos/1e9, nanos%1e9)
}

// appendDecimal appends a number of which the last digits are behind the point.
func appendDecimal(dst []byte, n int64, scale int) []byte {
	magnitude := uint64(n)
	if n < 0 {
		dst, magnitude = append(dst, '-'), -magnitude
	}
	return appendPoint(strconv.AppendUint(dst, magnitude, 10), len(dst), scale)
}

// appendBigDecimal is appendDecimal for bytes, the highest first, in two's complement.
func appendBigDecimal(dst, b []byte, scale int) []byte {
	if len(b) <= 8 {
		n := int64(0)
		for i, c := range b {
			if i == 0 {
				n = int64(int8(c))
			} else {
				n = n<<8 | int64(c)
			}
		}
		return appendDecimal(dst, n, scale)
	}
	n := new(big.Int).SetBytes(b)
	if b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
		dst = append(dst, '-')
		n.Neg(n)
	}
	return appendPoint(n.Append(dst, 10), len(dst), scale)
}

// appendPoint puts the point into digits that begin at start.
func appendPoint(dst []byte, start, scale int) []byte {
	if scale == 0 {
		return dst
	}
	if missing := scale + 1 - (len(dst) - start); missing > 0 {
		dst = slices.Insert(dst, start, slices.Repeat([]byte{'0'}, missing)...)
	}
	return slices.Insert(dst, len(dst)-scale, '.')
}

// appendUUID appends 16 bytes as a UUID is spelled.
func appendUUID(dst, b []byte) []byte {
	const hex = "0123456789abcdef"
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, hex[c>>4], hex[c&15])
	}
	return dst
}

// appendInterval appends months, days and milliseconds as an ISO 8601 duration.
func appendInterval(dst, b []byte) []byte {
	months, days, ms := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	start := len(dst)
	dst = append(dst, 'P')
	if months > 0 {
		dst = append(strconv.AppendUint(dst, uint64(months), 10), 'M')
	}
	if days > 0 {
		dst = append(strconv.AppendUint(dst, uint64(days), 10), 'D')
	}
	if ms > 0 || len(dst) == start+1 {
		dst = strconv.AppendUint(append(dst, 'T'), uint64(ms/1000), 10)
		if ms%1000 > 0 {
			dst = append2(append(dst, '.', byte('0'+ms%1000/100)), int64(ms%100))
		}
		dst = append(dst, 'S')
	}
	return dst
}

// float16 returns what a number of 16 bits is.
func float16(b []byte) float64 {
	bits := binary.LittleEndian.Uint16(b)
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	var f float64
	switch {
	case exponent == 31 && fraction != 0:
		return math.NaN()
	case exponent == 31:
		f = math.Inf(1)
	case exponent == 0:
		f = math.Ldexp(fraction, -24)
	default:
		f = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 != 0 {
		f = -f
	}
	return f
}
