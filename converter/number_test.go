package converter

import (
	"math"
	"math/big"
	"math/rand"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
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
		"1.8498000000000001": 1.8498, "1.2345678901234569": 1.2345678901234569, "0.10000000000000001": 0.1, "0.10000000000000000000": 0.1,
		"-1.2345678901234569e-300": -1.2345678901234569e-300, "4.9406564584124654e-324": 5e-324, "179769313486231.57e294": math.MaxFloat64,
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
		"0x1p-2", "1.2.3", "1.5e", "1.5e+", "1e", "e5", ".e5", "1.5e400", "1e-400", "0.100000000000000006", "0.100000000000000005551", "1.2345678901234568e-320", "1234567890.1234567890",
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
	for _, s := range []string{"1.5", "-0.0", "1e-5", "0.30000000000000004", "123456789.123456789", "1.7976931348623157e308", ".5", "1.8498000000000001", "0.100000000000000006"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkReal(t, s)
		checkInt(t, s)
	})
}

func TestParseRealRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(200000) {
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
	want, lossless := 0.0, false
	if spelled {
		want, lossless = exactReal(s)
	}
	for _, b := range within(s) {
		if f, ok := ParseReal(b); ok != lossless || ok && (f != want || math.Signbit(f) != math.Signbit(want)) {
			t.Errorf("%q, %d bytes behind it: %v, %v; the float64 is %v, lossless %v", s, cap(b)-len(b), f, ok, want, lossless)
		}
	}
}

// exactReal returns the float64 nearest to what s spells, and whether, rounded to as many
// digits as s has, it is that number again: by exact arithmetic.
func exactReal(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(s, "-")), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	unit, _ := strconv.Atoi(exponent) // of the last digit
	unit -= len(fraction)
	digits := strings.TrimLeft(whole+fraction, "0")
	for strings.HasSuffix(digits, "0") {
		digits, unit = digits[:len(digits)-1], unit+1
	}
	if digits == "" {
		return f, true
	}
	if len(digits) > 17 || f == 0 {
		return f, false
	}
	number, _ := new(big.Rat).SetString(s)
	off := new(big.Rat).Sub(number, new(big.Rat).SetFloat64(f))
	half, _ := new(big.Rat).SetString("5e" + strconv.Itoa(unit-1))
	cmp := off.Abs(off).Cmp(half)
	even := (digits[len(digits)-1]-'0')%2 == 0
	return f, cmp < 0 || cmp == 0 && even
}

// What any program writes for a float64, with 15, 16 or 17 digits, or as few as say which it
// is, is that float64; and so is what it wrote, cut or with one digit changed, if it is exact.
func TestParseRealOfPrograms(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	for range tries.Of(100000) {
		f := math.Float64frombits(r.Uint64())
		if r.Intn(2) == 0 {
			f = r.NormFloat64() * math.Pow10(r.Intn(12)-6)
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		for _, digits := range []int{-1, 15, 16, 17, 18} {
			s := strconv.FormatFloat(f, 'e', max(digits-1, -1), 64)
			if digits < 0 || digits == 17 {
				if got, ok := ParseReal([]byte(s)); strings.Contains(s, ".") && (!ok || got != f) {
					t.Errorf("%s is %v, taken as %v, %v", s, f, got, ok)
				}
			}
			checkReal(t, s)
			if point := strings.IndexByte(s, '.'); point > 0 {
				odd := []byte(s)
				odd[point+1+r.Intn(strings.IndexByte(s, 'e')-point-1)] = byte('0' + r.Intn(10))
				checkReal(t, string(odd))
			}
			if a := math.Abs(f); a > 1e-5 && a < 1e15 {
				checkReal(t, strconv.FormatFloat(f, 'f', r.Intn(20), 64))
			}
		}
	}
}

// A decimal's point may stand between thousands behind one to three digits, of which the first
// is not zero, and before three.
func TestDotted(t *testing.T) {
	for before := 1; before < 6; before++ {
		for behind := 1; behind < 6; behind++ {
			for _, first := range "01" {
				for _, sign := range []string{"", "-"} {
					number := sign + string(first) + strings.Repeat("2", before-1) + "." + strings.Repeat("3", behind)
					if want := before <= 3 && behind == 3 && first != '0'; dotted([]byte(number)) != want {
						t.Errorf("%s: want %v", number, want)
					}
				}
			}
		}
	}
	for _, number := range []string{"1e-5", "1.5e2", "1.5e-3", "1.2e5"} {
		if dotted([]byte(number)) {
			t.Errorf("%s", number)
		}
	}
}
