package rules

import (
	"context"

	"github.com/dynasette/dynasette/converter"
)

// Format is what files with rules are called among documents. No table is made of them.
var Format = converter.Format{Name: "rules", Doc: "rules for other documents"}

// Findings returns what people should know of a file with rules, where there are these
// documents, which are all that there are, or not.
func (s *Set) Findings(file string, documents []string, whole bool) (found []converter.Finding) {
	add := func(code string, severity converter.Severity, faults Faults) {
		for _, f := range faults {
			if f.File == file {
				at := converter.Origin{File: f.File, Line: f.Line, Column: f.Column}
				found = append(found, converter.Finding{Code: code, Severity: severity, Rule: at.String(), Line: int64(f.Line), Message: f.Message})
			}
		}
	}
	add(Unused, converter.Doubt, s.Unused(documents))
	add(Unused, converter.Doubt, s.Faults)
	if whole {
		add("rule-without-document", converter.Doubt, s.Check(documents))
	}
	add("rule-read-otherwise", converter.Note, s.Notes)
	return found
}

// Unused is the code of findings of files none of whose rules is used.
const Unused = "rules-unused"

// Converter returns a converter of a file with rules, which makes nothing of it, and reports
// findings.
func Converter(found []converter.Finding) converter.Converter {
	return converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
		for _, f := range found {
			out.Report(f)
		}
		return nil
	})
}
