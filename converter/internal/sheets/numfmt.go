package sheets

import (
	"strconv"
	"strings"
)

// A numKind says what the number format of a cell makes of its number.
type numKind uint8

const (
	kindNumber   numKind = iota
	kindDate             // yyyy-mm-dd
	kindTime             // h:mm
	kindDateTime         // yyyy-mm-dd h:mm
	kindDuration         // [h]:mm
	kindMoment           // a date, a time or both: the value tells
)

// A NumFormat is a number format, as far as it matters for values: whether it shows dates.
// Its sections are for different ranges of numbers, one of them at least.
type NumFormat []section

// A section holds for numbers that its condition is true of.
type section struct {
	kind numKind
	op   string // "<", "<=", "=", "<>", ">=", ">"; "" is always true
	than float64
}

// kind returns what the format makes of v.
func (f NumFormat) kind(v float64) numKind {
	for _, s := range f {
		if s.holds(v) {
			return s.kind
		}
	}
	return kindNumber
}

func (s section) holds(v float64) bool {
	switch s.op {
	case "<":
		return v < s.than
	case "<=":
		return v <= s.than
	case "=":
		return v == s.than
	case "<>":
		return v != s.than
	case ">=":
		return v >= s.than
	case ">":
		return v > s.than
	}
	return true
}

// BuiltinFormat returns what a built-in number format shows (ECMA-376 part 1, 18.8.30).
// Formats 27 to 36 and 50 to 58 are those of East Asian locales; some of them are dates in
// one language and times in another.
func BuiltinFormat(id int) NumFormat {
	kind := kindNumber
	switch {
	case id >= 14 && id <= 17:
		kind = kindDate
	case id >= 18 && id <= 21, id == 32, id == 33, id == 45, id == 47:
		kind = kindTime
	case id == 22:
		kind = kindDateTime
	case id == 34, id == 35, id == 55, id == 56:
		kind = kindMoment
	case id >= 27 && id <= 36, id >= 50 && id <= 58:
		kind = kindDate
	case id == 46:
		kind = kindDuration
	}
	return NumFormat{{kind: kind}}
}

// ParseFormat reads a number format's code (ECMA-376 part 1, 18.8.31).
func ParseFormat(code string) NumFormat {
	var f NumFormat
	conditions := false
	for more := true; more && len(f) < 4; {
		var s section
		var text bool
		s, text, code, more = parseSection(code)
		if text && len(f) > 0 {
			break // for text, not for numbers
		}
		conditions = conditions || s.op != ""
		f = append(f, s)
	}
	if len(f) == 1 || conditions {
		return f
	}
	// Without conditions: positive, negative and zero, or positive and zero, negative.
	negative := f[1]
	negative.op = "<"
	if len(f) == 2 {
		return NumFormat{negative, f[0]}
	}
	zero := f[2]
	zero.op = "="
	return NumFormat{negative, zero, f[0]}
}

// parseSection reads the first section of code. text reports whether it is for text; more
// whether another one follows, in rest.
func parseSection(code string) (s section, text bool, rest string, more bool) {
	var has struct{ date, time, month, digits, elapsed bool }
	hour := false // the last date or time token was an hour, so that m is minutes
	monthOpen := false
	for i := 0; i < len(code); {
		c := code[i] | 0x20 // lower case, if it is a letter
		n := 1
		switch {
		case code[i] == ';':
			rest, more = code[i+1:], true
			code = code[:i]
			continue
		case code[i] == '"':
			if n = strings.IndexByte(code[i+1:], '"') + 2; n == 1 {
				n = len(code) - i
			}
		case code[i] == '\\', code[i] == '_', code[i] == '*':
			n = 2
		case code[i] == '[':
			if n = strings.IndexByte(code[i:], ']') + 1; n == 0 {
				n = len(code) - i
			}
			switch inner := strings.ToLower(strings.Trim(code[i:i+n], "[]")); {
			case inner == "":
			case strings.Trim(inner, "h") == "", strings.Trim(inner, "m") == "", strings.Trim(inner, "s") == "":
				has.elapsed = true
				hour = inner[0] == 'h'
			case strings.IndexByte("<=>", inner[0]) >= 0:
				s.op, s.than = parseCondition(inner)
			}
		case general(code[i:]) > 0:
			n = general(code[i:])
			has.digits = true
		case len(code)-i >= 5 && strings.EqualFold(code[i:i+5], "am/pm"):
			n = 5
			has.time = true
		case len(code)-i >= 3 && strings.EqualFold(code[i:i+3], "a/p"):
			n = 3
			has.time = true
		case code[i] == '@':
			text = true
		case code[i] == '0', code[i] == '#', code[i] == '?':
			if i == 0 || (code[i-1] != '.' && code[i-1] != '0') || !(has.time || has.elapsed) {
				has.digits = true // and not the fraction of a second
			}
		case c == 'e':
			if i+1 < len(code) && (code[i+1] == '+' || code[i+1] == '-') {
				n = 2 // an exponent
				has.digits = true
			} else {
				has.date = true // the year of an era
			}
		case c == 'y', c == 'd', c == 'g', c == 'b':
			has.date = true
			hour, monthOpen = false, false
		case c == 'h':
			has.time = true
			hour, monthOpen = true, false
		case c == 's':
			has.time = true
			hour, monthOpen = false, false // m before s is minutes
		case c == 'm':
			for i+n < len(code) && code[i+n]|0x20 == 'm' {
				n++
			}
			has.month = has.month || monthOpen
			if hour {
				has.time = true
			} else {
				monthOpen = true // until an s says otherwise
			}
			hour = false
		}
		i = min(i+n, len(code))
	}
	has.date = has.date || has.month || monthOpen
	switch {
	case has.digits:
	case has.date && (has.time || has.elapsed):
		s.kind = kindDateTime
	case has.elapsed:
		s.kind = kindDuration
	case has.date:
		s.kind = kindDate
	case has.time:
		s.kind = kindTime
	}
	return s, text, rest, more
}

// generals are what the format that shows a number as it is is called: in files, and by programs that
// write it in their user's language, where it would look like a date ("Standard" has a day in it).
var generals = [...]string{"general", "standardowy", "standard", "standaard", "estándar", "geral", "genel", "normál", "yleinen", "allmänt", "všeobecný"}

// general returns the length of that name if code begins with it, or else 0.
func general(code string) int {
	if code[0] < 'A' { // most are digits and such
		return 0
	}
	for _, name := range generals {
		if len(code) >= len(name) && strings.EqualFold(code[:len(name)], name) {
			return len(name)
		}
	}
	return 0
}

// parseCondition reads a condition such as >=100.
func parseCondition(s string) (op string, than float64) {
	n := 1
	if len(s) > 1 && strings.IndexByte("=>", s[1]) >= 0 {
		n = 2
	}
	than, err := strconv.ParseFloat(strings.TrimSpace(s[n:]), 64)
	if err != nil {
		return "", 0
	}
	return s[:n], than
}
