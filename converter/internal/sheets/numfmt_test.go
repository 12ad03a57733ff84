package sheets

import "testing"

func TestParseFormat(t *testing.T) {
	tests := []struct {
		code string
		v    float64
		want numKind
	}{
		{"General", 1, kindNumber},
		{"GENERAL", 1, kindNumber},
		{"Standard", 1, kindNumber},
		{`[Red]STANDARD" m";@`, 1, kindNumber},
		{"Standaard", 1, kindNumber},
		{"Estándar", 1, kindNumber},
		{"Geral;-Geral", -1, kindNumber},
		{"0.00", 1, kindNumber},
		{"#,##0.00;[Red]-#,##0.00", 1, kindNumber},
		{"0.00E+00", 1, kindNumber},
		{"##0.0e-0", 1, kindNumber},
		{"0%", 1, kindNumber},
		{"# ?/?", 1, kindNumber},
		{`0.0 "days"`, 1, kindNumber},
		{`0\d`, 1, kindNumber},
		{`0 "h"\ "m"`, 1, kindNumber},
		{`_-* #,##0.00 €_-`, 1, kindNumber},
		{"[Magenta]0", 1, kindNumber},
		{"[$-409]0.00", 1, kindNumber},
		{"[$USD-409] #,##0", 1, kindNumber},
		{"@", 1, kindNumber},
		{"", 1, kindNumber},
		{`"closed`, 1, kindNumber},
		{`[unclosed`, 1, kindNumber},
		{"0.0 mmUSD", 1, kindNumber},

		{"yyyy-mm-dd", 1, kindDate},
		{"YYYY\\-MM\\-DD", 1, kindDate},
		{"mm", 1, kindDate},
		{"mmm\\ yy", 1, kindDate},
		{"d/m", 1, kindDate},
		{"dddd", 1, kindDate},
		{"[$-409]d\\-mmm\\-yy;@", 1, kindDate},
		{"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 1, kindDate},
		{`yyyy"年"m"月"d"日"`, 1, kindDate},
		{"[$-411]ggge\"年\"m\"月\"d\"日\"", 1, kindDate},
		{"[$-411]e.m", 1, kindDate},
		{"[Red]dd.mm.yyyy", 1, kindDate},
		{"bbbb", 1, kindDate},

		{"h:mm", 1, kindTime},
		{"hh:mm:ss", 1, kindTime},
		{"h:mm AM/PM", 1, kindTime},
		{"h a/p", 1, kindTime},
		{"mm:ss", 1, kindTime},
		{"mm:ss.0", 1, kindTime},
		{"hh:mm:ss.000", 1, kindTime},
		{"s", 1, kindTime},
		{`h"時"mm"分"`, 1, kindTime},

		{"yyyy-mm-dd hh:mm", 1, kindDateTime},
		{"m/d/yy h:mm", 1, kindDateTime},
		{"yyyy\\-mm\\-dd\\Thh:mm:ss.000", 1, kindDateTime},
		{"dd.mm. hh", 1, kindDateTime},
		{"hh:mm mmm", 1, kindDateTime},
		{"yyyy-mm-dd [h]:mm", 1, kindDateTime},

		{"[h]:mm", 1, kindDuration},
		{"[hh]:mm:ss", 1, kindDuration},
		{"[mm]:ss", 1, kindDuration},
		{"[ss].00", 1, kindDuration},
		{"[H]:MM:SS;@", 1, kindDuration},

		// Sections and conditions.
		{"yyyy-mm-dd;@", -1, kindDate},
		{"yyyy-mm-dd;-0", -1, kindNumber},
		{"yyyy-mm-dd;-0;0", 0, kindNumber},
		{"yyyy-mm-dd;-0;0", 1, kindDate},
		{"yyyy-mm-dd;-0", 0, kindDate},
		{"0;yyyy-mm-dd", 1, kindNumber},
		{`[=0]"";yyyy-mm-dd`, 0, kindNumber},
		{`[=0]"";yyyy-mm-dd`, 5, kindDate},
		{"[<1]h:mm;yyyy-mm-dd", 0.5, kindTime},
		{"[<1]h:mm;yyyy-mm-dd", 45000, kindDate},
		{"[>=100]0;[<>5]h:mm;0", 5, kindNumber},
		{"[>=100]0;[<>5]h:mm;0", 6, kindTime},
		{"[>100]0;[<=5]h:mm;0", 5, kindTime},
		{"[>x]h:mm", 5, kindTime},
	}
	for _, tt := range tests {
		if got := ParseFormat(tt.code).kind(tt.v); got != tt.want {
			t.Errorf("%q shows %v as kind %d, want %d", tt.code, tt.v, got, tt.want)
		}
	}
}

func TestBuiltinFormats(t *testing.T) {
	want := map[int]numKind{0: kindNumber, 1: kindNumber, 9: kindNumber, 11: kindNumber, 13: kindNumber,
		14: kindDate, 15: kindDate, 16: kindDate, 17: kindDate, 18: kindTime, 19: kindTime, 20: kindTime, 21: kindTime,
		22: kindDateTime, 27: kindDate, 31: kindDate, 32: kindTime, 34: kindMoment, 36: kindDate, 37: kindNumber, 40: kindNumber,
		44: kindNumber, 45: kindTime, 46: kindDuration, 47: kindTime, 48: kindNumber, 49: kindNumber, 50: kindDate,
		55: kindMoment, 58: kindDate, 59: kindNumber, 164: kindNumber, -1: kindNumber}
	for id, kind := range want {
		if got := BuiltinFormat(id).kind(1); got != kind {
			t.Errorf("format %d is of kind %d, want %d", id, got, kind)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, code := range []string{"yyyy-mm-dd;@", `[<=1]"x"h\:mm AM/PM;[Red]0.00E+00`, "[h]:mm:ss.000;;;", "_", "[", `"`, "General"} {
		f.Add(code, 1.5)
	}
	f.Fuzz(func(t *testing.T, code string, v float64) {
		format := ParseFormat(code)
		if len(format) == 0 || len(format) > 4 {
			t.Fatalf("%q has %d sections", code, len(format))
		}
		text, ok := appendSerial(nil, v, format.kind(v), false)
		if ok && len(text) == 0 {
			t.Fatalf("%q shows %v as nothing", code, v)
		}
	})
}
