package converter

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// A name that a document gives is kept where it can be: what is made up makes way.
func TestNames(t *testing.T) {
	for _, test := range []struct{ given, want []string }{
		{[]string{"a", "a", "a_2"}, []string{"a", "a_3", "a_2"}},
		{[]string{"a", "a", "a_2", "a_2"}, []string{"a", "a_3", "a_2", "a_2_2"}},
		{[]string{"a", "A", "a_2", "", "a"}, []string{"a", "A_3", "a_2", "blank", "a_4"}},
		{[]string{"", "blank", ""}, []string{"blank_2", "blank", "blank_3"}},
		{[]string{" x ", "X\n", "x_2"}, []string{"x", "X_3", "x_2"}},
	} {
		var n names
		n.promise(test.given)
		var got []string
		for _, name := range test.given {
			got = append(got, n.unique(name, "blank"))
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q become %q, want %q", test.given, got, test.want)
		}
	}
}

// A name of any length is one of at most maxName bytes, cut between characters, and the same
// if it is no longer.
func TestNameLengths(t *testing.T) {
	for n := maxName - 5; n < maxName+5; n++ {
		for _, char := range []string{"x", "é", "€", "𝄞"} {
			name := strings.Repeat("x", n%len(char)) + strings.Repeat(char, n/len(char))
			got := cleanName(name)
			if !strings.HasPrefix(name, got) || !utf8.ValidString(got) || len(got) > maxName || len(name) <= maxName && got != name || len(got) < min(len(name), maxName-len(char)+1) {
				t.Errorf("%d bytes of %s become %d", len(name), char, len(got))
			}
		}
	}
}
