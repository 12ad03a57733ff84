package main

import "strconv"

// A kind is what a cell holds, and what all cells of its column do, blanks apart.
type kind byte

const (
	blank kind = iota
	integer
	decimal // number is scaled by 10^digits
	text
	boolean
	instant // text as in 2024-05-08T07:24:23Z, which other programs may spell another way
)

// A cell is a value of a row.
type cell struct {
	kind   kind
	number int64
	digits int
	text   string
}

func integerOf(n int) cell { return cell{kind: integer, number: int64(n)} }
func textOf(s string) cell { return cell{kind: text, text: s} }

func decimalOf(scaled, digits int) cell {
	return cell{kind: decimal, number: int64(scaled), digits: digits}
}

func booleanOf(yes bool) cell {
	if yes {
		return cell{kind: boolean, number: 1}
	}
	return cell{kind: boolean}
}

// appendNumber spells a number, with all of its digits.
func (c cell) appendNumber(b []byte) []byte {
	if c.digits == 0 {
		return strconv.AppendInt(b, c.number, 10)
	}
	n, start := c.number, len(b)
	if n < 0 {
		b, n, start = append(b, '-'), -n, start+1
	}
	b = strconv.AppendInt(b, n, 10)
	for len(b)-start <= c.digits { // a digit before the point
		b = append(b, 0)
		copy(b[start+1:], b[start:])
		b[start] = '0'
	}
	b = append(b, 0)
	point := len(b) - 1 - c.digits
	copy(b[point+1:], b[point:])
	b[point] = '.'
	return b
}
