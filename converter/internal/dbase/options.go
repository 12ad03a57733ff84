package dbase

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/plaintext"
)

// List describes the options; see converter.Configurable.
func (o Options) List() []converter.Option {
	return []converter.Option{
		plaintext.EncodingOption(),
		{Name: "deleted", Kind: converter.OptionSwitch, Usage: "records that are marked as deleted are rows, too"},
	}
}

// With returns the options with one of them set.
func (o Options) With(name, value string) (Options, error) {
	switch name {
	case "encoding":
		if err := plaintext.CheckEncoding(value); err != nil {
			return o, err
		}
		o.Encoding = value
	case "deleted":
		o.Deleted = value == converter.Yes
	default:
		return o, converter.ErrNoOption
	}
	return o, nil
}
