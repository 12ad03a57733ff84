package parquet

import "github.com/dynasette/dynasette/converter"

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		{Name: "binary-text", Kind: converter.OptionSwitch, Usage: "bytes of which nothing is said are text, as old programs write it"},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if name != "binary-text" {
		return c, converter.ErrNoOption
	}
	c.BinaryText = value == converter.Yes
	return c, nil
}
