package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// How much people are shown of findings, in lines.
const (
	fewFindings       = 3 // in an error
	findingsOfOne     = 10
	findingsOfAllDocs = 100
)

// printFindings tells people what they should know of the documents, if it matters that
// much: what matters most first.
func printFindings(w io.Writer, s converter.Summary, least converter.Severity) {
	lines, left, of := 0, int64(0), map[string]int{}
	for name, f := range s.Findings() {
		if f.Severity < least {
			break
		}
		if of[name]++; of[name] > findingsOfOne || lines == findingsOfAllDocs {
			left++
			continue
		}
		lines++
		fmt.Fprintf(w, "%s: %s\n", f.Severity, findingLine(name, f))
	}
	if left > 0 {
		fmt.Fprintf(w, "and %d more: inspect --json shows all\n", left)
	}
}

func findingLine(name string, f converter.Finding) string {
	if f.Rule == name || strings.HasPrefix(f.Rule, name+":") { // it is about the document itself, which has rules
		name, f.Rule, f.Line = f.Rule, "", 0
	}
	return printable(name + ": " + f.String())
}

// A lossError says why --strict refuses a conversion.
type lossError struct {
	name  string // of the document that has the first
	first converter.Finding
	lines []string
	more  int64
}

// lossless returns an error if something of the documents is not in the tables.
func lossless(s converter.Summary) error {
	var e lossError
	for name, f := range s.Findings() {
		switch {
		case f.Severity < converter.Loss:
		case len(e.lines) == fewFindings:
			e.more++
		default:
			if len(e.lines) == 0 {
				e.name, e.first = name, f
			}
			e.lines = append(e.lines, findingLine(name, f))
		}
	}
	if len(e.lines) == 0 {
		return nil
	}
	return &e
}

func (e *lossError) Error() string {
	text := "nothing was written, as --strict lets nothing be lost:\n" + strings.Join(e.lines, "\n")
	if e.more > 0 {
		text += "\nand " + fmt.Sprintf("%d more: inspect --json shows all", e.more)
	}
	return text
}

// printUploaded tells people what was found in an upload that was converted, but for notes.
func (a *app) printUploaded(r dynasette.Result) {
	if r.Summary != nil && !a.json {
		var text strings.Builder
		printFindings(&text, *r.Summary, converter.Doubt)
		io.WriteString(a.Stderr, text.String()) // at once, as others may print at the same time
	}
}
