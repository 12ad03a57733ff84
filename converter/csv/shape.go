package csv

import (
	"strings"
	"unicode"
)

// A shape is what a cell looks like.
type shape uint8

const (
	textual shape = iota // anything else
	numeric              // also a percentage, or an amount of money
	dated                // also a time, or a range, as 2020/21
	address              // a URL or an e-mail address

	shapeCount = iota
)

func shapeOf(s string) shape {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return textual
	case isAddress(s):
		return address
	}
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case strings.IndexByte("+-.,:/ TZ%$", c) < 0 && (c|0x20 != 'e' || digits == 0):
			return textual
		}
	}
	if digits*2 < len(s) {
		return textual
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; c == ':' || c == '/' || c == '-' && s[i-1]|0x20 != 'e' {
			return dated
		}
	}
	return numeric
}

// isAddress reports whether s is a URL, or an e-mail address.
func isAddress(s string) bool {
	if !strings.Contains(s, "://") && !strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") {
		return false // as nearly all
	}
	if strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		return scheme != "" && rest != "" && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
	}
	if name, host, ok := strings.Cut(s, "@"); ok {
		return name != "" && !strings.Contains(host, "@") && strings.Contains(strings.Trim(host, "."), ".")
	}
	return true
}

// below returns what nearly all cells of a column look like, but for the first row's.
func below(rows []sampleRow, column int) shape {
	filled := 0
	var seen [shapeCount]int
	for _, r := range rows[1:] {
		if column < len(r.cells) && strings.TrimSpace(r.cells[column]) != "" {
			filled++
			seen[shapeOf(r.cells[column])]++
		}
	}
	if seen[textual]*10 > filled || filled == 0 {
		return textual
	}
	most := numeric
	for s := numeric; s <= address; s++ {
		if seen[s] > seen[most] {
			most = s
		}
	}
	return most
}
