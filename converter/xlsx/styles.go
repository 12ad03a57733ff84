package xlsx

import (
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// readStyles returns the number format of every cell style, in the order that cells refer
// to them by (cellXfs, ECMA-376 part 1, 18.8.10).
func readStyles(c *container, name string) ([]sheets.NumFormat, error) {
	b, err := c.read(name)
	if err != nil {
		return nil, err
	}
	custom := make(map[int]sheets.NumFormat)
	var formats []sheets.NumFormat
	var inCells bool
	err = eachTag(b, name, func(t *tag) {
		switch {
		case t.is("cellXfs"):
			inCells = t.kind == tagOpen
		case t.closes("cellXfs"):
			inCells = false
		case t.is("numFmt"):
			if id, err := strconv.Atoi(t.attr("numFmtId")); err == nil {
				custom[id] = sheets.ParseFormat(t.attr("formatCode"))
			}
		case t.is("xf") && inCells:
			id, _ := strconv.Atoi(t.attr("numFmtId"))
			f, ok := custom[id]
			if !ok {
				f = sheets.BuiltinFormat(id)
			}
			formats = append(formats, f)
		}
	})
	return formats, err
}
