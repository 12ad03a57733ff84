package sqlitefile

import "strings"

// A checkToken is a token of SQL. Text is what a quoted one stands for.
type checkToken struct {
	kind byte // 'w' a word, 'q' a quoted name, 's' a string, '0' a number, 'x' a blob, or the character itself
	text string
}

// is reports whether the token is that keyword, which is in upper case, or character.
func (t checkToken) is(s string) bool {
	if t.kind == 'w' {
		return strings.EqualFold(t.text, s)
	}
	return len(s) == 1 && t.kind == s[0]
}

// isName reports whether the token can name something: in SQLite also a string can.
func (t checkToken) isName() bool { return t.kind == 'w' || t.kind == 'q' || t.kind == 's' }

// checkTokens splits SQL into tokens. It never fails: what is not SQL gives tokens that no
// statement has.
func checkTokens(sql string) []checkToken {
	var tokens []checkToken
	for i := 0; i < len(sql); {
		c := sql[i]
		rest := sql[i:]
		switch {
		case strings.IndexByte(" \t\n\f\r", c) >= 0:
			i++
		case strings.HasPrefix(rest, "--"):
			i += checkUntil(rest, 2, "\n")
		case strings.HasPrefix(rest, "/*"):
			i += checkUntil(rest, 2, "*/")
		case c == '\'' || c == '"' || c == '`':
			text, n := checkQuoted(rest, c)
			kind := byte('q')
			if c == '\'' {
				kind = 's'
			}
			tokens = append(tokens, checkToken{kind, text})
			i += n
		case c == '[':
			n := checkUntil(rest, 1, "]")
			tokens = append(tokens, checkToken{'q', strings.TrimSuffix(rest[1:n], "]")})
			i += n
		case (c == 'x' || c == 'X') && len(rest) > 1 && rest[1] == '\'':
			text, n := checkQuoted(rest[1:], '\'')
			tokens = append(tokens, checkToken{'x', text})
			i += n + 1
		case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			n := checkNumberLen(rest)
			tokens = append(tokens, checkToken{'0', rest[:n]})
			i += n
		case checkWordByte(c):
			n := 1
			for n < len(rest) && checkWordByte(rest[n]) {
				n++
			}
			tokens = append(tokens, checkToken{'w', rest[:n]})
			i += n
		default:
			tokens = append(tokens, checkToken{c, rest[:1]})
			i++
		}
	}
	return tokens
}

func checkWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// checkUntil returns the length of s up to and with the end, or all of s.
func checkUntil(s string, from int, end string) int {
	if n := strings.Index(s[from:], end); n >= 0 {
		return from + n + len(end)
	}
	return len(s)
}

// checkQuoted returns what stands in the quotes that s begins with; two of them are one.
func checkQuoted(s string, quote byte) (text string, n int) {
	q := string(quote)
	for n = 1; ; {
		end := strings.IndexByte(s[n:], quote)
		if end < 0 {
			return strings.ReplaceAll(s[1:], q+q, q), len(s)
		}
		n += end + 1
		if n >= len(s) || s[n] != quote {
			return strings.ReplaceAll(s[1:n-1], q+q, q), n
		}
		n++
	}
}

func checkNumberLen(s string) int {
	n := 1
	for n < len(s) {
		c := s[n]
		exponent := (s[n-1] == 'e' || s[n-1] == 'E') && (c == '+' || c == '-') && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X")
		if !checkWordByte(c) && c != '.' && !exponent {
			break
		}
		n++
	}
	return n
}

// checkSkipParens returns the index after the parenthesis that closes the one at i.
func checkSkipParens(tokens []checkToken, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch tokens[i].kind {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// checkList splits what stands in the parentheses at i, at its commas. next is the index
// after them.
func checkList(tokens []checkToken, i int) (items [][]checkToken, next int) {
	next = checkSkipParens(tokens, i)
	end := next - 1
	if next == len(tokens) && !tokens[end].is(")") {
		end = next
	}
	from := i + 1
	for at := from; at < end; {
		if tokens[at].kind == '(' {
			at = min(checkSkipParens(tokens, at), end)
			continue
		}
		if tokens[at].kind == ',' {
			items = append(items, tokens[from:at])
			from = at + 1
		}
		at++
	}
	return append(items, tokens[min(from, end):end]), next
}
