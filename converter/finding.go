package converter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
)

// A Finding is something about a document that people should know: what is lost, what is a
// guess, what is odd. What is certain and keeps everything is none.
type Finding struct {
	Code     string   `json:"code"` // of its kind; stable, lower case with hyphens: "cells-missing"
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // one sentence without a period, about one of those that are counted, and true of all

	// Where the first one is, as far as that is known.
	Member string `json:"member,omitempty"` // the document inside of an archive; the Writer knows it
	Table  string `json:"table,omitempty"`
	Sheet  string `json:"sheet,omitempty"`
	Column string `json:"column,omitempty"`
	Line   int64  `json:"line,omitempty"` // 1-based
	Row    int64  `json:"row,omitempty"`  // of the table, 1-based
	Offset int64  `json:"byte,omitempty"` // from the document's start
	Rule   string `json:"rule,omitempty"` // where the rule is that it is about, as Origin.String has it

	Count    int64    `json:"count"`              // how many there are; 0 counts as 1
	Example  string   `json:"example,omitempty"`  // the first
	Try      []string `json:"try,omitempty"`      // words of the command line that change it: "--null", "NA"
	Rejected bool     `json:"rejected,omitempty"` // what is counted is in the table _rejects
}

// String says it in a line: what, how often, where the first one is, and what to try.
func (f Finding) String() string {
	var where []string
	add := func(known bool, format string, v any) {
		if known {
			where = append(where, fmt.Sprintf(format, v))
		}
	}
	add(f.Count > 1, "%s times", humanize.Comma(f.Count))
	add(f.Sheet != "", "sheet %q", f.Sheet)
	add(f.Table != "" && f.Sheet == "", "table %q", f.Table)
	add(f.Column != "", "column %q", f.Column)
	add(f.Line > 0, "line %d", f.Line)
	add(f.Row > 0 && f.Line == 0, "row %d", f.Row)
	add(f.Offset > 0 && f.Line == 0 && f.Row == 0, "byte %d", f.Offset)
	add(f.Example != "", "%q", f.Example)
	add(f.Rule != "", "rule %s", f.Rule)
	text := f.Message
	if len(where) > 0 {
		text += " (" + strings.Join(where, ", ") + ")"
	}
	if len(f.Try) > 0 {
		text += "; try"
	}
	for _, word := range f.Try {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:") != "" || word == "" {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" // for a shell
		}
		text += " " + word
	}
	return text
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

// kind orders findings by their kind, what matters most first. Those of one kind are
// counted as one.
func (f Finding) kind(g Finding) int {
	return cmp.Or(cmp.Compare(g.Severity, f.Severity), strings.Compare(f.Member, g.Member), strings.Compare(f.Code, g.Code),
		strings.Compare(f.Table, g.Table), strings.Compare(f.Sheet, g.Sheet), strings.Compare(f.Column, g.Column), strings.Compare(f.Rule, g.Rule))
}

// place orders findings by where they are in the document; those that are nowhere come last.
func (f Finding) place(g Finding) int {
	nowhere := func(f Finding) int {
		if f.Offset == 0 && f.Line == 0 && f.Row == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(nowhere(f), nowhere(g)), cmp.Compare(f.Offset, g.Offset), cmp.Compare(f.Line, g.Line), cmp.Compare(f.Row, g.Row))
}

// text orders findings by what they say.
func (f Finding) text(g Finding) int {
	return cmp.Or(strings.Compare(f.Message, g.Message), strings.Compare(f.Example, g.Example), slices.Compare(f.Try, g.Try))
}

// Bounds of a finding's texts, besides maxName, in bytes: what is in them may come from the
// document.
const (
	maxMessage = 500
	maxExample = 120
	maxTry     = 500
)

// bound makes the finding fit to be kept.
func (f *Finding) bound() {
	f.Count = max(f.Count, 1)
	for _, s := range []*string{&f.Code, &f.Member, &f.Table, &f.Sheet, &f.Column, &f.Rule} {
		*s = bounded(*s, maxName)
	}
	f.Message, f.Example = bounded(f.Message, maxMessage), bounded(f.Example, maxExample)
	if bytes := len(strings.Join(f.Try, " ")); bytes > maxTry || !utf8.ValidString(strings.Join(f.Try, "")) {
		f.Try = nil // a part of it would do something else
	}
}

// bounded returns s as text of at most n bytes, and "…" for the rest.
func bounded(s string, n int) string {
	if s = strings.ToValidUTF8(s, "\uFFFD"); len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
