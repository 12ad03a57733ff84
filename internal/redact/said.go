package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Said returns what another program said as text for people: UTF-8, nothing that a terminal
// takes for an order, and of what is longer than most bytes only its beginning and end.
func Said(text string, most int) string {
	if len(text) > most {
		head, tail := text[:most/2], text[len(text)-most/2:]
		for range utf8.UTFMax - 1 { // a rune that was cut in two
			if r, n := utf8.DecodeLastRuneInString(head); r == utf8.RuneError && n == 1 {
				head = head[:len(head)-1]
			}
			if len(tail) > 0 && !utf8.RuneStart(tail[0]) {
				tail = tail[1:]
			}
		}
		text = head + " … " + tail
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return -1
		case r != '\n' && r != '\t' && unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return utf8.RuneError
		}
		return r // a byte that is none is RuneError
	}, text)
}
