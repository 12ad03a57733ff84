package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// shellQuote quotes a word for a POSIX shell, if it needs that. What a terminal would obey is
// spelled as an escape.
func shellQuote(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:=,+@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	if printable(word) == word {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'") // which shells know since long, and POSIX since 2024
	for len(word) > 0 {
		r, n := utf8.DecodeRuneInString(word)
		switch text := word[:n]; {
		case printable(text) != text:
			for i := range n {
				fmt.Fprintf(&b, `\x%02x`, text[i])
			}
		case r == '\'' || r == '\\':
			b.WriteString(`\` + text)
		default:
			b.WriteString(text)
		}
		word = word[n:]
	}
	return b.String() + "'"
}

// shellLine quotes a whole command.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuote(w)
	}
	return strings.Join(quoted, " ")
}
