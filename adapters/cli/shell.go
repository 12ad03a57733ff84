package cli

import (
	"errors"
	"fmt"
	"strings"
)

// shellQuote quotes a word for a POSIX shell, if it needs that.
func shellQuote(word string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:=,+@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// shellLine quotes a whole command.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuote(w)
	}
	return strings.Join(quoted, " ")
}

// shellSplit splits a command into words as a POSIX shell does, without expanding
// anything.
func shellSplit(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	within, begun := byte(0), false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case within == '\'' && c != '\'' || within == '"' && c != '"' && c != '\\':
			word.WriteByte(c)
		case within != 0 && c == within:
			within = 0
		case within == 0 && (c == '\'' || c == '"'):
			within, begun = c, true
		case c == '\\':
			if i++; i == len(line) {
				return nil, errors.New("the last \\ has nothing behind it")
			}
			if within == '"' && !strings.ContainsRune("\\\"$`", rune(line[i])) {
				word.WriteByte('\\')
			}
			word.WriteByte(line[i])
			begun = true
		case c == ' ' || c == '\t' || c == '\n':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if within != 0 {
		return nil, fmt.Errorf("a %c is opened and never closed", within)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
