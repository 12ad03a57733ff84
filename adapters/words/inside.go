package words

import (
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// FormatsIn returns the formats of what is in a document: inside of a packing as far as that has been
// looked at, otherwise its own.
func FormatsIn(formats *converter.Registry, d converter.DocumentSummary) []string {
	var inside []string
	if IsPacking(formats, d.Format) {
		for _, f := range d.Facts {
			if f.Key == "format" || strings.HasSuffix(f.Key, " format") { // of a member
				inside = append(inside, f.Value)
			}
		}
	}
	if inside == nil {
		return []string{d.Format}
	}
	return inside
}

// IsPacking reports whether documents of a format may have any other format inside.
func IsPacking(formats *converter.Registry, format string) bool {
	_, c, _ := formats.Lookup(format)
	outer, ok := c.(converter.Outer)
	return ok && outer.Inner() == nil
}

// Innermost returns the format of the one document that there is inside of a packing, or else that of
// the document itself.
func Innermost(formats *converter.Registry, d converter.DocumentSummary) string {
	for _, f := range d.Facts {
		if f.Key == "format" && IsPacking(formats, d.Format) {
			return f.Value
		}
	}
	return d.Format
}

// Visible names what can't be seen.
func Visible(value string) string {
	switch value {
	case "\t":
		return "tab"
	case " ":
		return "space"
	}
	return strings.ReplaceAll(value, "\n", " / ")
}
