// Package xlsx converts Excel workbooks: Office Open XML, .xlsx and its kin, in its
// transitional and its strict form (ISO/IEC 29500, ECMA-376).
//
// markup.Each visible sheet with cells is a table named after the sheet; a workbook with only one,
// whose name is a program's default such as Sheet1, gives a table named after the file. If
// the workbook declares several tables on a sheet, each is one, under its own name.
//
// # Values
//
// Numbers are INTEGER if whole and REAL if not, whatever their format shows: 12 % is 0.12.
// A number whose format is a date is ISO 8601 text: 2024-02-29, 13:14:15 or
// 2024-02-29T13:14:15, with milliseconds if there are any. Dates before 1900-03-01 are those
// that Excel shows, so there is a 1900-02-29. Elapsed time ([h]:mm) is hours, minutes and
// seconds, 30:15:00. Booleans are 1 and 0. Text stays text. Formulas give their stored
// result. Errors such as #N/A and formulas without a result are NULL, which is found. If links
// lead to what their cells don't show, the column NAME_url has where.
//
// # Where the tables are
//
// Tables that the workbook declares are where it says, but for their row of totals. If there
// are none, the row with the column names is the first row that is as wide as the rows below
// it and holds no values. Merged cells name all columns that they span. Rows without cells are
// left out. Cells beside the table go to the column _extra.
//
// A sheet has several tables if blank rows are between them, and each begins with a full row
// of names above values; or if blank columns are, and the tables begin in different rows or
// one is more than twice as long as the other. What only may be another table goes to _rejects,
// and so do titles, notes, totals, repeated headers, and all else that lies outside of the
// tables.
//
// # Reading
//
// The parts that hold the data, the sheets and the shared strings, are read by a scanner of
// bytes, in chunks that are parsed in parallel, and only the shared strings are kept in
// memory. The small parts are read by the same scanner: a library for workbooks would unpack
// every part before it tells anything, to memory or to a temporary file. A workbook is
// untrusted: see [Limits].
package xlsx

import (
	"context"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/parts"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A Reading says which sheets are read, and how.
type Reading = sheets.Reading

// A Converter reads workbooks. Its fields are options; the zero value is right for most.
type Converter struct {
	Reading
	Limits Limits
}

// Convert makes a table of each sheet.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	limits := c.Limits.withDefaults()
	archive, err := parts.Open(in, parts.Limits{Size: limits.Size, Ratio: limits.Ratio, Entries: limits.Entries})
	if err != nil {
		return err
	}
	book, err := openWorkbook(&container{archive, limits})
	if err != nil {
		return err
	}
	return book.book().Convert(ctx, out, in.Stem(), c.Reading, func(table string) Reading {
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
