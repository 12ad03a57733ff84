package markdown

import "github.com/dynasette/dynasette/converter"

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		{Name: "tables", Kind: converter.OptionSwitch, Usage: "tables in the documents become tables, too"},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if name != "tables" {
		return nil, converter.ErrNoOption
	}
	c.Tables = value == converter.Yes
	return c, nil
}
