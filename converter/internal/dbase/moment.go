package dbase

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// date returns an ISO 8601 date, or NULL.
func (f *filler) date(n, from, to int) (converter.Cell, error) {
	text := f.b.Data[from:to]
	blank := true
	for _, c := range text {
		blank = blank && (c == ' ' || c == 0 || c == '0')
	}
	if blank {
		return converter.Cell{}, nil
	}
	if len(text) > 8 {
		for _, c := range text[8:] {
			if c != ' ' && c != 0 {
				return f.strange(n, oddDate, from, to)
			}
		}
		text = text[:8]
	}
	if len(text) < 8 || !isDate(text) {
		return f.strange(n, oddDate, from, to)
	}
	at := len(f.b.Data)
	f.b.Data = append(f.b.Data, text[0], text[1], text[2], text[3], '-', text[4], text[5], '-', text[6], text[7])
	return converter.Span(converter.KindText, at, 10), nil
}

// isDate reports whether 8 digits are a day.
func isDate(s []byte) bool {
	for _, c := range s {
		if c-'0' > 9 {
			return false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := two(0)*100+two(2), two(4), two(6)
	return year > 0 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day)
}

const (
	julianUnix   = 2_440_588  // the Julian day of 1970-01-01
	dayMillis    = 86_400_000 // a day
	yearOneUnix  = 719_163    // days from the one before 0001-01-01, as dBASE 7 counts, to 1970-01-01
	maxJulian    = 5_373_484  // 9999-12-31
	minJulian    = 1_721_426  // 0001-01-01
	maxTimestamp = 3_652_060 * dayMillis
)

// moment returns an ISO 8601 date and time, or NULL.
func (f *filler) moment(n int, raw []byte) converter.Cell {
	days, millis := int64(int32(binary.LittleEndian.Uint32(raw))), int64(binary.LittleEndian.Uint32(raw[4:]))
	bits := binary.BigEndian.Uint64(raw)
	if bits == 0 || bits == 0x2020202020202020 {
		return converter.Cell{}
	}
	switch stamp := turned(bits); {
	case days >= minJulian && days <= maxJulian && millis <= dayMillis:
		days -= julianUnix
	case f.table.level7 && stamp >= dayMillis && stamp < maxTimestamp:
		days, millis = int64(stamp)/dayMillis-yearOneUnix, int64(stamp)%dayMillis
	default:
		f.note(n, oddMoment, nil)
		at := len(f.b.Data)
		f.b.Data = append(f.b.Data, raw...)
		return converter.Span(converter.KindBlob, at, len(raw))
	}
	switch millis % 1000 { // it is the program's arithmetic that leaves one, where it counts seconds
	case 1:
		millis--
	case 999:
		millis++
	}
	at := len(f.b.Data)
	t := time.UnixMilli(days*dayMillis + millis).UTC()
	f.b.Data = t.AppendFormat(f.b.Data, "2006-01-02T15:04:05")
	if millis%1000 != 0 {
		f.b.Data = t.AppendFormat(f.b.Data, ".000")
	}
	return converter.Span(converter.KindText, at, len(f.b.Data)-at)
}

// turned returns a float whose bits sort as floats do: the sign is turned, and negative ones are
// inverted.
func turned(bits uint64) float64 {
	if bits>>63 != 0 {
		return math.Float64frombits(bits &^ (1 << 63))
	}
	return math.Float64frombits(^bits)
}
