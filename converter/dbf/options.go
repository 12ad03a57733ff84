package dbf

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
)

// Options lists what can be set; see converter.Configurable.
func (c Converter) Options() []converter.Option { return dbase.Options(c).List() }

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	o, err := dbase.Options(c).With(name, value)
	return Converter(o), err
}
