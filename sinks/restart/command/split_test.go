package command

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
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
		got, err := Split(test.line)
		if (err != nil) != (test.want == nil) || err == nil && !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v; want %q", test.line, got, err, test.want)
		}
	}
}
