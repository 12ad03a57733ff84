package xlsx

import (
	"cmp"
	"fmt"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// Tables returns the tables that the workbook declares on the sheet (ECMA-376 part 1,
// 18.5.1.2).
func (c *content) Tables() ([]sheets.Declared, error) {
	relations, err := c.book.relations(c.part)
	if err != nil {
		return nil, err
	}
	var found []sheets.Declared
	for _, r := range relations {
		if r.kind != "table" || r.external || !c.book.Has(r.target) {
			continue
		}
		if len(found) >= sheets.MaxTables {
			return nil, fmt.Errorf("%w: more than %d tables are declared", converter.ErrLimit, sheets.MaxTables)
		}
		d, ok, err := c.book.readTable(r.target)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, d)
		}
	}
	return found, nil
}

// readTable reads the part that declares a table.
func (w *workbook) readTable(part string) (d sheets.Declared, ok bool, err error) {
	b, err := w.Read(part)
	if err != nil {
		return d, false, err
	}
	d.Headers = 1
	err = markup.Each(b, part, func(t *markup.Tag) {
		switch {
		case t.Is("table") && !ok:
			d.Area, ok = sheets.ParseRange(t.Attr("ref"))
			d.Name = cmp.Or(unescaped(t.Attr("displayName")), unescaped(t.Attr("name")))
			if n, set := sheets.ParseIndex([]byte(t.Attr("headerRowCount"))); set {
				d.Headers = n
			}
			d.Totals, _ = sheets.ParseIndex([]byte(t.Attr("totalsRowCount")))
		case t.Is("tableColumn") && len(d.Names) < sheets.MaxColumns:
			d.Names = append(d.Names, unescaped(t.Attr("name")))
		}
	})
	return d, ok && d.Fits(), err
}

// unescaped decodes what XML can't hold; see unescape.
func unescaped(s string) string {
	text, _ := unescape([]byte(s), nil)
	return string(text)
}
