package xlsx

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// maxTables is how many tables a sheet may have: each takes a pass over its rows.
const maxTables = 256

// declaredTables returns the tables that the workbook declares on a sheet (ECMA-376 part 1,
// 18.5.1.2), from top to bottom. Of those that overlap, which no spreadsheet program
// allows, the first counts.
func (w *workbook) declaredTables(s sheet) ([]region, error) {
	relations, err := w.relations(s.part)
	if err != nil {
		return nil, err
	}
	var found []region
	for _, r := range relations {
		if r.kind != "table" || r.external || !w.has(r.target) {
			continue
		}
		if len(found) >= maxTables {
			return nil, fmt.Errorf("%w: more than %d tables are declared", converter.ErrLimit, maxTables)
		}
		t, ok, err := w.readTable(r.target)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b region) int {
		return cmp.Or(cmp.Compare(a.area.top, b.area.top), cmp.Compare(a.area.left, b.area.left))
	})
	kept := found[:0]
	for _, r := range found {
		if !slices.ContainsFunc(kept, func(k region) bool { return k.area.overlaps(r.area) }) {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// readTable reads the part that declares a table.
func (w *workbook) readTable(part string) (region, bool, error) {
	b, err := w.read(part)
	if err != nil {
		return region{}, false, err
	}
	r := region{declared: true}
	var ok bool
	headers, totals := 1, 0
	err = eachTag(b, part, func(t *tag) {
		switch {
		case t.is("table") && !ok:
			r.area, ok = parseRange(t.attr("ref"))
			r.name = cmp.Or(unescaped(t.attr("displayName")), unescaped(t.attr("name")))
			if n, set := parseIndex([]byte(t.attr("headerRowCount"))); set {
				headers = n
			}
			totals, _ = parseIndex([]byte(t.attr("totalsRowCount")))
		case t.is("tableColumn") && len(r.names) < maxColumns:
			r.names = append(r.names, unescaped(t.attr("name")))
		}
	})
	if err != nil || !ok {
		return r, false, err
	}
	r.first, r.width = r.area.left, r.area.right-r.area.left+1
	if len(r.names) > r.width { // the cells decide
		r.names = r.names[:r.width]
	}
	for len(r.names) < r.width {
		r.names = append(r.names, "")
	}
	r.top, r.from = r.area.top, r.area.top+headers
	if headers > 0 {
		r.header = r.from - 1
	}
	r.why = "the workbook declares a table at " + r.area.String()
	if totals > 0 && r.area.bottom-totals >= r.from-1 {
		r.totals = r.area.bottom - totals + 1
	}
	return r, r.from <= r.area.bottom+1, nil
}

// unescaped decodes what XML can't hold; see unescape.
func unescaped(s string) string {
	text, _ := unescape([]byte(s), nil)
	return string(text)
}
