package sheets

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestAppendSerial(t *testing.T) {
	tests := []struct {
		v    float64
		kind numKind
		d04  bool
		want string // "" is that the number is none
	}{
		{45000, kindDate, false, "2023-03-15"},
		{45000.5, kindDate, false, "2023-03-15T12:00:00"},
		{45000, kindDateTime, false, "2023-03-15T00:00:00"},
		{45000.5515625, kindDateTime, false, "2023-03-15T13:14:15"},
		{0.5515625, kindTime, false, "13:14:15"},
		{0.55156249999999996, kindTime, false, "13:14:15"},
		{0.551562508, kindTime, false, "13:14:15.001"},
		{0, kindTime, false, "00:00:00"},
		{1.25, kindTime, false, "1900-01-01T06:00:00"},
		{44999.999999999996, kindDate, false, "2023-03-15"},
		{45000.0000000001, kindDate, false, "2023-03-15"},

		// The days that Excel takes for those of a leap year.
		{0, kindDate, false, "1900-01-00"},
		{1, kindDate, false, "1900-01-01"},
		{31, kindDate, false, "1900-01-31"},
		{32, kindDate, false, "1900-02-01"},
		{59, kindDate, false, "1900-02-28"},
		{60, kindDate, false, "1900-02-29"},
		{61, kindDate, false, "1900-03-01"},
		{367, kindDate, false, "1901-01-01"},
		{2958465, kindDate, false, "9999-12-31"},
		{2958465.99, kindDate, false, "9999-12-31T23:45:36"},
		{2958466, kindDate, false, ""},
		{2958465.9999999999, kindDate, false, ""},
		{-1, kindDate, false, ""},
		{-0.5, kindTime, false, ""},
		{20240229, kindDate, false, ""},
		{math.MaxFloat64, kindDateTime, false, ""},

		{0, kindDate, true, "1904-01-01"},
		{59, kindDate, true, "1904-02-29"},
		{60, kindDate, true, "1904-03-01"},
		{43538, kindDate, true, "2023-03-15"},
		{0.25, kindTime, true, "06:00:00"},
		{2957003, kindDate, true, "9999-12-31"},
		{2957004, kindDate, true, ""},

		{1.2604166666666667, kindDuration, false, "30:15:00"},
		{0.03125, kindDuration, false, "00:45:00"},
		{-0.5, kindDuration, false, "-12:00:00"},
		{1000, kindDuration, false, "24000:00:00"},
		{1.00000001157407, kindDuration, false, "24:00:00.001"},
		{1e9, kindDuration, false, ""},

		{0.5, kindMoment, false, "12:00:00"},
		{45000, kindMoment, false, "2023-03-15"},
		{45000.5, kindMoment, false, "2023-03-15T12:00:00"},
	}
	for _, tt := range tests {
		got, ok := appendSerial(nil, tt.v, tt.kind, tt.d04)
		if ok != (tt.want != "") || ok && string(got) != tt.want {
			t.Errorf("%v as kind %d is %q %v, want %q", tt.v, tt.kind, got, ok, tt.want)
		}
	}
}

// Every day from the one after the leap day that never was.
func TestCivil(t *testing.T) {
	day := time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
	for serial := 61; serial <= endOfDays; serial++ {
		y, m, d := civil(serial)
		if wy, wm, wd := day.Date(); y != wy || m != int(wm) || d != wd {
			t.Fatalf("day %d is %d-%d-%d, want %v", serial, y, m, d, day)
		}
		day = day.AddDate(0, 0, 1)
	}
}

// Every second of a day, as a double near today holds it.
func TestSeconds(t *testing.T) {
	for second := range 86400 {
		got, _ := appendSerial(nil, 45000+float64(second)/86400, kindDateTime, false)
		want := fmt.Sprintf("2023-03-15T%02d:%02d:%02d", second/3600, second/60%60, second%60)
		if string(got) != want {
			t.Fatalf("second %d is %s, want %s", second, got, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	tests := []struct {
		text string
		want any // int64, float64, or nil: text
	}{
		{"0", int64(0)},
		{"5", int64(5)},
		{"-5", int64(-5)},
		{"-0", int64(0)},
		{"5.0", int64(5)},
		{"5E3", int64(5000)},
		{"1E+15", int64(1e15)},
		{"9007199254740993", int64(9007199254740993)},
		{"123456789012345678", int64(123456789012345678)},
		{"9223372036854775807", int64(math.MaxInt64)},
		{"-9223372036854775808", int64(math.MinInt64)},
		{"9223372036854775808", 9223372036854775808.0},
		{"-9223372036854775809", nil},
		{"9.007199254740992E+15", int64(1 << 53)},
		{"9.007199254740994E+15", 9007199254740994.0},
		{"0.12345678901234567", 0.12345678901234567},
		{"0.123456789012345678", nil}, // the double nearest to it is …677
		{"1.23456789012345E+17", 1.23456789012345e17},
		{"0.1", 0.1},
		{"0.10000000000000001", 0.1},
		{"0.1000000000000000055511151231257827", 0.1},
		{"1e-7", 1e-7},
		{"-1.5", -1.5},
		{"100000000000000000000", 1e20},
		{"1E308", 1e308},
		{"4.9406564584124654E-324", 5e-324},
		{"12345678901234567890", nil},
		{"0.1234567890123456789", nil},
		{"1e400", nil},
		{"NaN", nil},
		{"inf", nil},
		{"0x10", nil},
		{"1_000", nil},
		{"abc", nil},
		{"", nil},
		{"1.5.5", nil},
	}
	for _, tt := range tests {
		n, ok := parseNumber([]byte(tt.text))
		var got any
		switch {
		case ok && n.integer:
			got = n.i
		case ok:
			got = n.f
		}
		if got != tt.want {
			t.Errorf("%q is %T %v, want %T %v", tt.text, got, got, tt.want, tt.want)
		}
	}
}
