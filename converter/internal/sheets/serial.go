package sheets

import (
	"math"
	"strconv"
)

// Dates are numbers of days in spreadsheets, times are fractions of a day (ECMA-376 part 1,
// 18.17.4).

const (
	dayMillis = 24 * 60 * 60 * 1000
	offset04  = 1462       // days from the 1900 epoch's day 0 to the 1904 epoch's
	endOfDays = 2958465    // 9999-12-31 in the 1900 date system
	maxSpan   = 1000 * 366 // days of a duration that can be meant
)

// appendSerial appends what a date, time or duration looks like in ISO 8601, or a duration
// as h:mm:ss, and reports whether the number can be one. Times are rounded to milliseconds,
// the best that a spreadsheet shows, so that 13:14:15 does not become 13:14:14.999999. A
// part of the number that its format would hide is shown all the same: a date with a
// fraction has a time, and a time of more than a day has a date.
func appendSerial(dst []byte, v float64, kind numKind, date1904 bool) ([]byte, bool) {
	if kind == kindDuration {
		return appendDuration(dst, v)
	}
	if !(v >= 0 && v < endOfDays+1) {
		return dst, false
	}
	day := math.Floor(v)
	ms := int(math.Round((v - day) * dayMillis))
	days := int(day)
	if ms == dayMillis {
		days, ms = days+1, 0
	}
	switch kind {
	case kindMoment:
		switch {
		case days == 0:
			kind = kindTime
		case ms == 0:
			kind = kindDate
		default:
			kind = kindDateTime
		}
	case kindDate:
		if ms != 0 {
			kind = kindDateTime
		}
	case kindTime:
		if days != 0 {
			kind = kindDateTime
		}
	}
	if date1904 {
		days += offset04
	}
	if days > endOfDays {
		return dst, false
	}
	if kind != kindTime {
		y, m, d := civil(days)
		dst = append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-')
		dst = append(append2(dst, m), '-')
		dst = append2(dst, d)
	}
	if kind == kindDateTime {
		dst = append(dst, 'T')
	}
	if kind != kindDate {
		dst = append2(dst, ms/3600000)
		dst = appendMinutes(dst, ms%3600000)
	}
	return dst, true
}

// civil returns the date of a day in the 1900 date system, in which 1900 was a leap year:
// day 60 is a 29th of February that never was, and day 0 the 0th of January, both as Excel
// shows them.
func civil(days int) (y, m, d int) {
	switch {
	case days == 0:
		return 1900, 1, 0
	case days == 60:
		return 1900, 2, 29
	case days < 60:
		days++
	}
	// Days since 0000-03-01 in the Gregorian calendar, whose years then end with the leap day.
	const before1900 = 693899 // 1899-12-30
	n := days + before1900
	era, n := n/146097, n%146097
	year := (n - n/1460 + n/36524 - n/146096) / 365
	n -= 365*year + year/4 - year/100
	month := (5*n + 2) / 153
	d = n - (153*month+2)/5 + 1
	y, m = era*400+year, month+3
	if m > 12 {
		y, m = y+1, m-12
	}
	return y, m, d
}

// appendDuration appends hours, minutes and seconds; the hours go on after 24.
func appendDuration(dst []byte, v float64) ([]byte, bool) {
	if !(math.Abs(v) < maxSpan) {
		return dst, false
	}
	ms := int(math.Round(v * dayMillis))
	if ms < 0 {
		dst, ms = append(dst, '-'), -ms
	}
	if h := ms / 3600000; h < 100 {
		dst = append2(dst, h)
	} else {
		dst = strconv.AppendInt(dst, int64(h), 10)
	}
	return appendMinutes(dst, ms%3600000), true
}

// appendMinutes appends :mm:ss, and .mmm if it isn't .000.
func appendMinutes(dst []byte, ms int) []byte {
	dst = append2(append(dst, ':'), ms/60000)
	dst = append2(append(dst, ':'), ms/1000%60)
	if ms %= 1000; ms != 0 {
		dst = append(dst, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	return dst
}

func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
