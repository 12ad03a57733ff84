package json

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A cutter looks for the places between a list's elements without validating them: it only
// knows strings and brackets. Text that is not JSON may be cut anywhere; whoever reads the
// pieces finds that they are not.
type cutter struct {
	pos      int // up to where it has looked
	depth    int // 0 between the list's elements
	inString bool
	last     int // behind the last comma between elements, or value; 0 if there was none
	count    int // of these commas
	most     int // how many of them are enough; 0: none
	line     int // behind the last line break between values; 0 if there was none
}

// What a byte outside strings means to a cutter.
const (
	classOther = iota
	classQuote
	classOpen
	classClose
	classComma
	classSpace
)

var classes = [256]byte{
	'"': classQuote, '{': classOpen, '[': classOpen, '}': classClose, ']': classClose,
	',': classComma, ' ': classSpace, '\n': classSpace, '\r': classSpace, '\t': classSpace,
}

// maxRows is how many elements or lines a chunk has at most, however short they are: each is
// a row, and rows with many columns are longer than what they were made of.
const maxRows = 4096

// list goes on through w, which begins in a list, and returns the position of the bracket
// that closes it, or -1 if that has not come yet, or there are enough elements for a chunk.
func (c *cutter) list(w []byte) int {
	p, depth := c.pos, c.depth
	if c.inString {
		p = c.str(w, p)
	}
	for p < len(w) && !c.inString {
		switch classes[w[p]] {
		case classQuote:
			p = c.str(w, p+1)
			continue
		case classOpen:
			depth++
		case classClose:
			if depth--; depth < 0 {
				c.pos, c.depth = p, 0
				return p
			}
		case classComma:
			if depth == 0 {
				c.last = p + 1
				if c.count++; c.count == c.most {
					c.pos, c.depth = p+1, depth
					return -1
				}
			}
		}
		p++
	}
	c.pos, c.depth = p, depth
	return -1
}

// values goes on through w, which is values one after another, and notes the places behind
// the last one that is whole.
func (c *cutter) values(w []byte) {
	p, depth := c.pos, c.depth
	if c.inString {
		p = c.str(w, p)
	}
	for p < len(w) && !c.inString {
		switch classes[w[p]] {
		case classQuote:
			p = c.str(w, p+1)
			continue
		case classOpen:
			depth++
		case classClose:
			if depth--; depth <= 0 {
				depth = 0
				c.last = p + 1
			}
		case classSpace:
			if depth == 0 {
				c.last = p + 1
				if w[p] == '\n' {
					c.line = p + 1
				}
			}
		}
		p++
	}
	c.pos, c.depth = p, depth
}

// value goes on through w, which begins with a value, and returns its end, or -1 if that
// has not come yet.
func (c *cutter) value(w []byte) int {
	if len(w) == 0 {
		return -1
	}
	switch classes[w[0]] {
	case classOpen:
		c.pos = max(c.pos, 1)
		if end := c.list(w); end >= 0 {
			return end + 1
		}
	case classQuote:
		c.pos = c.str(w, max(c.pos, 1))
		if !c.inString {
			return c.pos
		}
	default:
		for c.pos = max(c.pos, 1); c.pos < len(w); c.pos++ {
			if classes[w[c.pos]] != classOther {
				return c.pos
			}
		}
	}
	return -1
}

// str goes to behind the closing quote of a string, or if w ends before it to where to go
// on.
func (c *cutter) str(w []byte, p int) int {
	c.inString = true
	for p < len(w) {
		if p+8 <= len(w) {
			x := binary.LittleEndian.Uint64(w[p:])
			q, b := x^ones*'"', x^ones*'\\'
			m := ((q-ones)&^q | (b-ones)&^b) & highs
			if m == 0 {
				p += 8
				continue
			}
			p += bits.TrailingZeros64(m) >> 3
		}
		switch w[p] {
		case '"':
			c.inString = false
			return p + 1
		case '\\':
			if p+1 >= len(w) {
				return p
			}
			p++
		}
		p++
	}
	return p
}

// lines returns the place behind the last line of w where a value ends, or 0 if there is
// none. A value may go on over several lines, though few do: a line that begins with
// anchor, as the first one did, is taken for the beginning of one. Brackets are counted
// where no line does, in no more than most bytes: something is broken if they don't match
// by then.
func (c *cutter) lines(w []byte, anchor byte, most int) int {
	if bytes.Count(w, []byte{'\n'}) > maxRows {
		end := 0
		for range maxRows {
			end += bytes.IndexByte(w[end:], '\n') + 1
		}
		w = w[:end]
	}
	if i := bytes.LastIndex(w, []byte{'\n', anchor}); i >= 0 {
		return i + 1
	}
	if c.values(w); c.line > 0 || len(w) < most {
		return c.line
	}
	return bytes.LastIndexByte(w, '\n') + 1
}
