// Package all knows every built-in format.
package all

import "github.com/dynasette/dynasette/converter"

// Formats returns a new Registry of every built-in format; add your own to it.
func Formats() *converter.Registry {
	r := new(converter.Registry)
	return r
}
