package sheets

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// A Range is a rectangle of cells; rows are 1-based, columns 0-based.
type Range struct{ Top, Left, Bottom, Right int }

// ParseRange reads a reference such as A1:C3.
func ParseRange(s string) (Range, bool) {
	from, to, two := strings.Cut(s, ":")
	if !two {
		to = from
	}
	left, top, ok := parseRef(from)
	right, bottom, ok2 := parseRef(to)
	return Range{top, left, bottom, right}, ok && ok2 && top <= bottom && left <= right
}

func parseRef(s string) (col, row int, ok bool) {
	c, ok := ParseColumn([]byte(s))
	row, okRow := ParseIndex([]byte(strings.TrimLeft(s, "$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")))
	return int(c), row, ok && okRow
}

// cellName spells the name of a cell: A1.
func cellName(row, col int) string { return columnName(col) + strconv.Itoa(row) }

// columnName spells the name of a column: A.
func columnName(col int) string {
	var name []byte
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = append(name, byte('A'+(n-1)%26))
	}
	slices.Reverse(name)
	return string(name)
}

// ParseColumn returns the 0-based column of a reference such as B7.
func ParseColumn(b []byte) (int32, bool) {
	n := int32(0)
	for i, c := range b {
		switch {
		case 'A' <= c && c <= 'Z':
			n = n*26 + int32(c-'A') + 1
		case 'a' <= c && c <= 'z':
			n = n*26 + int32(c-'a') + 1
		case c == '$':
		default:
			return n - 1, i > 0 && n > 0
		}
		if n > MaxColumns {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// ParseIndex reads a count or an index below a billion.
func ParseIndex(b []byte) (int, bool) {
	b = TrimSpace(b)
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// TrimSpace is [bytes.TrimSpace], and faster where there is none.
func TrimSpace(b []byte) []byte {
	if n := len(b); n == 0 || (b[0] > ' ' && b[n-1] > ' ') {
		return b
	}
	return bytes.TrimSpace(b)
}
