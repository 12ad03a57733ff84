package sheets

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// A Declared is a table that the workbook says is there.
type Declared struct {
	Name    string
	Area    Range // with its header and its totals
	Headers int   // rows of the header, the last of which has the names
	Totals  int   // rows of totals at the end
	Names   []string

	// Loose says that its format knows no more of it than where it is, or was once. It is a table
	// if the row of its header has a text in each column, which are the names, and the row below it
	// is not one more of its rows, with cells in most of its columns.
	Loose bool
}

// MaxTables is how many tables a sheet may have: each takes a pass over its rows.
const MaxTables = 256

// declaredRegions returns the tables that the workbook declares on the sheet, from top to
// bottom, unless the header was asked for. Of those that overlap, which no spreadsheet program
// allows, the first counts.
func (s *sheetReader) declaredRegions(ctx context.Context) ([]region, error) {
	if s.hints.header != 0 {
		return nil, nil
	}
	tables, err := s.sheet.Content.Tables()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(tables, func(d Declared) bool { return d.Loose }) {
		if tables, err = s.settle(ctx, tables); err != nil {
			return nil, err
		}
	}
	var found []region
	for _, d := range tables {
		if d.Fits() {
			found = append(found, d.region())
		}
	}
	slices.SortStableFunc(found, func(a, b region) int {
		return cmp.Or(cmp.Compare(a.area.Top, b.area.Top), cmp.Compare(a.area.Left, b.area.Left))
	})
	kept := found[:0]
	for _, r := range found {
		if !slices.ContainsFunc(kept, func(k region) bool { return k.area.overlaps(r.area) }) {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// settle looks at the cells of the tables that are Loose, and leaves out what is none.
func (s *sheetReader) settle(ctx context.Context, tables []Declared) ([]Declared, error) {
	tables = slices.Clone(tables)
	last := 0
	for i := range tables {
		last = max(last, tables[i].Area.Bottom+1)
	}
	on := make([]bool, len(tables)) // whether it goes on below
	_, err := s.scan(ctx, func(row *Row) error {
		if row.Number > last {
			return errEnough
		}
		for i := range tables {
			d := &tables[i]
			switch {
			case !d.Loose:
			case row.Number == d.Area.Bottom+1:
				cells := 0
				for _, c := range row.Cells {
					if d.Area.has(int(c.Col)) {
						cells++
					}
				}
				on[i] = 2*cells > d.Area.Right-d.Area.Left+1
			case row.Number == d.Area.Top+d.Headers-1:
				sample, err := s.sample(row)
				if err != nil {
					return err
				}
				for col := d.Area.Left; col <= min(d.Area.Right, MaxColumns-1); col++ {
					if c := sample.at(col); c != nil && c.kind == sampleText {
						d.Names = append(d.Names, strings.TrimSpace(c.text))
					}
				}
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	kept := tables[:0]
	for i, d := range tables {
		if !d.Loose || !on[i] && len(d.Names) == d.Area.Right-d.Area.Left+1 {
			kept = append(kept, d)
		}
	}
	return kept, nil
}

// Fits reports whether the table has room for its header.
func (d *Declared) Fits() bool { return d.Area.Top+d.Headers <= d.Area.Bottom+1 }

func (d *Declared) region() region {
	r := region{declared: true, area: d.Area, name: d.Name}
	r.first, r.width = r.area.Left, r.area.Right-r.area.Left+1
	r.names = slices.Clone(d.Names[:min(len(d.Names), r.width)]) // the cells decide
	for len(r.names) < r.width {
		r.names = append(r.names, "")
	}
	r.top, r.from = r.area.Top, r.area.Top+d.Headers
	if d.Headers > 0 {
		r.header = r.from - 1
	}
	r.why = "the workbook declares a table at " + r.area.String()
	if d.Totals > 0 && r.area.Bottom-d.Totals >= r.from-1 {
		r.totals = r.area.Bottom - d.Totals + 1
	}
	return r
}
