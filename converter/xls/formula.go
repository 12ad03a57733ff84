package xls

import (
	"encoding/binary"

	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// The record of a formula: row, column, style, result, flags, and from 20 on, behind its length,
// the formula, in reverse Polish notation ([MS-XLS] 2.4.127).
const (
	resultAt  = 6
	flagsAt   = 14
	lengthAt  = 20
	formulaAt = 22
)

// calculate is a flag that programs set which don't calculate: the result is to be found when the
// workbook is opened. What they write for it is 0.
const calculate = 1 << 1

// unknown reports whether the result of a formula may be none: it is 0, and to be calculated.
func unknown(b []byte) bool {
	return b[flagsAt]&calculate != 0 && binary.LittleEndian.Uint64(b[resultAt:]) == 0
}

// hasResult reports whether the program that wrote a formula with that flag knew a result other
// than 0.
func hasResult(b []byte) bool {
	return len(b) >= lengthAt && b[flagsAt]&calculate != 0 && !unknown(b)
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
	if result[6] != 0xff || result[7] != 0xff {
		c.Kind, c.Value = sheets.Float, result
		if unknown(b) && !s.results {
			c.Kind, c.Value = sheets.Missing, nil
		}
		return nil
	}
	switch result[0] {
	case 0: // text, which follows
		c.Kind = sheets.Missing
		if id, ok := s.peek(); ok && id == idString {
			var err error
			c.Kind, c.Value, err = s.text(s.take())
			return err
		}
	case 1, 2:
		c.Kind, c.Value = boolOrError(result[0] == 2, result[2])
	case 3: // a text of no characters
		c.Kind = sheets.Text
	default:
		c.Kind = sheets.Missing
	}
	return nil
}
