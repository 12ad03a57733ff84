package converter

import "time"

// A moment is what a text says of a date and a time.
type moment struct {
	year, month, day     int
	hour, minute, second int
	fraction             string // of the second: digits
	zone                 string // "", "Z" or "+01:00"
	half                 int    // of the day, if hours count to 12: 1 is am, 2 is pm
	yearDay              int

	dated, timed bool // it says something of the date, of the time
}

// sound completes a moment, and reports whether there can be one.
func (m *moment) sound() bool {
	if m.half > 0 {
		if m.hour < 1 || m.hour > 12 {
			return false
		}
		m.hour = m.hour%12 + 12*(m.half-1)
	}
	if m.hour > 23 || m.minute > 59 || m.second > 60 {
		return false
	}
	if !m.dated {
		return true
	}
	if m.yearDay > 0 {
		d := time.Date(m.year, 1, m.yearDay, 0, 0, 0, 0, time.UTC)
		if d.Year() != m.year {
			return false
		}
		m.month, m.day = int(d.Month()), d.Day()
	}
	return m.month >= 1 && m.month <= 12 && m.day >= 1 && m.day <= daysOf(m.year, m.month)
}

// daysOf returns how many days a month has.
func daysOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// midnight reports whether the time is the day's first moment, or none is said.
func (m *moment) midnight() bool {
	for _, c := range m.fraction {
		if c != '0' {
			return false
		}
	}
	return m.hour == 0 && m.minute == 0 && m.second == 0 && m.zone == ""
}

// append appends the moment as ISO 8601 has it: its date, its time, or both.
func (m *moment) append(dst []byte, date, clock bool) []byte {
	if date {
		dst = appendDigits(dst, m.year, 4)
		dst = appendDigits(append(dst, '-'), m.month, 2)
		dst = appendDigits(append(dst, '-'), m.day, 2)
	}
	if !clock {
		return dst
	}
	if date {
		dst = append(dst, 'T')
	}
	dst = appendDigits(dst, m.hour, 2)
	dst = appendDigits(append(dst, ':'), m.minute, 2)
	dst = appendDigits(append(dst, ':'), m.second, 2)
	if m.fraction != "" {
		dst = append(append(dst, '.'), m.fraction...)
	}
	return append(dst, m.zone...)
}

// appendDigits appends n with at least so many digits.
func appendDigits(dst []byte, n, digits int) []byte {
	var buf [20]byte
	at := len(buf)
	for ; n > 0 || len(buf)-at < digits; n /= 10 {
		at--
		buf[at] = byte('0' + n%10)
	}
	return append(dst, buf[at:]...)
}
