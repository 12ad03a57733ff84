package xml

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		plaintext.EncodingOption(),
		{Name: "path", Usage: "`PATH` to the part of the document with the rows, as in result.records; . is all of it",
			Values: []string{"channel.item", "/rss/channel/item", "."}},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	switch name {
	case "encoding":
		c.Encoding, err = value, plaintext.CheckEncoding(value)
	case "path":
		_, err = parsePath(value)
		c.Path = value
	default:
		err = converter.ErrNoOption
	}
	return c, err
}
