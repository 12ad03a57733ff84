package cli

import (
	"cmp"
	"slices"

	"github.com/dynasette/dynasette/converter"
)

// repeat returns the flags that read the documents as they were read: those that were
// given, and, if all are of one format, what was found out about all of them.
func (r *reading) repeat(formats *converter.Registry, documents []converter.DocumentSummary) []string {
	format := cmp.Or(r.format, innermost(formats, documents[0]))
	var options []converter.Option
	var settings map[string]string
	if slices.ContainsFunc(documents, func(d converter.DocumentSummary) bool { return innermost(formats, d) != format }) {
		format = r.format
	} else if _, c, _ := formats.Lookup(format); c != nil {
		settings = commonSettings(c, documents)
		if c, ok := c.(converter.Configurable); ok {
			options = c.Options()
		}
	}
	var words []string
	if format != "" {
		words = append(words, "--format", format)
	}
	flags := slices.Clone(r.options) // in the format's own order
	place := func(f *optionFlag) uint {
		return uint(slices.IndexFunc(options, func(o converter.Option) bool { return o.Name == f.Name }))
	}
	slices.SortStableFunc(flags, func(a, b *optionFlag) int { return cmp.Compare(place(a), place(b)) })
	for _, f := range flags {
		if value, found := settings[f.Name]; found && f.values == nil {
			words = append(words, f.words(value)...)
		} else {
			words = append(words, f.words(f.values...)...)
		}
	}
	return words
}

// innermost returns the format of the one document that there is inside of a packing, or
// else that of the document itself.
func innermost(formats *converter.Registry, d converter.DocumentSummary) string {
	for _, f := range d.Facts {
		if f.Key == "format" && isPacking(formats, d.Format) {
			return f.Value
		}
	}
	return d.Format
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
