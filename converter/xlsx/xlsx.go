// Package xlsx converts Excel workbooks: Office Open XML, .xlsx and its kin, in its
// transitional and its strict form (ISO/IEC 29500, ECMA-376).
//
// Each visible sheet with cells is a table named after the sheet; a workbook with only one,
// whose name is a program's default such as Sheet1, gives a table named after the file.
//
// # Values
//
// Numbers are INTEGER if whole and REAL if not, whatever their format shows: 12 % is 0.12.
// A number whose format is a date is ISO 8601 text: 2024-02-29, 13:14:15 or
// 2024-02-29T13:14:15, with milliseconds if there are any. Dates before 1900-03-01 are those
// that Excel shows, so there is a 1900-02-29. Elapsed time ([h]:mm) is hours, minutes and
// seconds, 30:15:00. Booleans are 1 and 0. Text stays text. Formulas give their stored
// result. Errors such as #N/A and formulas without a result are NULL and counted in the
// warnings.
//
// # Where the table is
//
// The row with the column names is the one that the workbook declares as a table's header,
// if it has one such table on the sheet, or else the first row that is as wide as the rows
// below it and holds no values. Titles and notes above it go to the facts of the document.
// Merged cells name all columns that they span. Rows without cells are left out. Cells
// beside the table go to the column _extra.
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
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A Converter reads workbooks. Its fields are options; the zero value is right for most.
type Converter struct {
	Sheets []string // only these, hidden ones too; empty is all that are visible
	Header int      // number of the row with the column names on every sheet; 0 finds it, negative: there is none
	Limits Limits
}

// Convert makes a table of each sheet.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if err := refuseLegacy(in); err != nil {
		return err
	}
	parts, err := openContainer(in, c.Limits.withDefaults())
	if err != nil {
		return err
	}
	book, err := openWorkbook(parts)
	if err != nil {
		return err
	}
	sheets, err := c.choose(ctx, book, out)
	if err != nil {
		return err
	}
	if len(sheets) == 0 {
		return fmt.Errorf("no sheet has cells: %w", converter.ErrEmpty)
	}
	merged := recallMerged(out.Recall(mergedKey))
	names := tableNames(sheets, in.Stem())
	readers := make([]*sheetReader, len(sheets))
	for i, s := range sheets {
		r := &sheetReader{book: book, sheet: s}
		readers[i] = r
		if r.hints, err = c.hints(book, s); err != nil {
			return err
		}
		if i < len(merged) {
			r.hints.merged = merged[i]
		}
		err := r.read(ctx, func(l *layout) *converter.Table {
			describe(out, s.name, l)
			r.option = r.headerOption()
			return out.Table(names[i], l.names...)
		})
		if err != nil {
			return fmt.Errorf("sheet %q: %w", s.name, err)
		}
	}
	describeOptions(out, readers)
	if text := learnMerged(readers); text != out.Recall(mergedKey) {
		return out.Again(mergedKey, text)
	}
	if err := out.Wait(); err != nil {
		return err
	}
	for _, r := range readers {
		for _, f := range r.total.findings(r.sheet.name) {
			out.Report(f)
		}
	}
	return nil
}

// choose returns the sheets to read, and says why the others are not.
func (c Converter) choose(ctx context.Context, book *workbook, out *converter.Writer) ([]sheet, error) {
	var chosen []sheet
	for _, name := range c.Sheets {
		if !slices.ContainsFunc(book.sheets, func(s sheet) bool { return s.name == name }) {
			return nil, fmt.Errorf("%w: there is no sheet %q", converter.ErrUnsupported, name)
		}
	}
	for _, s := range book.sheets {
		why := ""
		switch {
		case len(c.Sheets) > 0 && !slices.Contains(c.Sheets, s.name):
			why = "not asked for"
		case s.kind != "worksheet":
			why = "a " + s.kind
		case s.state != "visible" && len(c.Sheets) == 0:
			why = s.state
		default:
			has, err := book.hasCells(ctx, s)
			if err != nil {
				return nil, fmt.Errorf("sheet %q: %w", s.name, err)
			}
			if !has {
				why = "no cells"
			}
		}
		if why != "" {
			out.Describe("sheet "+s.name, "left out", why)
			continue
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// hints returns what is known of the sheet's layout without looking at its cells.
func (c Converter) hints(book *workbook, s sheet) (hints, error) {
	switch {
	case c.Header > 0:
		return hints{header: c.Header, why: "as asked for"}, nil
	case c.Header < 0:
		return hints{header: -1, why: "as asked for"}, nil
	}
	return book.declaredTable(s)
}

// describe records where the sheet's table is.
func describe(out *converter.Writer, sheet string, l *layout) {
	value := "no header"
	if l.header > 0 {
		value = "header in row " + strconv.Itoa(l.header)
	}
	out.Describe("sheet "+sheet, value, l.why)
	if len(l.skipped) > 0 {
		out.Describe("above the table in "+sheet, strings.Join(l.skipped, "\n"), "not part of the table")
	}
}

// mergedKey is under what the second run finds the merged cells, which stand behind the
// rows in a sheet and yet decide what the columns are called.
const mergedKey = "merged cells"

// learnMerged returns what the next run should know, a line for each sheet. It is what
// this run knew if there is nothing to learn.
func learnMerged(readers []*sheetReader) string {
	var b strings.Builder
	for _, r := range readers {
		for _, m := range r.learnt {
			fmt.Fprintf(&b, "%d %d %d %d ", m.top, m.left, m.bottom, m.right)
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}

// recallMerged reads what learnMerged wrote.
func recallMerged(text string) [][]cellRange {
	var sheets [][]cellRange
	for line := range strings.SplitSeq(text, "\n") {
		var ranges []cellRange
		fields := strings.Fields(line)
		for ; len(fields) >= 4; fields = fields[4:] {
			var n [4]int
			for i := range n {
				n[i], _ = strconv.Atoi(fields[i])
			}
			ranges = append(ranges, cellRange{n[0], n[1], n[2], n[3]})
		}
		sheets = append(sheets, ranges)
	}
	return sheets
}
