package converter

import (
	"math"
	"math/big"
	"math/rand"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestParseInt(t *testing.T) {
	for _, s := range []string{"0", "1", "-1", "42", "9223372036854775807", "-9223372036854775808"} {
		checkInt(t, s)
		if _, ok := ParseInt([]byte(s)); !ok {
			t.Errorf("%q: not taken", s)
		}
	}
	for _, s := range []string{"", "-", "-0", "00", "007", "+1", "1_000", " 1", "1 ", "1.0", "1e5", "0x10",
		"9223372036854775808", "-9223372036854775809", "18446744073709551617", "99999999999999999999", "٣", "1a"} {
		if n, ok := ParseInt([]byte(s)); ok {
			t.Errorf("%q: taken as %d", s, n)
		}
	}
}

// within returns s at the very end of its memory, and within other text: what is behind
// it must not matter.
func within(s string) [][]byte {
	return [][]byte{[]byte(s)[:len(s):len(s)], []byte(s + "9.e-9999")[:len(s)], []byte(s + ",,,,,,,,")[:len(s)]}
}

// An integer is what strconv writes as it was spelled.
func checkInt(t *testing.T, s string) {
	want, err := strconv.ParseInt(s, 10, 64)
	canonical := err == nil && strconv.FormatInt(want, 10) == s
	for _, b := range within(s) {
		if n, ok := ParseInt(b); ok != canonical || ok && n != want {
			t.Errorf("%q, %d bytes behind it: %d, %v; want %d, %v", s, cap(b)-len(b), n, ok, want, canonical)
		}
	}
}

func TestParseReal(t *testing.T) {
	good := map[string]float64{
		"1.5": 1.5, "-1.5": -1.5, "0.0": 0, "1.10": 1.1, "100.0": 100, "0.1": 0.1, ".5": .5, "-.5": -.5,
		"1e-5": 1e-5, "1.5e10": 1.5e10, "1e+5": 1e5, "1E-5": 1e-5, "0.30000000000000004": 0.30000000000000004,
		"123456789012345.6": 123456789012345.6, "1.7976931348623157e308": math.MaxFloat64, "5e-324": 5e-324,
		"2.2250738585072014e-308": 2.2250738585072014e-308, "0.000000000000000000000000000001": 1e-30,
		"1.000000000000000000000": 1, "0e-5": 0,
	}
	for s, want := range good {
		if f, ok := ParseReal([]byte(s)); !ok || f != want {
			t.Errorf("%q: %v, %v; want %v", s, f, ok, want)
		}
	}
	if f, ok := ParseReal([]byte("-0.0")); !ok || !math.Signbit(f) {
		t.Errorf("-0.0: %v, %v", f, ok)
	}
	for _, s := range []string{"", "-", ".", "-.", "5.", "1", "-12", "12e4", "1e5", "007.5", "+1.5", "1_0.5", "nan", "inf", "Infinity",
		"0x1p-2", "1.2.3", "1.5e", "1.5e+", "1e", "e5", ".e5", "1.5e400", "1e-400", "0.10000000000000001", "1234567890.1234567890",
		"3.14159265358979323846", "1.5 ", " 1.5", "1,5", "9007199254740993.0", "1.5e99999"} {
		if f, ok := ParseReal([]byte(s)); ok {
			t.Errorf("%q: taken as %v", s, f)
		}
	}
}

var realSpelling = regexp.MustCompile(`^-?(0|[1-9][0-9]*)?(\.[0-9]+([eE][+-]?[0-9]{1,4})?|[eE][+-][0-9]{1,4})$`)

// What ParseReal takes is the number that was spelled, and what it refuses is not a
// number or loses something: by exact arithmetic.
func FuzzParseReal(f *testing.F) {
	for _, s := range []string{"1.5", "-0.0", "1e-5", "0.30000000000000004", "123456789.123456789", "1.7976931348623157e308", ".5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkReal(t, s)
		checkInt(t, s)
	})
}

func TestParseRealRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 200000 {
		var b strings.Builder
		if r.Intn(3) == 0 {
			b.WriteByte('-')
		}
		for range r.Intn(12) {
			b.WriteByte(byte('0' + r.Intn(10)))
		}
		if r.Intn(4) > 0 {
			b.WriteByte('.')
			for range r.Intn(12) {
				b.WriteByte(byte('0' + r.Intn(10)))
			}
		}
		if r.Intn(4) == 0 {
			b.WriteString([]string{"e", "e-", "E+"}[r.Intn(3)])
			b.WriteString(strconv.Itoa(r.Intn(330)))
		}
		checkReal(t, b.String())
		checkInt(t, b.String())
	}
}

func checkReal(t *testing.T, s string) {
	spelled := realSpelling.MatchString(s) && strings.Trim(s, "-") != "" && s[len(s)-1] != '.' && strings.IndexByte("eE", strings.TrimLeft(s, "-")[0]) < 0
	var want float64
	lossless := false
	if spelled {
		want, _ = strconv.ParseFloat(s, 64)
		exact, _ := new(big.Rat).SetString(s)
		short, _ := new(big.Rat).SetString(strconv.FormatFloat(want, 'e', -1, 64))
		lossless = short != nil && exact != nil && exact.Cmp(short) == 0
	}
	for _, b := range within(s) {
		if f, ok := ParseReal(b); ok != lossless || ok && (f != want || math.Signbit(f) != math.Signbit(want)) {
			t.Errorf("%q, %d bytes behind it: %v, %v; the float64 is %v, lossless %v", s, cap(b)-len(b), f, ok, want, lossless)
		}
	}
}
