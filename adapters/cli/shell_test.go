package cli

import (
	"slices"
	"testing"
)

func TestShellSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string // nil: an error
	}{
		{"", []string{}},
		{"  a  b\tc\n", []string{"a", "b", "c"}},
		{`a'b c'd`, []string{"ab cd"}},
		{`"a 'b'" '"'`, []string{"a 'b'", `"`}},
		{`a\ b "c\"d" "e\f" 'g\h'`, []string{"a b", `c"d`, `e\f`, `g\h`}},
		{`'' "" a`, []string{"", "", "a"}},
		{`a "b`, nil},
		{`a 'b`, nil},
		{`a\`, nil},
	}
	for _, test := range tests {
		got, err := shellSplit(test.line)
		if (err != nil) != (test.want == nil) || err == nil && !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v; want %q", test.line, got, err, test.want)
		}
	}
}

func FuzzShellLine(f *testing.F) {
	f.Add("a", "it's", "")
	f.Add("$HOME", "`x`\n", `\"`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		words := []string{a, b, c}
		got, err := shellSplit(shellLine(words))
		if err != nil || !slices.Equal(got, words) {
			t.Errorf("%q became %q by %s: %v", words, got, shellLine(words), err)
		}
	})
}
