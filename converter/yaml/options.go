package yaml

import (
	"slices"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/json"
)

// options are those of JSON that YAML has, too.
var options = []string{"encoding", "path", "orient", "no-header"}

// Options lists what can be set; see converter.Configurable. They are some of JSON's.
func (c Converter) Options() []converter.Option {
	return slices.DeleteFunc(json.Converter{}.Options(), func(o converter.Option) bool { return !slices.Contains(options, o.Name) })
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	if !slices.Contains(options, name) {
		return nil, converter.ErrNoOption
	}
	set, err := json.Converter{Encoding: c.Encoding, Path: c.Path, Orient: c.Orient, NoHeader: c.NoHeader}.With(name, value)
	if err != nil {
		return nil, err
	}
	as := set.(json.Converter)
	c.Encoding, c.Path, c.Orient, c.NoHeader = as.Encoding, as.Path, as.Orient, as.NoHeader
	return c, nil
}
