package nested

import (
	"encoding/json"
	"math"
	"testing"
	"unicode/utf8"
)

func TestAppendReal(t *testing.T) {
	for f, want := range map[float64]string{
		1: "1.0", 1.5: "1.5", 1e21: "1e+21", -0.25: "-0.25", 1e-7: "1e-07",
		math.Inf(1): `"+Inf"`, math.Inf(-1): `"-Inf"`,
	} {
		if got := string(AppendReal(nil, f)); got != want {
			t.Errorf("AppendReal(%v) = %s, want %s", f, got, want)
		}
	}
}

func TestAppendBlob(t *testing.T) {
	if got, want := string(AppendBlob(nil, []byte("hi\xff"))), `{"$base64":true,"encoded":"aGn/"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a", "é\"\\\n\r\t\x00\x1f", "a\xffb\xc3", "<&>\u2028😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var back string
		text := AppendString(nil, s)
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if utf8.ValidString(s) && back != s {
			t.Fatalf("%q came back as %q", s, back)
		}
	})
}

func FuzzIsNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "01", "1.", ".5", "1e5", "1E+5", "1e", "-", "", "1.5e-3", "0x1", " 1", "+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var n json.Number
		trimmed := s == "" || s[0] != ' ' && s[0] != '\t' && s[0] != '\n' && s[0] != '\r' && s[len(s)-1] > ' '
		want := trimmed && s != "null" && s != "" && s[0] != '"' && json.Unmarshal([]byte(s), &n) == nil
		if got := IsNumber(s); got != want {
			t.Fatalf("IsNumber(%q) = %v, want %v", s, got, want)
		}
	})
}
