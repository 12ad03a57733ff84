package command

import (
	"errors"
	"fmt"
	"strings"
)

// Split splits a command into words as a POSIX shell does, without expanding
// anything.
func Split(line string) ([]string, error) {
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
