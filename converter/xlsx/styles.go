package xlsx

import (
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// readStyles returns the number format of every cell style, in the order that cells refer
// to them by (cellXfs, ECMA-376 part 1, 18.8.10).
func readStyles(c *container, name string) ([]sheets.NumFormat, error) {
	b, err := c.Read(name)
	if err != nil {
		return nil, err
	}
	custom := make(map[int]sheets.NumFormat)
	var formats []sheets.NumFormat
	var inCells bool
	err = markup.Each(b, name, func(t *markup.Tag) {
		switch {
		case t.Is("cellXfs"):
			inCells = t.Kind == markup.Open
		case t.Closes("cellXfs"):
			inCells = false
		case t.Is("numFmt"):
			if id, err := strconv.Atoi(t.Attr("numFmtId")); err == nil {
				custom[id] = sheets.ParseFormat(t.Attr("formatCode"))
			}
		case t.Is("xf") && inCells:
			id, _ := strconv.Atoi(t.Attr("numFmtId"))
			f, ok := custom[id]
			if !ok {
				f = sheets.BuiltinFormat(id)
			}
			formats = append(formats, f)
		}
	})
	return formats, err
}
