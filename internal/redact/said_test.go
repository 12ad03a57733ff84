package redact

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSaid(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"two\r\nlines\t!":       "two\nlines\t!",
		"\x1b[31mred\x1b[0m":    "\uFFFD[31mred\uFFFD[0m",
		"\u009b31m\x00\x7f\x08": "\uFFFD31m\uFFFD\uFFFD\uFFFD",
		"a\u202etxt.exe\u2066":  "a\uFFFDtxt.exe\uFFFD",
		"\xff\xfe ünïcode 日本":   "\uFFFD\uFFFD ünïcode 日本",
	} {
		if got := Said(in, 100); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for n := range 12 { // runes of four bytes, cut anywhere
		text := strings.Repeat("x", n) + strings.Repeat("𝄞", 50)
		if got := Said(text, 61); strings.ContainsRune(got, utf8.RuneError) || !strings.Contains(got, "𝄞 … 𝄞") {
			t.Errorf("%d: %q", n, got)
		}
		if got := Said(text, len(text)); got != text {
			t.Errorf("%d: %q was cut", n, got)
		}
	}
	for n := range 12 {
		got := Said(strings.Repeat("日", 50)+strings.Repeat("x", n)+strings.Repeat("本", 50), 60+n)
		if !strings.HasPrefix(got, "日日") || !strings.HasSuffix(got, "本本") || !strings.Contains(got, " … ") || len(got) > 70+n || strings.ContainsRune(got, utf8.RuneError) {
			t.Errorf("%d: %q", n, got)
		}
	}
}
