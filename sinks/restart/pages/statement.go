package pages

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A statement is one of SQL's, of a visitor's or of a stored query.
type statement struct {
	text       string // without what follows it
	bound      string // the same, with parameters :p0, :p1 and so on
	explain    bool   // it is to be explained, not run
	commas     int
	parameters []string // their names, each once, in order, without the sign before them
}

// The longest SQL that is read.
const maxSQL = 100_000

// arguments returns the values of the parameters, which are empty if they are not given.
func (s statement) arguments(value func(name string) string) []any {
	args := make([]any, len(s.parameters))
	for i, name := range s.parameters {
		args[i] = sql.Named(fmt.Sprint("p", i), value(name))
	}
	return args
}

// readStatement refuses what is not one statement that reads. What the statement may do is for
// the authorizer to decide: this is so that errors are clear, and finds the parameters.
func readStatement(text string) (s statement, err error) {
	switch {
	case len(text) > maxSQL:
		return s, badRequest("The SQL is longer than 100,000 bytes.")
	case !utf8.ValidString(text) || strings.Contains(text, "\x00"):
		return s, badRequest("The SQL is not text in UTF-8.")
	}
	var words []string // the first few
	var bound strings.Builder
	open, end, written := 0, -1, 0
	for at := 0; at < len(text); {
		kind, length := sqlToken(text[at:])
		token := text[at : at+length]
		at += length
		if kind == tokenSpace {
			continue
		}
		if end >= 0 && token != ";" {
			return s, badRequest("There is more than one statement; only one can be run at a time.")
		}
		switch {
		case kind == tokenUnclosed:
			return s, badRequest("The SQL has a quote or a comment that is not closed.")
		case token == ",":
			s.commas++
		case token == ";":
			end = max(end, at-1)
		case token == "(":
			open++
		case token == ")":
			if open--; open < 0 {
				return s, badRequest("The SQL has a ) too many.")
			}
		case kind == tokenParameter && token[0] == '?':
			return s, badRequest("Parameters need names, such as :name; ? has none.")
		case kind == tokenParameter:
			i := slices.Index(s.parameters, token[1:])
			if i < 0 {
				i = len(s.parameters)
				s.parameters = append(s.parameters, token[1:])
			}
			bound.WriteString(text[written:at-length] + fmt.Sprint(":p", i))
			written = at
		}
		if len(words) < 4 {
			words = append(words, strings.ToLower(token))
		}
		if end < 0 {
			s.text = text[:at]
		}
	}
	s.bound = bound.String() + s.text[min(written, len(s.text)):]
	if len(words) == 0 || words[0] == ";" {
		return s, badRequest("There is no SQL.")
	}
	if s.explain = words[0] == "explain"; s.explain {
		if words = words[1:]; len(words) > 1 && words[0] == "query" && words[1] == "plan" {
			words = words[2:]
		}
	}
	if len(words) == 0 || words[0] != "select" && words[0] != "with" {
		return s, badRequest("Only a SELECT can be run here, or WITH … SELECT.")
	}
	return s, nil
}

type tokenKind byte

const (
	tokenOther tokenKind = iota // also strings and quoted names
	tokenSpace                  // also comments
	tokenParameter
	tokenUnclosed
)

// sqlToken returns the first token of a text that isn't empty, as SQLite's tokenizer splits it.
func sqlToken(s string) (tokenKind, int) {
	until := func(kind tokenKind, from int, end string) (tokenKind, int) {
		if i := strings.Index(s[from:], end); i >= 0 {
			return kind, from + i + len(end)
		}
		return tokenUnclosed, len(s)
	}
	switch c := s[0]; {
	case strings.IndexByte(" \t\n\f\r", c) >= 0:
		return tokenSpace, 1
	case strings.HasPrefix(s, "--"):
		if _, n := until(tokenSpace, 2, "\n"); n > 0 {
			return tokenSpace, n
		}
	case strings.HasPrefix(s, "/*"):
		return until(tokenSpace, 2, "*/")
	case c == '[':
		return until(tokenOther, 1, "]")
	case c == '\'' || c == '"' || c == '`':
		for i := 1; i < len(s); i++ {
			if s[i] != c {
				continue
			}
			if i+1 == len(s) || s[i+1] != c {
				return tokenOther, i + 1
			}
			i++
		}
		return tokenUnclosed, len(s)
	case c == ':' || c == '@' || c == '$' || c == '?' || c == '#':
		n := word(s[1:])
		if n == 0 && c != '?' {
			return tokenOther, 1
		}
		return tokenParameter, 1 + n
	case word(s) > 0:
		return tokenOther, word(s)
	}
	return tokenOther, 1
}

// word returns how long a name or a number at the beginning of s is.
func word(s string) int {
	for i := range len(s) {
		if c := s[i]; c < 0x80 && c != '_' && c != '$' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return i
		}
	}
	return len(s)
}
