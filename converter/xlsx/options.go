package xlsx

import (
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		{Name: "sheet", Kind: converter.OptionList, Usage: "only the sheet `NAME`; may be repeated"},
		{Name: "skip", Kind: converter.OptionNumber, Usage: "`N` lines or rows come before the header"},
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
	case "no-header":
		if value == converter.Yes {
			c.Header = -1
		} else {
			c.Header = max(c.Header, 0)
		}
	default:
		return nil, converter.ErrNoOption
	}
	return c, nil
}
