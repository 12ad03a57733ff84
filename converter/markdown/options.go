package markdown

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		plaintext.EncodingOption(),
		{Name: "tables", Kind: converter.OptionSwitch, Usage: "tables in the documents become tables, too"},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	switch name {
	case "encoding":
		c.Encoding, err = value, plaintext.CheckEncoding(value)
	case "tables":
		c.Tables = value == converter.Yes
	default:
		err = converter.ErrNoOption
	}
	return c, err
}
