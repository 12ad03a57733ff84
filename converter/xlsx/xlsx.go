// Package xlsx converts Excel workbooks: Office Open XML, .xlsx and its kin, in its
// transitional and its strict form (ISO/IEC 29500, ECMA-376).
//
// Each visible sheet with cells is a table named after the sheet; a workbook with only one,
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
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A Converter reads workbooks. Its fields are options; the zero value is right for most.
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
	readers := make([]*sheetReader, len(sheets))
	names := tableNames{stem: in.Stem(), only: len(sheets) == 1}
	tables := 0
	for i, known := range recall(out.Recall(lessonsKey), len(sheets)) {
		options := out.Under(c, names.unnumbered(sheets[i])).(Converter)
		r := &sheetReader{book: book, sheet: sheets[i], options: options, known: known, hints: options.hints()}
		r.hints.merged = known.merged()
		readers[i] = r
		err := r.read(ctx, func(l *lane) *converter.Table {
			return out.Table(names.of(r.sheet, &l.region, len(r.lanes) > 1), l.columns()...)
		}, out.Wait)
		if err != nil {
			return fmt.Errorf("sheet %q: %w", r.sheet.name, err)
		}
		if tables += len(r.lanes); tables > book.limits.Tables {
			return fmt.Errorf("%w: more than %d tables", converter.ErrLimit, book.limits.Tables)
		}
		r.describe(out)
	}
	describeOptions(out, readers)
	if err := out.Wait(); err != nil {
		return err
	}
	for _, r := range readers {
		if err := r.finish(ctx); err != nil {
			return fmt.Errorf("sheet %q: %w", r.sheet.name, err)
		}
	}
	if text := learn(readers); text != "" {
		return out.Again(lessonsKey, text)
	}
	for _, r := range readers {
		r.report(out, len(readers) == 1)
	}
	return nil
}

// choose returns the sheets to read, and says why the others are not.
func (c Converter) choose(ctx context.Context, book *workbook, out *converter.Writer) ([]sheet, error) {
	for _, name := range c.Sheets {
		if !slices.ContainsFunc(book.sheets, func(s sheet) bool { return s.name == name }) {
			return nil, fmt.Errorf("%w: there is no sheet %q", converter.ErrUnsupported, name)
		}
	}
	var chosen []sheet
	var missing error
	var hidden []string
	of := make(map[string]string) // the sheet of a part
	for _, s := range book.sheets {
		why := ""
		switch {
		case len(c.Sheets) > 0 && !slices.Contains(c.Sheets, s.name):
			why = "not asked for"
		case s.kind != "worksheet":
			why = "a " + s.kind
		case s.state != "visible" && len(c.Sheets) == 0:
			why = s.state
			hidden = append(hidden, s.name)
			out.Report(converter.Finding{Code: "sheet-hidden", Sheet: s.name, Message: "a hidden sheet is left out", Try: []string{"--sheet", s.name}})
		case !book.has(s.part):
			why = "missing"
			err := fmt.Errorf("%w: sheet %q: the part %s is missing", converter.ErrCorrupt, s.name, cmp.Or(s.part, "that it refers to"))
			if len(c.Sheets) > 0 {
				return nil, err
			}
			missing = cmp.Or(missing, err)
			out.Report(converter.Finding{Code: "sheet-missing", Severity: converter.Loss, Sheet: s.name,
				Message: "a sheet is skipped: the workbook lists it, but does not have it"})
		case of[partKey(s.part)] != "":
			return nil, fmt.Errorf("%w: the sheets %q and %q are one part, %s", converter.ErrCorrupt, of[partKey(s.part)], s.name, s.part)
		default:
			of[partKey(s.part)] = s.name
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
		if chosen = append(chosen, s); len(chosen) > book.limits.Tables {
			return nil, fmt.Errorf("%w: more than %d sheets", converter.ErrLimit, book.limits.Tables)
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen, nil
	case missing != nil:
		return nil, missing
	case len(hidden) > 0:
		return nil, fmt.Errorf("%w: all sheets with cells are hidden: ask for one by its name (--sheet %q)", converter.ErrUnsupported, hidden[0])
	}
	return nil, fmt.Errorf("no sheet has cells: %w", converter.ErrEmpty)
}

// hints returns what is asked for of the layout.
func (c Converter) hints() hints {
	h := hints{header: max(c.Header, -1), why: "as asked for"}
	if c.Header > 0 && len(c.HeaderRows) > 1 {
		h.rows, h.join = c.HeaderRows, c.HeaderJoin
	}
	return h
}

// describe records where the sheet's tables are.
func (s *sheetReader) describe(out *converter.Writer) {
	l := s.lanes[0]
	value := "no header"
	if l.header > 0 {
		value = "header in row " + strconv.Itoa(l.header)
	}
	why := l.why
	if len(s.lanes) > 1 {
		var list []string
		for _, l := range s.lanes {
			list = append(list, l.bounds().String())
		}
		value = "tables at " + strings.Join(list, ", ")
		if !l.declared {
			why = "blank rows or columns between them, and names above values"
		}
	}
	out.Describe("sheet "+s.sheet.name, value, why)
}

// report says to people what they should know of the sheet, once it is read.
func (s *sheetReader) report(out *converter.Writer, only bool) {
	for _, f := range s.total.findings(s.sheet.name, s.options.SkipHidden) {
		out.Report(f)
	}
	guessed := []string{}
	for _, l := range s.lanes {
		for _, f := range l.hiddenFindings() {
			out.Report(f)
		}
		if !l.declared {
			guessed = append(guessed, l.bounds().String())
		}
	}
	if len(s.lanes) > 1 && len(guessed) > 0 {
		f := converter.Finding{Code: "tables-on-sheet", Severity: converter.Doubt, Sheet: s.sheet.name, Example: strings.Join(guessed, ", "),
			Message: "the sheet is taken for several tables"}
		if only && s.lanes[0].header > 0 {
			f.Try = []string{"--skip", strconv.Itoa(s.lanes[0].header - 1)}
		}
		out.Report(f)
	}
	if s.inside > 0 {
		out.Report(converter.Finding{Code: "links-inside", Sheet: s.sheet.name, Count: int64(s.inside),
			Message: "a link to a place in the workbook itself is not kept"})
	}
}
