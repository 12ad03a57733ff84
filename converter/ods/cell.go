package ods

import (
	"bytes"

	"github.com/dynasette/dynasette/converter/internal/markup"
)

// A cell is what its start tag says.
type cell struct {
	kind    valueType
	of      valueType // that the attribute with the value is for
	value   []byte    // of that attribute
	string  bool      // the text is in an attribute
	fault   bool      // LibreOffice says that it is an error
	plain   bool      // LibreOffice says that it is text
	links   int       // how many of the row's are the cell's: 1 at most
	many    int       // how often it is there; 0 is 1
	right   int       // how many columns and rows it spans; 0 is 1
	down    int
	formula []byte
	style   []byte
}

// A valueType says what the value of a cell is.
type valueType uint8

const (
	typeNone valueType = iota
	typeNumber
	typeDate
	typeTime
	typeBoolean
	typeString
)

func parseType(b []byte) valueType {
	switch string(b) {
	case "float", "percentage", "currency":
		return typeNumber
	case "date":
		return typeDate
	case "time":
		return typeTime
	case "boolean":
		return typeBoolean
	case "string":
		return typeString
	}
	return typeNone
}

// usual is attributes for what most cells have, and 0 for the others.
func (s *scanner) usual(c *cell, pos int) (end int) {
	b := s.b[pos:]
	if bytes.HasPrefix(b, s.words) {
		c.kind, c.plain = typeString, true
		return pos + len(s.words)
	}
	if !bytes.HasPrefix(b, s.number) {
		return 0
	}
	value := b[len(s.number):]
	n := bytes.IndexByte(value, '"')
	if n < 0 || !bytes.HasPrefix(value[n:], s.numbered) {
		return 0
	}
	c.kind, c.of, c.value = typeNumber, typeNumber, value[:n]
	return pos + len(s.number) + n + len(s.numbered)
}

// attributes reads those of the start tag, from behind its name, and returns its end and whether
// it is an end tag, too.
func (s *scanner) attributes(c *cell, pos int) (end int, empty bool, err error) {
	b := s.b
	for {
		for pos < len(b) && b[pos] <= ' ' {
			pos++
		}
		if pos >= len(b) {
			return 0, false, markup.ErrUnclosed
		}
		switch b[pos] {
		case '>':
			return pos + 1, false, nil
		case '/':
			if pos+1 < len(b) && b[pos+1] == '>' {
				return pos + 2, true, nil
			}
			return 0, false, markup.ErrNotXML
		case '<':
			return 0, false, markup.ErrNotXML
		}
		n := bytes.IndexByte(b[pos:], '=')
		if n < 0 {
			return 0, false, markup.ErrUnclosed
		}
		name := b[pos : pos+n]
		pos += n + 1
		if pos < len(b) && b[pos] <= ' ' {
			pos += len(b[pos:]) - len(bytes.TrimLeft(b[pos:], " \t\r\n"))
		}
		if pos >= len(b) {
			return 0, false, markup.ErrUnclosed
		}
		quote := b[pos]
		if quote != '"' && quote != '\'' {
			return 0, false, markup.ErrNotXML
		}
		pos++
		if n = bytes.IndexByte(b[pos:], quote); n < 0 {
			return 0, false, markup.ErrUnclosed
		}
		s.attribute(c, name, b[pos:pos+n])
		pos += n + 1
	}
}

// attribute takes one.
func (s *scanner) attribute(c *cell, name, value []byte) {
	local := name
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		local = name[i+1:]
	}
	if n := len(local); n > 0 && local[n-1] <= ' ' {
		local = bytes.TrimRight(local, " \t\r\n")
	}
	switch string(local) {
	case "value-type":
		if n := len(s.names.ext); n > 0 && len(name) > n && string(name[:n]) == s.names.ext {
			c.fault, c.plain = string(value) == "error", string(value) == "string"
			return
		}
		c.kind = parseType(value)
	case "value":
		c.of, c.value = typeNumber, value
	case "date-value":
		c.of, c.value = typeDate, value
	case "time-value":
		c.of, c.value = typeTime, value
	case "boolean-value":
		c.of, c.value = typeBoolean, value
	case "string-value":
		c.of, c.value, c.string = typeString, value, true
	case columnsRepeated:
		c.many = times(value)
	case "number-columns-spanned":
		c.right = times(value)
	case "number-rows-spanned":
		c.down = times(value)
	case "formula":
		c.formula = value
		if c.formula == nil {
			c.formula = []byte{}
		}
	case "style-name":
		c.style = value
	}
}
