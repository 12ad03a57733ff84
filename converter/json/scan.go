package json

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// pad is how many NUL bytes follow a text that a scanner reads. They are not JSON, so they
// end every loop, and strings can be read eight bytes at a time.
const pad = 8

// A scanner validates JSON as RFC 8259 has it. Its methods take the position of a value or
// a part of it and return the position behind it, or -1 after a fault. They don't look at
// bytes above 0x7f within strings: that text is UTF-8 has to be proved before.
type scanner struct {
	s     []byte // the text, then pad NUL bytes
	n     int    // length of the text
	limit int    // of nesting
	loose int    // white space seen outside strings
	nans  int    // NaN and Infinity seen, which stand for null
	fault fault  // the first one
}

// A fault is what is wrong with a text, and where.
type fault struct {
	at   int
	what string // "" if there is no fault
	kind kind
}

// kind is a kind of fault.
type kind uint8

const (
	notJSON kind = iota
	notUTF8
	tooMuch
	otherShape
)

func (k kind) String() string {
	return [...]string{"invalid JSON", "invalid UTF-8", "over the limit", "other shape"}[k]
}

// use has the scanner read s, which holds n bytes of text and pad NUL bytes.
func (c *scanner) use(s []byte, n, limit int) {
	*c = scanner{s: s[:n+pad], n: n, limit: limit}
}

// fail records that the text is not JSON.
func (c *scanner) fail(at int, what string) int { return c.failed(notJSON, at, what) }

// failed records a fault.
func (c *scanner) failed(k kind, at int, what string) int {
	if c.fault.what == "" {
		c.fault = fault{at, what, k}
	}
	return -1
}

// want records that something else than what stands at p was expected.
func (c *scanner) want(p int, what string) int {
	if p >= c.n {
		return c.fail(c.n, "the text ends where "+what+" should be")
	}
	if odd := misplaced(c.s, p); odd != "" {
		return c.fail(p, odd)
	}
	return c.fail(p, fmt.Sprintf("found %s where %s should be", spell(c.s[p]), what))
}

func spell(b byte) string {
	switch {
	case b == '\'':
		return `"'"`
	case b > ' ' && b < 0x7f:
		return "'" + string(rune(b)) + "'"
	}
	return fmt.Sprintf("byte 0x%02x", b)
}

// ended reports whether the fault is that the text ends too early.
func (c *scanner) ended() bool { return c.fault.what != "" && c.fault.at >= c.n }

// space skips white space.
func (c *scanner) space(p int) int {
	s, from := c.s, p
	for p < len(s) && (s[p] == ' ' || s[p] == '\n' || s[p] == '\r' || s[p] == '\t') {
		p++
	}
	c.loose += p - from
	return p
}

