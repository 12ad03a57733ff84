package dynasette

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A BaseFinding is something about a document in base/ that people should know: what it
// names that is not there, or why it can't be used. Line is the document's. Try is what was
// probably meant.
type BaseFinding struct {
	Document string `json:"document"`           // as in base/metadata.yaml
	Position int    `json:"position,omitempty"` // in the line, 1-based
	Source   string `json:"source,omitempty"`   // the upload that it is about
	converter.Finding
}

// String says it in a line that begins with where it is, as editors read it.
func (f BaseFinding) String() string {
	text := f.Document
	if f.Line > 0 {
		text += fmt.Sprintf(":%d:%d", f.Line, f.Position)
	}
	text += ": " + f.Message
	if len(f.Try) > 0 {
		text += fmt.Sprintf("; did you mean %q?", strings.Join(f.Try, " "))
	}
	return text
}

// maxBaseFindings is how many are kept: what matters most.
const maxBaseFindings = 200

// sortedBaseFindings puts findings in order, what matters most first.
func sortedBaseFindings(all []BaseFinding) []BaseFinding {
	slices.SortStableFunc(all, func(a, b BaseFinding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Document, b.Document),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Position, b.Position))
	})
	if more := len(all) - maxBaseFindings; more > 0 {
		last := all[maxBaseFindings]
		all = append(all[:maxBaseFindings], BaseFinding{Document: last.Document, Finding: converter.Finding{
			Code: "findings-left-out", Severity: last.Severity, Count: int64(more), Message: fmt.Sprintf("and %d more", more),
		}})
	}
	return all
}

// FindingsOf returns what base documents say of an upload that does not fit it.
func (m *Manifest) FindingsOf(source string) []BaseFinding {
	var all []BaseFinding
	if m != nil {
		for _, f := range m.BaseFindings {
			if f.Source != "" && f.Source == source {
				all = append(all, f)
			}
		}
	}
	return all
}

// faults returns findings as an error, or nil if there are none.
func faults(all []BaseFinding) error {
	var errs []error
	for _, f := range all {
		errs = append(errs, errors.New(f.String()))
	}
	return errors.Join(errs...)
}

// logBase tells what does not fit of the documents that a release was made with.
func (p *Pipeline) logBase(ctx context.Context, m *Manifest) {
	const few = 3
	n, first := 0, []string{}
	for _, f := range m.BaseFindings {
		if f.Severity == converter.Note {
			continue
		}
		if n++; n <= few {
			first = append(first, f.String())
		}
	}
	if n > 0 {
		p.log().WarnContext(ctx, "base documents do not fit", "release", m.Release, "count", n, "first", first)
	}
}
