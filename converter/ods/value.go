package ods

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// value returns what a cell holds that shows a text, and false if it holds nothing.
func (s *scanner) value(c *cell, text []byte) (sheets.Cell, bool) {
	if c.kind == typeNone {
		c.kind = c.of
	}
	if c.kind != c.of && c.kind != typeString {
		c.value = nil // it belongs to another type
	}
	if c.fault || isError(text) && (c.kind == typeNumber || c.formula != nil && c.kind == typeString && !c.plain) {
		if len(text) == 0 {
			text = []byte("Err")
		}
		return sheets.Cell{Kind: sheets.Error, Value: text}, true
	}
	if c.kind != typeString && len(c.value) > 0 {
		value := sheets.TrimSpace(c.value)
		switch c.kind {
		case typeNumber:
			if s.extended && len(value) > maxDigits && bytes.IndexByte(value, '.') >= 0 {
				if f, err := strconv.ParseFloat(string(value), 64); err == nil {
					return s.float(f, styleNumber), true
				}
			}
			return sheets.Cell{Kind: sheets.Number, Value: value}, true
		case typeBoolean:
			return sheets.Cell{Kind: sheets.Bool, Value: value}, true
		case typeDate:
			return s.date(c, value), true
		case typeTime:
			if days, ok := parseDuration(value); ok {
				return s.float(days, styleDuration), true
			}
			text = value // no time that there is
		}
	}
	if c.string && c.kind == typeString && c.of == typeString {
		from := len(s.scratch)
		s.scratch = markup.AppendText(s.scratch, c.value)
		text = s.scratch[from:len(s.scratch):len(s.scratch)]
	}
	switch {
	case len(text) > 0 || c.kind == typeString:
		return sheets.Cell{Kind: sheets.Text, Value: text}, true
	case c.formula != nil:
		return sheets.Cell{Kind: sheets.Missing}, true
	}
	return sheets.Cell{}, false
}

// maxDigits is how many digits a double has that is spelled out.
const maxDigits = 17

// float returns a cell with a number.
func (s *scanner) float(f float64, style int32) sheets.Cell {
	from := len(s.scratch)
	s.scratch = binary.LittleEndian.AppendUint64(s.scratch, math.Float64bits(f))
	return sheets.Cell{Kind: sheets.Float, Style: style, Value: s.scratch[from:len(s.scratch):len(s.scratch)]}
}

// hyperlink returns where a formula leads; see sheets.Hyperlink.
func hyperlink(formula []byte) (string, bool) {
	_, call, ok := bytes.Cut(formula, []byte("=")) // behind the name of its language: of:=…
	if !ok || !sheets.IsHyperlink(call) {
		return "", false
	}
	return sheets.Hyperlink(markup.AppendText(nil, call))
}

// isError reports whether a text is what programs show for an error.
func isError(text []byte) bool {
	if len(text) < 4 || text[0] != '#' && text[0] != 'E' {
		return false
	}
	switch string(text) {
	case "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA":
		return true
	}
	code, ok := bytes.CutPrefix(text, []byte("Err:"))
	return ok && len(code) == 3 && '0' <= code[0] && code[0] <= '9'
}

// midnight is the time of a date that has none.
const midnight = "T00:00:00"

// date returns a date as it is spelled, with midnight if its format shows the time, and without it
// if that shows none.
func (s *scanner) date(c *cell, value []byte) sheets.Cell {
	d := sheets.Cell{Kind: sheets.Date, Value: value}
	t := bytes.IndexByte(value, 'T')
	switch {
	case t >= 0 && string(value[t:]) != midnight:
		d.Value = s.rounded(value)
	case len(s.styles.timed) > 0:
		timed, known := s.styles.timed[string(s.styleOf(c))]
		switch {
		case t >= 0 && known && !timed:
			d.Style = styleDate
		case t < 0 && timed:
			from := len(s.scratch)
			s.scratch = append(append(s.scratch, value...), midnight...)
			d.Value = s.scratch[from:len(s.scratch):len(s.scratch)]
		}
	}
	return d
}

// rounded returns a date and time without what is finer than a spreadsheet counts.
func (s *scanner) rounded(value []byte) []byte {
	const fine = 6
	point := bytes.IndexByte(value, '.')
	if point < 0 || len(value)-point-1 <= fine {
		return value
	}
	fraction, err := strconv.ParseFloat(string(value[point:]), 64)
	if err != nil {
		return value // a time zone, or no date
	}
	ms := int(math.Round(fraction * 1000))
	if ms == 1000 {
		ms-- // rather than another second
	}
	from := len(s.scratch)
	s.scratch = append(s.scratch, value[:point+1]...)
	s.scratch = append(s.scratch, byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	return s.scratch[from:len(s.scratch):len(s.scratch)]
}

// styleOf returns the style of a cell, which may be that of its row or its column.
func (s *scanner) styleOf(c *cell) []byte {
	if c.style != nil {
		return c.style
	}
	if s.style != nil {
		return s.style
	}
	for _, of := range s.table.columns {
		if s.col <= of.to {
			return []byte(of.style)
		}
	}
	return nil
}

// maxDays is how many days a time may have that can be meant: more than a spreadsheet counts.
const maxDays = 366_000

// parseDuration returns how many days a duration of XML Schema has, as in PT30H15M00S. Years and
// months are none of a known length.
func parseDuration(b []byte) (days float64, ok bool) {
	sign := 1.0
	if len(b) > 0 && b[0] == '-' {
		sign, b = -1, b[1:]
	}
	if len(b) < 3 || b[0] != 'P' {
		return 0, false
	}
	seconds, time := 0.0, false
	for b = b[1:]; len(b) > 0; {
		if b[0] == 'T' && !time {
			time, b = true, b[1:]
			continue
		}
		n := 0
		for n < len(b) && (b[n] == '.' || '0' <= b[n] && b[n] <= '9') {
			n++
		}
		if n == 0 || n == len(b) || n > 20 {
			return 0, false
		}
		v, err := strconv.ParseFloat(string(b[:n]), 64)
		if err != nil {
			return 0, false
		}
		switch unit := b[n]; {
		case unit == 'D' && !time:
			v *= 24 * 60 * 60
		case unit == 'H' && time:
			v *= 60 * 60
		case unit == 'M' && time:
			v *= 60
		case unit == 'S' && time:
		default:
			return 0, false
		}
		seconds += v
		b = b[n+1:]
	}
	days = sign * seconds / (24 * 60 * 60)
	return days, math.Abs(days) < maxDays
}
