package pages

import "strings"

// Datasette's tilde encoding writes any name as one segment of a URL's path that no proxy
// decodes or splits: letters, digits, _ and - stand for themselves, + is a space, and any
// other byte is ~ and two hexadecimal digits.

const upperHex = "0123456789ABCDEF"

func tildeEncode(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-':
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.Write([]byte{'~', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// tildeDecode takes what is no escape as it stands.
func tildeDecode(s string) string {
	if !strings.ContainsAny(s, "~+") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b.WriteByte(' ')
		case c == '~' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			b.WriteByte(byte(unhex(s[i+1])<<4 | unhex(s[i+2])))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// tildeJoin encodes the parts of a key as one segment.
func tildeJoin(parts []string) string {
	encoded := make([]string, len(parts))
	for i, p := range parts {
		encoded[i] = tildeEncode(p)
	}
	return strings.Join(encoded, ",")
}

func tildeSplit(segment string) []string {
	parts := strings.Split(segment, ",")
	for i, p := range parts {
		parts[i] = tildeDecode(p)
	}
	return parts
}
