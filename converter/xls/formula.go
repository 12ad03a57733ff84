package xls

import (
	"encoding/binary"

	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// The record of a formula: row, column, style, result, flags, what Excel keeps of its calculation, and
// from 20 on, behind its length, the formula, in reverse Polish notation ([MS-XLS] 2.4.127).
const (
	resultAt  = 6
	flagsAt   = 14
	chainAt   = 16
	lengthAt  = 20
	formulaAt = 22
)

// calculate is a flag that programs set which don't calculate: the result is to be found when the
// workbook is opened.
const calculate = 1 << 1

// What a result is that is no number, as its first byte says; its last two are 0xff.
const (
	resultText = iota // which follows
	resultBool
	resultError
	resultBlank // a text of no characters
)

// isNumber reports whether the result of a formula is a number.
func isNumber(b []byte) bool { return b[resultAt+6] != 0xff || b[resultAt+7] != 0xff }

// blank reports whether the result of a formula is what programs write that don't know it: 0, to be
// calculated, or no text, and no place in the order in which Excel has calculated.
func blank(b []byte) bool {
	if isNumber(b) {
		return b[flagsAt]&calculate != 0 && binary.LittleEndian.Uint64(b[resultAt:]) == 0
	}
	return b[resultAt] == resultBlank && binary.LittleEndian.Uint32(b[chainAt:]) == 0
}

// formula fills in the result of a formula, and notes where it leads.
func (s *rowScanner) formula(c *sheets.Cell, b []byte) error {
	if len(b) < lengthAt {
		return errCut
	}
	if len(b) >= formulaAt {
		parsed := b[formulaAt:]
		parsed = parsed[:min(len(parsed), int(binary.LittleEndian.Uint16(b[lengthAt:])))]
		if target := s.book.hyperlink(parsed); target != "" {
			s.Links = append(s.Links, sheets.CellLink{Col: c.Col, Target: target})
		}
	}
	result := b[resultAt : resultAt+8]
	switch {
	case blank(b) && !s.results:
		c.Kind = sheets.Missing
	case isNumber(b):
		c.Kind, c.Value = sheets.Float, result
	case result[0] == resultText:
		c.Kind = sheets.Missing
		if id, ok := s.peek(); ok && id == idString {
			var err error
			c.Kind, c.Value, err = s.text(s.take())
			return err
		}
	case result[0] == resultBool, result[0] == resultError:
		c.Kind, c.Value = boolOrError(result[0] == resultError, result[2])
	case result[0] == resultBlank:
		c.Kind = sheets.Text
	default:
		c.Kind = sheets.Missing
	}
	return nil
}
