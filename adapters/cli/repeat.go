package cli

import (
	"cmp"
	"slices"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

// repeat returns the flags that read the documents as they were read: those that were
// given, and, if all are of one format, what was found out about all of them.
func (r *reading) repeat(formats *converter.Registry, documents []converter.DocumentSummary) []string {
	format := cmp.Or(r.format, words.Innermost(formats, documents[0]))
	var options []converter.Option
	var settings map[string]string
	if slices.ContainsFunc(documents, func(d converter.DocumentSummary) bool { return words.Innermost(formats, d) != format }) {
		format = r.format
	} else if _, c, _ := formats.Lookup(format); c != nil {
		settings = commonSettings(c, documents)
		if c, ok := c.(converter.Configurable); ok {
			options = c.Options()
		}
	}
	var line []string
	if format != "" {
		line = append(line, "--format", format)
	}
	flags := slices.Clone(r.options) // in the format's own order
	place := func(f *optionFlag) uint {
		return uint(slices.IndexFunc(options, func(o converter.Option) bool { return o.Name == f.Name }))
	}
	slices.SortStableFunc(flags, func(a, b *optionFlag) int { return cmp.Compare(place(a), place(b)) })
	for _, f := range flags {
		if value, found := settings[f.Name]; found && f.values == nil {
			line = append(line, f.words(value)...)
		} else {
			line = append(line, f.words(f.values...)...)
		}
	}
	return line
}

// commonSettings returns the settings that are the same for all documents.
func commonSettings(c converter.Converter, documents []converter.DocumentSummary) map[string]string {
	common := converter.Settings(c, documents[0].Facts)
	for _, d := range documents[1:] {
		others := converter.Settings(c, d.Facts)
		for name, value := range common {
			if others[name] != value {
				delete(common, name)
			}
		}
	}
	return common
}
