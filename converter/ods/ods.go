// Package ods converts OpenDocument spreadsheets, versions 1.0 to 1.3 (ISO/IEC 26300): packed in a
// zip archive (.ods, .ots), or flat, as one XML document (.fods).
//
// Each visible sheet with cells is a table, named and found as those of Excel workbooks are; see
// package xlsx, whose rules for tables, headers, merged and hidden cells hold here, too. A named
// database range is a table that the workbook declares.
//
// # Values
//
// A cell is what it is stored as, whatever it looks like: numbers, percentages and amounts of
// money are numbers (12 % is 0.12), INTEGER if whole and REAL if not. Dates are ISO 8601 text as
// they are spelled, with the time if they have one or their format shows one; finer than
// microseconds, which only arithmetic gives, they are rounded to milliseconds. Times are
// hours, minutes and seconds, 30:15:00. Booleans are 1 and 0. Text is its paragraphs, with line
// ends between them; a run of spaces stays as it is, and white space with a line end in it is one
// space. Notes are no part of it. Formulas give their stored result. Errors, such as #N/A or
// Err:502, and formulas without a result are NULL, which is found. If links lead to what their
// cells don't show, the column NAME_url has where.
//
// A row or a cell that is said once for many is that many. What was deleted, and is kept as a
// tracked change, is left out.
//
// # Reading
//
// All sheets are in one part, which is read by a scanner of bytes: once to find where they are,
// and then each in chunks of rows that are parsed in parallel. A sheet is read where the one
// before it ended, so that many of them take no longer than one. A document is untrusted: see
// [Limits].
package ods

import (
	"context"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A Reading says which sheets are read, and how.
type Reading = sheets.Reading

// A Converter reads spreadsheets. Its fields are options; the zero value is right for most.
type Converter struct {
	Reading
	Limits Limits
}

// Convert makes a table of each sheet.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	d, err := open(in, c.Limits.withDefaults())
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.outline(ctx); err != nil {
		return err
	}
	return d.book().Convert(ctx, out, in.Stem(), c.Reading, func(table string) Reading {
		return out.Under(c, table).(Converter).Reading
	})
}

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option { return c.List() }

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	c.Reading, err = c.Reading.With(name, value)
	return c, err
}
