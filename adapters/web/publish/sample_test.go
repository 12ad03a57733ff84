package publish

import "testing"

func TestLineEnd(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "a": 0, "a\n": 2, "a\nb": 2, "a\n\nb\r\nc": 6,
		"\xff\xfea\x00":                   0,
		"\xff\xfea\x00\n\x00b\x00":        6,
		"\xff\xfe\n\x00\x0a\x0a\x00\x0a":  4, // two letters that have the byte
		"\xfe\xff\x00\n\x0a\x00\x00a":     4,
		"\xfe\xff\x0a\x00\x0aa":           0,
		"\xff\xfe\x00\x00\n\x00\x00\x00a": 8,
		"\x00\x00\xfe\xff\x00\x00\x00\n":  8,
	} {
		if got := lineEnd([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
