package xlsx

import "strconv"

// readStyles returns the number format of every cell style, in the order that cells refer
// to them by (cellXfs, ECMA-376 part 1, 18.8.10).
func readStyles(c *container, name string) ([]numFormat, error) {
	b, err := c.read(name)
	if err != nil {
		return nil, err
	}
	custom := make(map[int]numFormat)
	var formats []numFormat
	var inCells bool
	err = eachTag(b, name, func(t *tag) {
		switch {
		case t.is("cellXfs"):
			inCells = t.kind == tagOpen
		case t.closes("cellXfs"):
			inCells = false
		case t.is("numFmt"):
			if id, err := strconv.Atoi(t.attr("numFmtId")); err == nil {
				custom[id] = parseFormat(t.attr("formatCode"))
			}
		case t.is("xf") && inCells:
			id, _ := strconv.Atoi(t.attr("numFmtId"))
			f, ok := custom[id]
			if !ok {
				f = builtinFormat(id)
			}
			formats = append(formats, f)
		}
	})
	return formats, err
}
