package converter

import (
	"errors"
	"fmt"
	"strings"
)

// Sentinel errors, for errors.Is.
var (
	// ErrUnknownFormat: no registered format fits the document.
	ErrUnknownFormat = errors.New("unknown format")
	// ErrEmpty: the document has nothing to make a table of.
	ErrEmpty = errors.New("the document is empty")
	// ErrLimit: the document is larger, deeper or more compressed than allowed.
	ErrLimit = errors.New("over the limit")
	// ErrUnsupported: the document is sound, but holds what cannot be served.
	ErrUnsupported = errors.New("unsupported")
	// ErrCorrupt: the document is not what its format says.
	ErrCorrupt = errors.New("corrupt")
	// ErrSkipped: rules leave nothing of the documents.
	ErrSkipped = errors.New("nothing is left to convert: all there is is to be skipped (skip: true)")
	// ErrNoFormats: a mistake in the program, which has a document's format to be found among none.
	ErrNoFormats = errors.New("no formats are given: set Options.Formats")
)

// A SyntaxError is an error at a place in a document.
type SyntaxError struct {
	Name   string // the document's; filled in by Convert
	Line   int64  // 1-based; 0 if unknown
	Offset int64  // in bytes from the document's start (0-based); ignored while Line and Offset are both 0
	Column string // the column's name, if one is to blame
	Err    error
	Hint   string // what to do about it; optional
}

func (e *SyntaxError) Error() string {
	var b strings.Builder
	if e.Name != "" {
		b.WriteString(e.Name)
		b.WriteString(": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Offset > 0 {
		fmt.Fprintf(&b, "byte %d: ", e.Offset)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	b.WriteString(e.Err.Error())
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// A RuleError says that what a rule orders can't be.
type RuleError struct {
	Origin Origin // where it stands
	Err    error
}

func (e *RuleError) Error() string { return e.Origin.String() + ": " + e.Err.Error() }

func (e *RuleError) Unwrap() error { return e.Err }

// Permanent reports whether err is the document's own fault, so that trying again can't
// help: a syntax error, an unknown format, a limit, a converter that panics over it. Errors
// of reading are not.
func Permanent(err error) bool {
	var syntax *SyntaxError
	for _, e := range []error{ErrUnknownFormat, ErrEmpty, ErrLimit, ErrUnsupported, ErrCorrupt, ErrSkipped} {
		if errors.Is(err, e) {
			return true
		}
	}
	var panicked *PanicError
	var rule *RuleError
	return errors.As(err, &syntax) || errors.As(err, &rule) || errors.As(err, &panicked)
}

// A PanicError is a panic in a Converter: a bug in it, not a fault of the document.
type PanicError struct {
	Value any    // of the panic
	Stack []byte // where it was, for those who mend it
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in the converter: %v", e.Value) }
