// Package xls converts Excel workbooks of before 2007: .xls, in the formats BIFF8 (Excel 97 to 2003)
// and BIFF5 (Excel 5 and 95), which lie in a compound file ([MS-XLS], [MS-CFB]), or on their own, as
// many scripts write them, and as the sheets of Excel 2 to 4 do.
//
// What becomes of values and where tables are is as package xlsx has it: the same workbook gives the
// same tables, whichever way it was saved. What is peculiar to these formats:
//
//   - Texts before BIFF8 are in the code page that the workbook names. If it names none, the encoding that
//     they look like is taken, which is said to be a guess.
//   - Rows may stand in any order. They are read in order all the same.
//   - Programs that don't calculate write no text for the result of a formula, or 0 and a flag. Where no
//     formula on a sheet has another result, none is taken to have one.
//   - Tables that Excel 2003 and later declare are found, named by the cells of their header.
//   - Charts, macros and dialogs are left out; a workbook that is encrypted is refused.
//
// The sheet is read from front to back, twice: first to learn what is hidden, merged and linked, which
// may stand anywhere, and then for its rows. Their records go on, as they are, to be decoded in
// parallel. Only the shared strings are kept in memory. A workbook is untrusted: see [Limits].
package xls

import (
	"cmp"
	"context"
	"fmt"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A Reading says which sheets are read, and how.
type Reading = sheets.Reading

// A Converter reads workbooks. Its fields are options; the zero value is right for most.
type Converter struct {
	Reading
	Encoding string // of texts before BIFF8; "" finds it
	Limits   Limits
}

// Limits against workbooks made to exhaust whoever opens them. A zero field is its default.
type Limits struct {
	Strings int64 // bytes of memory for the shared strings; 512 MiB
	Row     int   // bytes of the records of one row; 16 MiB
	Growth  int64 // bytes of text in a sheet's cells to bytes of its records, once they are 256 MiB; 64
	Tables  int   // tables; 2,000
}

func (l Limits) withDefaults() Limits {
	l.Strings = cmp.Or(l.Strings, 512<<20)
	l.Row = cmp.Or(l.Row, 16<<20)
	l.Growth = cmp.Or(l.Growth, 64)
	l.Tables = cmp.Or(l.Tables, 2000)
	return l
}

// Convert makes a table of each sheet.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	s, err := openStream(ctx, in)
	if err != nil {
		return err
	}
	encoding := c.Encoding
	if encoding != "" {
		if encoding, err = charset.Find(encoding, nil); err != nil {
			return fmt.Errorf("encoding %q: %w", c.Encoding, err)
		}
	}
	w, err := openWorkbook(s, encoding, c.Limits.withDefaults())
	if err != nil {
		return err
	}
	if err := w.findEncoding(out); err != nil {
		return err
	}
	return w.book().Convert(ctx, out, in.Stem(), c.Reading, func(table string) Reading {
		return out.Under(c, table).(Converter).Reading
	})
}

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return append(c.List(), plaintext.EncodingOption())
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if name == "encoding" {
		c.Encoding = value
		return c, plaintext.CheckEncoding(value)
	}
	var err error
	c.Reading, err = c.Reading.With(name, value)
	return c, err
}
