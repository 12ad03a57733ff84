package dynasette

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// lettersText has what letters of the Latin, Greek, Cyrillic, Armenian, Georgian and
// Japanese alphabets are in ASCII, after Sean M. Burke's Text::Unidecode: each letter, and
// what it is.
//
//go:embed letters.txt
var lettersText string

var letters = sync.OnceValue(func() map[rune]string {
	all := map[rune]string{}
	for _, pair := range strings.Fields(lettersText) {
		r, n := utf8.DecodeRuneInString(pair)
		all[r] = pair[n:]
	}
	return all
})

// romanize returns a text in lower case as people would type it who have none but ASCII
// letters. A letter that has no such spelling is its number: 日 is u65e5.
func romanize(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch ascii, known := letters()[r]; {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent of its own
		case known:
			b.WriteString(ascii)
		case r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r)):
			fmt.Fprintf(&b, "u%x", r)
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}
