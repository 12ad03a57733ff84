package yaml

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option {
	return []converter.Option{plaintext.EncodingOption()}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if name != "encoding" {
		return nil, converter.ErrNoOption
	}
	c.Encoding = value
	return c, plaintext.CheckEncoding(value)
}
