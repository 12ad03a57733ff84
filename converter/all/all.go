// Package all knows every built-in format.
package all

import (
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
)

// Formats returns a new Registry of every built-in format; add your own to it.
func Formats() *converter.Registry {
	r := new(converter.Registry)
	r.Register(csv.TSV, csv.Converter{})
	r.Register(csv.CSV, csv.Converter{})
	return r
}
