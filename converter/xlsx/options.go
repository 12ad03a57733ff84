package xlsx

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/headerrows"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		{Name: "sheet", Kind: converter.OptionList, Usage: "only the sheet `NAME`; may be repeated"},
		{Name: "skip", Kind: converter.OptionNumber, Usage: "`N` lines or rows come before the header"},
		headerrows.RowsOption(),
		headerrows.JoinOption(),
		{Name: "fill-merged", Kind: converter.OptionSwitch, Usage: "each of the cells that are merged into one has its value"},
		{Name: "skip-hidden", Kind: converter.OptionSwitch, Usage: "hidden rows and columns are left out"},
		{Name: "no-header", Kind: converter.OptionSwitch, Usage: "the first row is data"},
	}
}

// With returns the converter with an option set. Without a header there is nothing to skip
// to.
func (c Converter) With(name, value string) (converter.Converter, error) {
	switch name {
	case "sheet":
		c.Sheets = append(slices.Clip(c.Sheets), value)
	case "skip":
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, err
		}
		if c.Header >= 0 {
			c.Header = n + 1
		}
	case "header-rows":
		rows, err := headerrows.Parse(value)
		if err != nil {
			return nil, err
		}
		c.HeaderRows, c.Header = rows, rows[len(rows)-1]
	case "header-join":
		c.HeaderJoin = value
	case "no-header":
		if value == converter.Yes {
			c.Header = -1
		} else {
			c.Header = max(c.Header, 0)
		}
	case "fill-merged":
		c.FillMerged = value == converter.Yes
	case "skip-hidden":
		c.SkipHidden = value == converter.Yes
	default:
		return nil, converter.ErrNoOption
	}
	return c, nil
}

// headerOption returns the Converter's Header that finds the sheet's table where it was
// found, or 0 if there is none, as it is with names in merged cells and with several tables.
func (l *lane) headerOption() int {
	header := l.header
	if header == 0 {
		header = -1
	}
	if len(l.lanes) > 1 || l.declared || !reflect.DeepEqual(newLayout(l.sampled, hints{header: header, why: l.why}), l.layout) {
		return 0
	}
	return header
}

// describeOptions describes the options that find the tables of all sheets where they were
// found, if there are any.
func describeOptions(out *converter.Writer, sheets []*sheetReader) {
	header, why := sheets[0].option, sheets[0].lanes[0].why
	for _, s := range sheets[1:] {
		if why = "so it is on every sheet"; s.option != header {
			return
		}
	}
	switch {
	case header > 0:
		out.Describe("skip", strconv.Itoa(header-1), why)
	case header < 0:
		out.Describe("header", converter.No, why)
	}
}
