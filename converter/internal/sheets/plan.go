package sheets

import (
	"context"
	"reflect"
	"slices"
)

// plan decides, after the sample was read, which tables the sheet has and what belongs to
// none.
func (s *sheetReader) plan(ctx context.Context) error {
	regions, err := s.declaredRegions()
	if err != nil {
		return err
	}
	var asides []aside
	if s.known.Several || len(regions) == 0 && suspicious(s.sampled, newLayout(s.sampled, s.hints)) {
		if regions, asides, err = s.look(ctx, regions); err != nil {
			return err
		}
		s.looked = true
	}
	if len(regions) == 0 {
		regions = []region{wholeSheet(newLayout(s.sampled, s.hints))}
	}
	s.asides = asides
	for _, r := range regions {
		l := &lane{sheetReader: s, region: r}
		if r.totals > 0 {
			s.asides = append(s.asides, aside{area: Range{r.totals, r.area.Left, r.area.Bottom, r.area.Right}, kind: asideTotals})
		}
		l.findLinked(s.sampled)
		l.findDropped()
		s.lanes = append(s.lanes, l)
	}
	first := s.lanes[0]
	s.plain = len(s.lanes) == 1 && first.area.Bottom == maxRow && first.area.Left == 0 && first.area.Right == MaxColumns-1
	last := 0
	if n := len(s.sampled); n > 0 {
		last = s.sampled[n-1].number
	}
	s.counted = !s.plain || len(s.asides) > 0 || len(s.links.list) > 0 || len(s.merged.list) > 0 || first.from > last+1
	return nil
}

// reconsider looks at the whole sheet, since some rows were odd. If it has other tables
// than those that were read, the next run has to know.
func (s *sheetReader) reconsider(ctx context.Context) error {
	regions, err := s.declaredRegions()
	if err != nil {
		return err
	}
	regions, asides, err := s.look(ctx, regions)
	if err != nil {
		return err
	}
	same := len(regions) == len(s.lanes) && len(asides) == 0
	for i := 0; same && i < len(regions); i++ {
		same = reflect.DeepEqual(regions[i].area, s.lanes[i].area)
	}
	s.learnt.Several = !same && len(regions) > 0
	return nil
}

// suspicious reports whether the sample makes it likely that there is something else on
// the sheet than one table: blank rows in it, a blank column, cells beside it, or a table
// above it.
func suspicious(rows []sampleRow, l layout) bool {
	used := make(map[int]bool)
	for i, r := range rows {
		if len(r.cells) > 1 {
			for _, c := range r.cells {
				used[c.col] = true
			}
		}
		if i > 0 && r.number > rows[i-1].number+1 && (r.number > l.from || len(rows[i-1].cells) > 1) {
			return true
		}
	}
	if len(used) == 0 {
		return false
	}
	columns := make([]int, 0, len(used))
	for col := range used {
		columns = append(columns, col)
	}
	return slices.Max(columns)-slices.Min(columns) >= len(columns)
}
