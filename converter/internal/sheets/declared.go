package sheets

import (
	"cmp"
	"slices"
)

// A Declared is a table that the workbook says is there.
type Declared struct {
	Name    string
	Area    Range // with its header and its totals
	Headers int   // rows of the header, the last of which has the names
	Totals  int   // rows of totals at the end
	Names   []string
}

// MaxTables is how many tables a sheet may have: each takes a pass over its rows.
const MaxTables = 256

// declaredRegions returns the tables that the workbook declares on the sheet, from top to
// bottom, unless the header was asked for. Of those that overlap, which no spreadsheet program
// allows, the first counts.
func (s *sheetReader) declaredRegions() ([]region, error) {
	if s.hints.header != 0 {
		return nil, nil
	}
	tables, err := s.sheet.Content.Tables()
	if err != nil {
		return nil, err
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
