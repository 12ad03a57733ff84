package sheets

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Convert makes tables of the sheets. stem is the name of the file without its extension; under
// returns the options for the sheet whose table has a name, see [converter.Writer.Under].
func (b *Book) Convert(ctx context.Context, out *converter.Writer, stem string, o Reading, under func(table string) Reading) error {
	limited := *b
	limited.Limits = b.Limits.withDefaults()
	b = &limited
	sheets, err := b.choose(ctx, o, out)
	if err != nil {
		return err
	}
	readers := make([]*sheetReader, len(sheets))
	names := tableNames{stem: stem, only: len(sheets) == 1}
	tables := 0
	for i, known := range recall(out.Recall(lessonsKey), len(sheets)) {
		options := under(names.unnumbered(sheets[i]))
		r := &sheetReader{book: b, sheet: sheets[i], options: options, known: known, hints: options.hints()}
		r.hints.merged = known.merged()
		readers[i] = r
		err := r.read(ctx, func(l *lane) *converter.Table {
			return out.Table(names.of(r.sheet, &l.region, len(r.lanes) > 1), l.columns()...)
		}, out.Wait)
		if err != nil {
			return fmt.Errorf("sheet %q: %w", r.sheet.Name, err)
		}
		if tables += len(r.lanes); tables > b.Limits.Tables {
			return fmt.Errorf("%w: more than %d tables", converter.ErrLimit, b.Limits.Tables)
		}
		r.describe(out)
	}
	describeOptions(out, readers)
	if err := out.Wait(); err != nil {
		return err
	}
	for _, r := range readers {
		if err := r.finish(ctx); err != nil {
			return fmt.Errorf("sheet %q: %w", r.sheet.Name, err)
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
func (b *Book) choose(ctx context.Context, o Reading, out *converter.Writer) ([]Sheet, error) {
	for _, name := range o.Sheets {
		if !slices.ContainsFunc(b.Sheets, func(s Sheet) bool { return s.Name == name }) {
			return nil, fmt.Errorf("%w: there is no sheet %q", converter.ErrUnsupported, name)
		}
	}
	var chosen []Sheet
	var missing error
	var hidden []string
	of := make(map[string]string) // the sheet of a part
	for _, s := range b.Sheets {
		why := ""
		part := strings.ToLower(s.Part)
		switch {
		case len(o.Sheets) > 0 && !slices.Contains(o.Sheets, s.Name):
			why = "not asked for"
		case s.Kind != Worksheet:
			why = "a " + s.Kind
		case s.State != Visible && len(o.Sheets) == 0:
			why = s.State
			hidden = append(hidden, s.Name)
			out.Report(converter.Finding{Code: "sheet-hidden", Sheet: s.Name, Message: "a hidden sheet is left out", Try: []string{"--sheet", s.Name}})
		case s.Missing != "":
			why = "missing"
			err := fmt.Errorf("%w: sheet %q: %s", converter.ErrCorrupt, s.Name, s.Missing)
			if len(o.Sheets) > 0 {
				return nil, err
			}
			missing = cmp.Or(missing, err)
			out.Report(converter.Finding{Code: "sheet-missing", Severity: converter.Loss, Sheet: s.Name,
				Message: "a sheet is skipped: the workbook lists it, but does not have it"})
		case part != "" && of[part] != "":
			return nil, fmt.Errorf("%w: the sheets %q and %q are one part, %s", converter.ErrCorrupt, of[part], s.Name, s.Part)
		default:
			of[part] = s.Name
			has, err := s.hasCells(ctx)
			if err != nil {
				return nil, fmt.Errorf("sheet %q: %w", s.Name, err)
			}
			if !has {
				why = "no cells"
			}
		}
		if why != "" {
			out.Describe("sheet "+s.Name, "left out", why)
			continue
		}
		if chosen = append(chosen, s); len(chosen) > b.Limits.Tables {
			return nil, fmt.Errorf("%w: more than %d sheets", converter.ErrLimit, b.Limits.Tables)
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

// hasCells reports whether some cell of the sheet holds something.
func (s *Sheet) hasCells(ctx context.Context) (bool, error) {
	source, err := s.Content.Open()
	if err != nil {
		return false, err
	}
	defer source.Close()
	for {
		c, err := source.Next(sampleChunk)
		if err == io.EOF {
			_, err := source.Behind()
			return false, err
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return false, err
		}
		scan, err := s.Content.Scan(c, 0)
		if err != nil {
			return false, err
		}
		for {
			row, err := scan.Next()
			if err != nil {
				return false, scan.At(err)
			}
			if row == nil {
				break
			}
			if len(row.Cells) > 0 {
				return true, nil
			}
		}
		source.Reuse(c)
	}
}
