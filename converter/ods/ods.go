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

// A Converter reads spreadsheets. Its fields are options; the zero value is right for most.
type Converter struct {
	Sheets     []string // only these, hidden ones too; empty is all that are visible
	Header     int      // number of the row with the column names on every sheet; 0 finds it, negative: there is none
	HeaderRows []int    // numbers of several such rows, the last of which is Header; empty: that one
	HeaderJoin string   // between the names of several rows; "" is a space
	FillMerged bool     // each of the cells that are merged into one has its value
	SkipHidden bool     // hidden rows and columns are left out
	Limits     Limits
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
	return d.book().Convert(ctx, out, in.Stem(), c.asked(), func(table string) sheets.Options {
		return out.Under(c, table).(Converter).asked()
	})
}

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option { return c.asked().List() }

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	o, err := c.asked().With(name, value)
	if err != nil {
		return nil, err
	}
	return Converter{o.Sheets, o.Header, o.HeaderRows, o.HeaderJoin, o.FillMerged, o.SkipHidden, c.Limits}, nil
}

// asked returns what is asked for of the sheets.
func (c Converter) asked() sheets.Options {
	return sheets.Options{Sheets: c.Sheets, Header: c.Header, HeaderRows: c.HeaderRows, HeaderJoin: c.HeaderJoin,
		FillMerged: c.FillMerged, SkipHidden: c.SkipHidden}
}
