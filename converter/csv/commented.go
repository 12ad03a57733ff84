package csv

import (
	"bytes"
	"strings"
)

// fields is what lines with a # say before the data, as in the logs of Zeek, and in the
// W3C's extended log format.
type fields struct {
	lines     int // with a #
	names     []string
	delimiter string
	why       string
	unquoted  bool // a quote is text
}

// fields returns what the first lines say, or nil if they do not name fields.
func (d *dialect) fields(head []byte) *fields {
	f := fields{delimiter: "\t", why: "the line #fields has it"}
	for pos := 0; pos < len(head) && head[pos] == '#'; f.lines++ {
		end := d.next(head, pos)
		if end < 0 {
			break
		}
		line := string(d.trim(head[pos:end]))
		pos = end
		word, rest := line, ""
		if n := strings.IndexAny(line, ": \t"); n >= 0 {
			word, rest = line[:n], line[n:]
		}
		switch strings.ToLower(word) {
		case "#separator":
			if s, err := parseDelimiter(strings.TrimSpace(rest)); err == nil {
				f.delimiter, f.why = s, "the line #separator says so"
			}
		case "#fields":
			if strings.HasPrefix(rest, ":") { // W3C
				f.names = strings.Fields(rest[1:])
				if f.delimiter = Blanks; !bytes.Contains(d.first(head[pos:], 1), []byte(" ")) {
					f.delimiter = "\t"
				}
			} else {
				f.names, f.unquoted = strings.Split(strings.TrimPrefix(rest, f.delimiter), f.delimiter), true
			}
		}
	}
	if len(f.names) < 2 {
		return nil
	}
	return &f
}

// leading returns how many lines before all others are comments.
func (d *dialect) leading(head []byte) (n int) {
	for pos := 0; pos < len(head) && head[pos] == d.comment; n++ {
		if pos = d.next(head, pos); pos < 0 {
			break
		}
	}
	return n
}

// markedHeader returns how many rows stand before the header, n without it, if the last
// comment before the data has a name for each column.
func markedHeader(s sniffed, n int) (int, bool) {
	behind := comments(s.rows)
	if behind == 0 || n > behind || behind == len(s.rows) {
		return n, false
	}
	row, rest := s.rows[behind-1], s.rows[behind:]
	if proof(block(rest)) {
		return behind, false
	}
	switch len(row.cells) {
	case s.width:
	case s.width - 1: // behind the last delimiter there is nothing
		for _, r := range rest {
			if len(r.cells) == s.width && strings.TrimSpace(r.cells[s.width-1]) != "" {
				return n, false
			}
		}
	default:
		return n, false
	}
	first := unmark(row.cells[0])
	if len(row.cells) < 2 || !areNames(append([]string{first}, trimmed(row.cells[1:])...)) {
		return n, false
	}
	return behind - 1, true
}

// unmark returns a name without the # before it.
func unmark(name string) string { return strings.TrimSpace(strings.TrimLeft(name, "#")) }

func trimmed(cells []string) []string {
	var list []string
	for _, c := range cells {
		list = append(list, strings.TrimSpace(c))
	}
	return list
}
