package converter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dustin/go-humanize"
)

// A Finding is something about a document that people should know: what is lost, what is a
// guess, what is odd. What is certain and keeps everything is none.
type Finding struct {
	Code     string   `json:"code"` // of its kind; stable, lower case with hyphens: "rows-short"
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // one sentence without a period, true of all that are counted

	// Where the first one is, as far as that is known.
	Member string `json:"member,omitempty"` // the document inside of an archive
	Table  string `json:"table,omitempty"`
	Sheet  string `json:"sheet,omitempty"`
	Column string `json:"column,omitempty"`
	Line   int64  `json:"line,omitempty"` // 1-based
	Row    int64  `json:"row,omitempty"`  // of the table, 1-based
	Offset int64  `json:"byte,omitempty"` // from the document's start

	Count   int64    `json:"count"`             // how many there are; 0 counts as 1
	Example string   `json:"example,omitempty"` // the first
	Try     []string `json:"try,omitempty"`     // options of the command line that change it: "--null", "NA"
}

// String says it in a line: what, how often, where the first one is, and what to try.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Message)
	var where []string
	add := func(format string, v any, known bool) {
		if known {
			where = append(where, fmt.Sprintf(format, v))
		}
	}
	if f.Count > 1 {
		where = append(where, humanize.Comma(f.Count)+" times")
	}
	add("sheet %q", f.Sheet, f.Sheet != "")
	add("table %q", f.Table, f.Table != "" && f.Sheet == "")
	add("column %q", f.Column, f.Column != "")
	add("line %d", f.Line, f.Line > 0)
	add("row %d", f.Row, f.Row > 0 && f.Line == 0)
	add("byte %d", f.Offset, f.Offset > 0)
	add("%q", f.Example, f.Example != "")
	if len(where) > 0 {
		b.WriteString(" (" + strings.Join(where, ", ") + ")")
	}
	if len(f.Try) > 0 {
		b.WriteString("; try " + strings.Join(f.Try, " "))
	}
	return b.String()
}

// Severity says how much a Finding matters.
type Severity uint8

// The severities.
const (
	Note  Severity = iota // good to know
	Doubt                 // a guess, which an option overrules
	Loss                  // something of the document is not in the tables as rows
)

var severities = [...]string{"note", "doubt", "loss"}

func (s Severity) String() string {
	if int(s) < len(severities) {
		return severities[s]
	}
	return fmt.Sprintf("severity %d", uint8(s))
}

// MarshalText returns the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severities[:], string(text))
	if i < 0 {
		return fmt.Errorf("severity %q: want one of %s", text, strings.Join(severities[:], ", "))
	}
	*s = Severity(i)
	return nil
}

// Bounds of what is kept of a document's findings.
const (
	maxFindings = 200 // of different kinds
	maxExample  = 120 // bytes
)

// findings are those of one document, added up. Several goroutines may add some.
type findings struct {
	mu   sync.Mutex
	kind map[findingKey]*Finding
	more int64 // beyond maxFindings
}

type findingKey struct{ code, member, table, sheet, column string }

// add counts f with others of its kind; what is said of them is that of the first in the
// document, whatever the order in which they are added.
func (s *findings) add(f Finding) {
	f.Count = max(f.Count, 1)
	if len(f.Example) > maxExample {
		f.Example = strings.ToValidUTF8(f.Example[:maxExample], "") + "…"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := findingKey{f.Code, f.Member, f.Table, f.Sheet, f.Column}
	known := s.kind[key]
	switch {
	case known == nil && len(s.kind) >= maxFindings:
		s.more += f.Count
	case known == nil:
		if s.kind == nil {
			s.kind = map[findingKey]*Finding{}
		}
		s.kind[key] = &f
	default:
		count := known.Count + f.Count
		if f.before(known) < 0 {
			*known = f
		}
		known.Count = count
	}
}

// before compares where two findings of a kind are; what has no place comes last. The line
// comes first: byte 0 is a place, too.
func (f *Finding) before(g *Finding) int {
	place := func(a, b int64) int {
		if (a == 0) != (b == 0) {
			return cmp.Compare(b, a)
		}
		return cmp.Compare(a, b)
	}
	return cmp.Or(place(f.Line, g.Line), place(f.Offset, g.Offset), place(f.Row, g.Row),
		strings.Compare(f.Message, g.Message), strings.Compare(f.Example, g.Example))
}

// sorted returns all, what matters most first.
func (s *findings) sorted() []Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Finding
	for _, f := range s.kind {
		list = append(list, *f)
	}
	if s.more > 0 {
		list = append(list, Finding{Code: "findings-left-out", Count: s.more, Message: fmt.Sprintf("only %d kinds of findings are listed", maxFindings)})
	}
	slices.SortFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Member, b.Member), a.before(&b),
			strings.Compare(a.Code, b.Code), strings.Compare(a.Table, b.Table), strings.Compare(a.Column, b.Column))
	})
	return list
}

func (s *findings) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kind, s.more = nil, 0
}

// Code returns the words of s as a finding's code.
func findingCode(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// finding returns what is said of a reject.
func (r *Reject) finding() Finding {
	f := Finding{Code: findingCode(r.Type), Severity: Loss, Column: r.Column, Line: r.Line, Offset: r.Offset, Example: r.Raw,
		Message: "not read as a row, and kept in the table " + RejectsTable + ": " + r.Message}
	if r.Aside {
		f.Severity = Note
	}
	return f
}
