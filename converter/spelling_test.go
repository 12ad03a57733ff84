package converter

import (
	"math"
	"math/rand"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

func TestSpelling(t *testing.T) {
	comma, german := Spelling{Decimal: ","}, Spelling{Decimal: ",", Group: "."}
	english, french, swiss := Spelling{Group: ","}, Spelling{Decimal: ",", Group: " "}, Spelling{Group: "'"}
	for _, test := range []struct {
		spelling Spelling
		cell     string
		plain    string // "" if it is no number
	}{
		{comma, "3,50", "3.50"}, {comma, "-0,5", "-0.5"}, {comma, "7", "7"}, {comma, "1,5e10", "1.5e10"}, {comma, ",5", ".5"},
		{comma, "1.5", ""}, {comma, "1.234,5", ""}, {comma, "1,2,3", ""}, {comma, "NA", ""},
		{german, "1.234", "1234"}, {german, "1.234.567,89", "1234567.89"}, {german, "567", "567"}, {german, "1234,5", "1234.5"},
		{german, "1.23", ""}, {german, "1234.567", ""}, {german, "1.2345", ""}, {german, ".123", ""}, {german, "1..234", ""}, {german, "1,234.5", ""},
		{english, "1,234.5", "1234.5"}, {english, "12,345", "12345"}, {english, "12,34,567", "1234567"}, {english, "12,34,56", ""}, {english, "1,5", ""},
		{german, "12.34.567", ""}, {french, "1\u00a0234,5", "1234.5"}, {french, "1\u202f234\u202f567", "1234567"}, {french, "1 234", "1234"},
		{swiss, "1'234.50", "1234.50"}, {swiss, "1’234", "1234"},
		{Spelling{Unit: "%"}, "12.5%", "12.5"}, {Spelling{Unit: "%"}, "12 %", "12"}, {Spelling{Unit: "%"}, "12", "12"}, {Spelling{Unit: "%"}, "12%%", ""},
		{Spelling{Unit: "€", Decimal: ","}, "-3,50 €", "-3.50"}, {Spelling{Unit: "$", Group: ","}, "$1,234", "1234"},
		{Spelling{Unit: "$"}, "-$5", "-5"}, {Spelling{Unit: "$"}, "$-5", "-5"}, {Spelling{Unit: "$"}, "-$-5", ""}, {Spelling{Unit: "$"}, "€5", ""},
		{german, "007", ""}, {german, "0.123", ""}, {german, "12e4", ""}, {comma, "1,5 ", "1.5"},
	} {
		out, _, ok := test.spelling.plain(nil, []byte(test.cell))
		if !ok || !isPlain(out) {
			out = nil
		}
		if string(out) != test.plain {
			t.Errorf("%+v: %q is %q, want %q", test.spelling, test.cell, out, test.plain)
		}
	}
}

func isPlain(b []byte) bool {
	_, integer := ParseInt(b)
	_, real := ParseReal(b)
	return integer || real
}

// Every number that is spelled in a way, with groups or without them, is read back from it.
func TestSpellingReads(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(20000) {
		spelling := ways[r.Intn(len(ways))]
		if r.Intn(3) == 0 {
			spelling.Unit = []string{"%", "€", "kg", "US$"}[r.Intn(4)]
		}
		plain := strconv.FormatFloat(r.NormFloat64()*math.Pow10(r.Intn(12)), 'f', r.Intn(4), 64)
		cell := spellAs(r, spelling, plain)
		out, _, ok := spelling.plain([]byte("xy"), []byte(cell))
		if !ok || string(out) != "xy"+plain {
			t.Fatalf("%+v: %q of %q is read as %q, %v", spelling, cell, plain, out, ok)
		}
	}
}

// spellAs spells a number in another way.
func spellAs(r *rand.Rand, s Spelling, plain string) string {
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = "-", plain[1:]
	}
	whole, fraction, decimal := strings.Cut(plain, ".")
	if r.Intn(4) > 0 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + s.Group + whole[i:]
		}
	}
	if decimal {
		point := s.Decimal
		if point == "" {
			point = "."
		}
		whole += point + fraction
	}
	switch {
	case s.Unit == "":
		return sign + whole
	case isCurrency(s.Unit) && r.Intn(2) == 0:
		return sign + s.Unit + []string{"", " "}[r.Intn(2)] + whole
	}
	return sign + whole + []string{"", " ", "\u00a0"}[r.Intn(3)] + s.Unit
}

func FuzzSpelling(f *testing.F) {
	f.Add("1.234,5", ",", ".", "")
	f.Add("$1,234", ".", ",", "$")
	f.Fuzz(func(t *testing.T, cell, decimal, group, unit string) {
		s := Spelling{Decimal: decimal, Group: group, Unit: unit}
		if s.Check() != nil {
			return
		}
		out, grouped, ok := s.plain(nil, []byte(cell))
		if !ok || !isPlain(out) {
			return
		}
		// No digit is lost, and none is made up.
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, s)
		}
		if digits(cell) != digits(string(out)) || grouped && group == "" {
			t.Errorf("%+v: %q is read as %q", s, cell, out)
		}
	})
}

func TestSpellingCheck(t *testing.T) {
	for _, s := range []Spelling{{}, {Decimal: ","}, {Group: " "}, {Decimal: "·", Group: "_"}, {Unit: "km/h"}} {
		if err := s.Check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, s := range []Spelling{{Decimal: "1"}, {Group: "."}, {Decimal: ",", Group: ","}, {Decimal: ",,"}, {Decimal: "e"}, {Group: "-"}, {Unit: "m2"}, {Unit: " %"}, {Group: "\n"}, {Group: "\xff"}} {
		if err := s.Check(); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}

func TestShortNumber(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range tries.Of(300000) {
		b := make([]byte, 0, 20)
		for range 1 + r.Intn(9) {
			b = append(b, "0123456789.-e,x/:"[r.Intn(17)])
		}
		_, integer := ParseInt(b)
		_, real := ParseReal(b)
		switch kind := shortNumber(b); {
		case kind == KindInt && !integer, kind == KindReal && !real, kind == KindText && integer && len(b) <= 8:
			t.Fatalf("%q is of kind %d", b, kind)
		}
	}
}
