package sqlitecheck

import "strings"

// A token is a token of SQL. Text is what a quoted one stands for.
type token struct {
	kind byte // 'w' a word, 'q' a quoted name, 's' a string, '0' a number, 'x' a blob, or the character itself
	text string
}

// is reports whether the token is that keyword, which is in upper case, or character.
func (t token) is(s string) bool {
	if t.kind == 'w' {
		return strings.EqualFold(t.text, s)
	}
	return len(s) == 1 && t.kind == s[0]
}

// isName reports whether the token can name something: in SQLite also a string can.
func (t token) isName() bool { return t.kind == 'w' || t.kind == 'q' || t.kind == 's' }

// tokenize splits SQL into tokens. It never fails: what is not SQL gives tokens that no
// statement has.
func tokenize(sql string) []token {
	var tokens []token
	for i := 0; i < len(sql); {
		c := sql[i]
		rest := sql[i:]
		switch {
		case strings.IndexByte(" \t\n\f\r", c) >= 0:
			i++
		case strings.HasPrefix(rest, "--"):
			i += lengthUntil(rest, 2, "\n")
		case strings.HasPrefix(rest, "/*"):
			i += lengthUntil(rest, 2, "*/")
		case c == '\'' || c == '"' || c == '`':
			text, n := quoted(rest, c)
			kind := byte('q')
			if c == '\'' {
				kind = 's'
			}
			tokens = append(tokens, token{kind, text})
			i += n
		case c == '[':
			n := lengthUntil(rest, 1, "]")
			tokens = append(tokens, token{'q', strings.TrimSuffix(rest[1:n], "]")})
			i += n
		case (c == 'x' || c == 'X') && len(rest) > 1 && rest[1] == '\'':
			text, n := quoted(rest[1:], '\'')
			tokens = append(tokens, token{'x', text})
			i += n + 1
		case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			n := numberLen(rest)
			tokens = append(tokens, token{'0', rest[:n]})
			i += n
		case isWordByte(c):
			n := 1
			for n < len(rest) && isWordByte(rest[n]) {
				n++
			}
			tokens = append(tokens, token{'w', rest[:n]})
			i += n
		default:
			tokens = append(tokens, token{c, rest[:1]})
			i++
		}
	}
	return tokens
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lengthUntil returns the length of s up to and with the end, or all of s.
func lengthUntil(s string, from int, end string) int {
	if n := strings.Index(s[from:], end); n >= 0 {
		return from + n + len(end)
	}
	return len(s)
}

// quoted returns what stands in the quotes that s begins with; two of them are one.
func quoted(s string, quote byte) (text string, n int) {
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

func numberLen(s string) int {
	n := 1
	for n < len(s) {
		c := s[n]
		exponent := (s[n-1] == 'e' || s[n-1] == 'E') && (c == '+' || c == '-') && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X")
		if !isWordByte(c) && c != '.' && !exponent {
			break
		}
		n++
	}
	return n
}

// skipParens returns the index after the parenthesis that closes the one at i.
func skipParens(tokens []token, i int) int {
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

// splitList splits what stands in the parentheses at i, at its commas. next is the index
// after them.
func splitList(tokens []token, i int) (items [][]token, next int) {
	next = skipParens(tokens, i)
	end := next - 1
	if next == len(tokens) && !tokens[end].is(")") {
		end = next
	}
	from := i + 1
	for at := from; at < end; {
		if tokens[at].kind == '(' {
			at = min(skipParens(tokens, at), end)
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
