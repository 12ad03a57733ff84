package converter

import "strings"

// A pattern is a format of dates and times as strptime has it, such as %d.%m.%Y, of the
// letters d m Y y b B H I p M S f z j, and %.
type pattern string

var monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// read reads a text that is as the pattern, whole.
func (p pattern) read(text []byte) (m moment, ok bool) {
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c == ' ' {
			if len(text) == 0 || text[0] != ' ' && text[0] != '\t' {
				return m, false
			}
			for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
				text = text[1:]
			}
			continue
		}
		if c == '%' && i+1 < len(p) {
			i++
			if p[i] != '%' {
				if text, ok = m.part(p[i], text); !ok {
					return m, false
				}
				continue
			}
		}
		if len(text) == 0 || text[0] != c {
			return m, false
		}
		text = text[1:]
	}
	return m, len(text) == 0 && m.sound()
}

// part reads what one letter of a pattern stands for, and returns the rest.
func (m *moment) part(letter byte, text []byte) (rest []byte, ok bool) {
	number := func(into *int, least, most int) bool {
		*into, rest, ok = digits(text, least, most)
		return ok
	}
	switch letter {
	case 'Y':
		m.dated = true
		return rest, number(&m.year, 4, 4)
	case 'y':
		m.dated = true
		if number(&m.year, 2, 2) {
			m.year += 1900
			if m.year < 1969 {
				m.year += 100
			}
		}
		return rest, ok
	case 'm':
		m.dated = true
		number(&m.month, 1, 2)
	case 'd':
		m.dated = true
		number(&m.day, 1, 2)
	case 'j':
		m.dated = true
		number(&m.yearDay, 1, 3)
	case 'H', 'I':
		m.timed = true
		number(&m.hour, 1, 2)
	case 'M':
		m.timed = true
		number(&m.minute, 1, 2)
	case 'S':
		m.timed = true
		number(&m.second, 1, 2)
	case 'f':
		m.timed = true
		n := 0
		for n < len(text) && n < 9 && text[n]-'0' <= 9 {
			n++
		}
		m.fraction = string(text[:n])
		return text[n:], n > 0
	case 'p':
		for i, half := range []string{"am", "pm", "a.m.", "p.m."} {
			if rest, ok = cutFold(text, half); ok {
				m.half = i%2 + 1
				return rest, true
			}
		}
		return text, false
	case 'b', 'B':
		m.dated = true
		m.month, rest, ok = monthName(text)
	case 'z':
		m.zone, rest, ok = zone(text)
	}
	return rest, ok
}

// digits reads a number of some digits.
func digits(text []byte, least, most int) (n int, rest []byte, ok bool) {
	i := 0
	for ; i < len(text) && i < most && text[i]-'0' <= 9; i++ {
		n = n*10 + int(text[i]-'0')
	}
	return n, text[i:], i >= least
}

// monthName reads a month's name, or its first three letters.
func monthName(text []byte) (int, []byte, bool) {
	for i, name := range monthNames {
		for _, spelled := range []string{name, name[:3]} {
			if rest, ok := cutFold(text, spelled); ok && (len(rest) == 0 || rest[0]|0x20 < 'a' || rest[0]|0x20 > 'z') {
				return i + 1, rest, true
			}
		}
	}
	return 0, text, false
}

// cutFold cuts a word of lower case, however it is spelled.
func cutFold(text []byte, word string) ([]byte, bool) {
	if len(text) < len(word) || !strings.EqualFold(string(text[:len(word)]), word) {
		return text, false
	}
	return text[len(word):], true
}

// zone reads an offset from UTC: Z, UTC, GMT, +0100, +01:00 or +01.
func zone(text []byte) (string, []byte, bool) {
	for _, utc := range []string{"z", "utc", "gmt"} {
		if rest, ok := cutFold(text, utc); ok {
			return "Z", rest, true
		}
	}
	if len(text) < 3 || text[0] != '+' && text[0] != '-' {
		return "", text, false
	}
	hours, rest, ok := digits(text[1:], 2, 2)
	if !ok || hours > 23 {
		return "", text, false
	}
	minutes := 0
	if len(rest) > 0 && rest[0] == ':' {
		if minutes, rest, ok = digits(rest[1:], 2, 2); !ok {
			return "", text, false
		}
	} else if n, after, found := digits(rest, 2, 2); found {
		minutes, rest = n, after
	}
	if minutes > 59 {
		return "", text, false
	}
	out := appendDigits([]byte{text[0]}, hours, 2)
	return string(appendDigits(append(out, ':'), minutes, 2)), rest, true
}
