package rules

import (
	"fmt"
	"strings"
)

// A Fault is what is wrong with rules, or what of them is not used: where, why, and what to
// do.
type Fault struct {
	File         string
	Line, Column int // from 1; 0 is not known
	Message      string
}

func (f *Fault) Error() string {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, f.Line)
		if f.Column > 0 {
			place = fmt.Sprintf("%s:%d", place, f.Column)
		}
	}
	if place == "" {
		return f.Message
	}
	return place + ": " + f.Message
}

// Faults are all of a document.
type Faults []*Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns them as errors.
func (f Faults) Unwrap() []error {
	errs := make([]error, len(f))
	for i, fault := range f {
		errs[i] = fault
	}
	return errs
}

// fault returns a Fault where a node stands.
func (n *node) fault(format string, args ...any) *Fault {
	return &Fault{File: n.file, Line: n.line, Column: n.column, Message: fmt.Sprintf(format, args...)}
}