// skip is space where there is none as a rule.
func (c *scanner) skip(p int) int {
	if c.s[p] <= ' ' {
		return c.space(p)
	}
	return p
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the highest bit of bytes that are quotes, backslashes or below the space,
// exactly for the first of them.
func special(w uint64) uint64 {
	x := w ^ ones*0x02 // swaps the quote and the space
	y := w ^ ones*'\\'
	return ((x-ones*0x21)&^x | (y-ones)&^y) & highs
}

// str reads a string from behind its opening quote to behind the closing one.
func (c *scanner) str(p int) (end int, escaped bool) {
	s := c.s
	for p+8 <= len(s) {
		m := special(binary.LittleEndian.Uint64(s[p:]))
		if m == 0 {
			p += 8
			continue
		}
		p += bits.TrailingZeros64(m) >> 3
		switch s[p] {
		case '"':
			return p + 1, escaped
		case '\\':
			escaped = true
			if p = c.escape(p); p < 0 {
				return -1, false
			}
		default:
			if p >= c.n {
				return c.fail(c.n, "the text ends in a string"), false
			}
			return c.fail(p, fmt.Sprintf("control character 0x%02x in a string", s[p])), false
		}
	}
	return c.fail(c.n, "the text ends in a string"), false
}

// escape reads one escape from its backslash on.
func (c *scanner) escape(p int) int {
	s := c.s
	switch s[p+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 2
	case 'u':
		for i := p + 2; i < p+6; i++ {
			if i >= c.n {
				return c.fail(c.n, "the text ends in a string")
			}
			if hexDigit(s[i]) > 15 {
				return c.fail(p, `escape \u without four hexadecimal digits`)
			}
		}
		return p + 6
	}
	if p+1 >= c.n {
		return c.fail(c.n, "the text ends in a string")
	}
	return c.fail(p, "unknown escape: backslash and "+spell(s[p+1]))
}

// hexDigit returns the digit's value, or more than 15.
func hexDigit(b byte) byte {
	if d := b - '0'; d <= 9 {
		return d
	}
	if d := b | 0x20 - 'a'; d <= 5 {
		return d + 10
	}
	return 16
}

// number reads a number and tells whether it is spelled as an integer.
func (c *scanner) number(p int) (end int, integer bool) {
	s := c.s
	if s[p] == '-' {
		p++
	}
	switch d := s[p] - '0'; {
	case d == 0:
		p++
		if s[p]-'0' <= 9 {
			return c.fail(p-1, "a number with a leading zero"), false
		}
	case d <= 9:
		for p++; s[p]-'0' <= 9; p++ {
		}
	default:
		return c.want(p, "a digit"), false
	}
	if s[p] != '.' && s[p]|0x20 != 'e' {
		return p, true
	}
	return c.fraction(p), false
}

// fraction reads what follows the integer part of a number.
func (c *scanner) fraction(p int) int {
	s := c.s
	if s[p] == '.' {
		p++
		if s[p]-'0' > 9 {
			return c.want(p, "a digit")
		}
		for p++; s[p]-'0' <= 9; p++ {
		}
	}
	if s[p]|0x20 == 'e' {
		p++
		if s[p] == '+' || s[p] == '-' {
			p++
		}
		if s[p]-'0' > 9 {
			return c.want(p, "a digit")
		}
		for p++; s[p]-'0' <= 9; p++ {
		}
	}
	return p
}

// literal reads true, false or null, or what programs write for numbers that JSON has no
// spelling for.
func (c *scanner) literal(p int) int {
	for _, word := range [...]string{"true", "false", "null"} {
		if p+len(word) <= c.n && string(c.s[p:p+len(word)]) == word {
			return p + len(word)
		}
	}
	if p < c.n {
		for _, word := range [...]string{"NaN", "Infinity", "-Infinity"} {
			if p+len(word) <= c.n && string(c.s[p:p+len(word)]) == word {
				c.nans++
				return p + len(word)
			}
		}
		for _, word := range [...]string{"undefined", "None"} {
			if p+len(word) <= c.n && string(c.s[p:p+len(word)]) == word {
				return c.fail(p, word+" is not JSON (a missing value is null there)")
			}
		}
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if p < c.n && c.n-p < len(word) && string(c.s[p:c.n]) == word[:c.n-p] {
			return c.fail(c.n, "the text ends in "+word)
		}
	}
	return c.want(p, "a value")
}

// value reads any value from its first byte on; depth is that of what holds it.
func (c *scanner) value(p, depth int) int {
	switch b := c.s[p]; b {
	case '"':
		p, _ = c.str(p + 1)
		return p
	case '{', '[':
		if depth >= c.limit {
			return c.failed(tooMuch, p, fmt.Sprintf("nested deeper than %d", c.limit))
		}
		if b == '{' {
			return c.object(p+1, depth+1)
		}
		return c.array(p+1, depth+1)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if b == '-' && c.s[p+1] == 'I' {
			return c.literal(p)
		}
		p, _ = c.number(p)
		return p
	}
	return c.literal(p)
}

// array reads an array from behind its bracket. Here and in object, first and shut are spelled
// out: their calls would cost 3 % of a document of many small containers.
func (c *scanner) array(p, depth int) int {
	s := c.s
	if p = c.skip(p); s[p] == ']' {
		return p + 1
	}
	for {
		if p = c.value(p, depth); p < 0 {
			return p
		}
		if p = c.skip(p); s[p] != ',' {
			if s[p] == ']' {
				return p + 1
			}
			return c.want(p, "',' or ']'")
		}
		p = c.skip(p + 1)
	}
}

// object reads an object from behind its brace.
func (c *scanner) object(p, depth int) int {
	s := c.s
	if p = c.skip(p); s[p] == '}' {
		return p + 1
	}
	for {
		if p = c.name(p); p < 0 {
			return p
		}
		if p = c.value(p, depth); p < 0 {
			return p
		}
		if p = c.skip(p); s[p] != ',' {
			if s[p] == '}' {
				return p + 1
			}
			return c.want(p, "',' or '}'")
		}
		p = c.skip(p + 1)
	}
}

// first goes from behind the bracket that opens an object or array to its first part, or,
// where more is false, behind the one that shuts it.
func (c *scanner) first(p int, shut byte) (_ int, more bool) {
	if c.s[p] <= ' ' { // as skip does, which the compiler would not inline here
		p = c.space(p)
	}
	if c.s[p] == shut {
		return p + 1, false
	}
	return p, true
}

// shut goes behind the bracket that shuts an object or array, which is where a comma is not.
func (c *scanner) shut(p int, bracket byte) int {
	if c.s[p] == bracket {
		return p + 1
	}
	return c.want(p, "',' or '"+string(rune(bracket))+"'")
}

// name reads a member's name and colon, and goes to its value.
func (c *scanner) name(p int) int {
	s := c.s
	if s[p] != '"' {
		return c.want(p, "a name in quotes")
	}
	if p, _ = c.str(p + 1); p < 0 {
		return p
	}
	return c.colon(p)
}

// colon goes from behind a member's name to its value.
func (c *scanner) colon(p int) int {
	s := c.s
	if s[p] <= ' ' {
		p = c.space(p)
	}
	if s[p] != ':' {
		return c.want(p, "':'")
	}
	p++
	if s[p] <= ' ' {
		p = c.space(p)
	}
	return p
}
