package converter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Spelling is how numbers are spelled where that is not as in 1234.5, which is what the
// zero value stands for. A cell that is spelled in another way is no number.
type Spelling struct {
	Decimal string // the decimal character; "" is a point
	Group   string // the one between thousands, which may be left out; "" is none; " " is any blank, "'" also ’
	Unit    string // what may stand before or behind the number: "%", "€", "kg"
}

// Or returns s with what is not set there as in t.
func (s Spelling) Or(t Spelling) Spelling {
	if s.Decimal == "" {
		s.Decimal = t.Decimal
	}
	if s.Group == "" {
		s.Group = t.Group
	}
	if s.Unit == "" {
		s.Unit = t.Unit
	}
	return s
}

// Check returns an error if numbers can't be spelled so.
func (s Spelling) Check() error {
	for _, c := range []string{s.Decimal, s.Group} {
		if c == "" {
			continue
		}
		r, n := utf8.DecodeRuneInString(c)
		if n < len(c) || r == utf8.RuneError || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsControl(r) || strings.ContainsRune("+-\"", r) {
			return fmt.Errorf("%q can't stand within a number: want one character, such as a comma", c)
		}
	}
	decimal := s.Decimal
	if decimal == "" {
		decimal = "."
	}
	if s.Group == decimal {
		return fmt.Errorf("%q can't be both the decimal character and the one between thousands: name both", decimal)
	}
	if strings.ContainsAny(s.Unit, "0123456789\r\n") || s.Unit != strings.TrimFunc(s.Unit, unicode.IsSpace) {
		return errors.New("a unit has no digits, no line ends, and no blanks around it")
	}
	return nil
}

// plain appends to buf what b would be if it were spelled as numbers usually are, which
// need not be a number, and says whether it has groups. It reports false if b is spelled
// in another way.
func (s *Spelling) plain(buf, b []byte) (out []byte, grouped, ok bool) {
	b = trimSpace(b)
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	if s.Unit != "" {
		if rest, found := bytes.CutPrefix(b, []byte(s.Unit)); found {
			b = trimBlanks(rest)
			if !negative && len(b) > 0 && b[0] == '-' {
				negative, b = true, b[1:]
			}
		} else if rest, found := bytes.CutSuffix(b, []byte(s.Unit)); found {
			b = trimBlanks(rest)
		}
	}
	if negative {
		buf = append(buf, '-')
	}
	decimal := s.Decimal
	if decimal == "" {
		decimal = "."
	}
	run := 0 // digits since the beginning or the last group's end
	for len(b) > 0 {
		if b[0]-'0' <= 9 {
			buf = append(buf, b[0])
			b = b[1:]
			run++
			continue
		}
		n := s.separator(b)
		if n == 0 {
			break
		}
		// Groups have three digits; in India, only the last has.
		if run == 0 || run > 3 || grouped && run < 2 || grouped && run < 3 && s.Group != "," {
			return buf, false, false
		}
		b, grouped, run = b[n:], true, 0
	}
	if grouped && run != 3 {
		return buf, false, false
	}
	if rest, found := bytes.CutPrefix(b, []byte(decimal)); found {
		buf = append(buf, '.')
		for b = rest; len(b) > 0 && b[0]-'0' <= 9; b = b[1:] {
			buf = append(buf, b[0])
		}
	}
	if len(b) > 0 && b[0]|0x20 != 'e' {
		return buf, false, false
	}
	return append(buf, b...), grouped, true
}

// separator returns the length of the character between thousands that b begins with.
func (s *Spelling) separator(b []byte) int {
	switch {
	case s.Group == "":
		return 0
	case s.Group == " ":
		return blank(b)
	case s.Group == "'" && bytes.HasPrefix(b, []byte("’")):
		return len("’")
	case bytes.HasPrefix(b, []byte(s.Group)):
		return len(s.Group)
	}
	return 0
}

// blank returns the length of the blank that b begins with: a space, or one of those that
// typesetters put between thousands.
func blank(b []byte) int {
	for _, s := range [...]string{" ", "\u00a0", "\u202f", "\u2009"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// trimBlanks trims what stands between a number and its unit.
func trimBlanks(b []byte) []byte { return bytes.TrimFunc(b, unicode.IsSpace) }
