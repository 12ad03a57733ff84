package json

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{
		plaintext.EncodingOption(),
		{Name: "no-header", Kind: converter.OptionSwitch, Usage: "the first of several arrays is data"},
		{Name: "flatten", Kind: converter.OptionSwitch, Usage: "members of nested objects become columns a_b"},
		{Name: "path", Usage: "`PATH` to the part of the document with the rows, as in result.records; . is all of it",
			Values: []string{"result.records", "$.results[0].rows", "."}},
		{Name: "orient", Kind: converter.OptionChoice, Values: []string{"columns", "index"},
			Usage: "`KIND` of the members of an object of objects: columns, or index, rows"},
	}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	switch name {
	case "encoding":
		c.Encoding, err = value, plaintext.CheckEncoding(value)
	case "no-header":
		c.NoHeader = value == converter.Yes
	case "flatten":
		c.Flatten = value == converter.Yes
	case "path":
		_, err = parsePath(value)
		c.Path = value
	case "orient":
		c.Orient = value
	default:
		err = converter.ErrNoOption
	}
	return c, err
}
