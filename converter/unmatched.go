package converter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reportUnmatched says which words of rules name columns that no document has for which they
// are said. One that has it is enough: they may be for many documents that are not alike.
func reportUnmatched(shapes []*shape) {
	type naming struct {
		word, column string
		origin       Origin
	}
	each := func(s *shape, fn func(naming, bool)) {
		for _, said := range []struct {
			word    string
			columns []string
		}{{"drop", s.rule.Drop}, {"rename", slices.Sorted(maps.Keys(s.rule.Rename))}, {"order", s.rule.Order}, {"only", s.rule.Only}} {
			for _, c := range said.columns {
				fn(naming{said.word, c, s.rule.Said[said.word]}, len(s.columns) == 0 || s.placeOf(c) >= 0)
			}
		}
	}
	known := map[naming]bool{}
	for _, s := range shapes {
		each(s, func(n naming, has bool) { known[n] = known[n] || has })
	}
	for _, s := range shapes {
		missing := map[string][]string{}
		each(s, func(n naming, _ bool) {
			if !known[n] {
				known[n] = true
				missing[n.word] = append(missing[n.word], n.column)
			}
		})
		for _, word := range slices.Sorted(maps.Keys(missing)) {
			s.w.Report(Finding{Code: "rule-unused", Severity: Doubt, Table: s.table.name, Rule: s.rule.Said[word].place(),
				Message: fmt.Sprintf("there is no column %s to %s (there are %s)", bounded(strings.Join(missing[word], ", "), 200), map[bool]string{true: "keep", false: word}[word == "only"], s.names())})
		}
		s.reportTaken()
	}
}

// reportTaken says which columns are to have the name of another one.
func (s *shape) reportTaken() {
	for i, c := range s.columns {
		if c.of != s.table || c.place < 0 || s.match.Names[i] == c.name {
			continue
		}
		for j, other := range s.columns {
			if j != i && other.of == s.table && other.place >= 0 && foldName(s.match.name(j)) == foldName(s.match.name(i)) {
				s.w.Report(Finding{Code: "column-taken", Severity: Doubt, Table: s.table.name, Column: s.table.columns[c.place].name, Rule: s.rule.Said["rename"].place(),
					Message: fmt.Sprintf("%s is to be called as another column is: they are %s and %s", s.match.plain[i], s.table.columns[c.place].name, s.table.columns[other.place].name)})
				break
			}
		}
	}
}

// reportNoTable says which words mean no table of any document for which they are said.
func reportNoTable(docs []*document) {
	var writers []*Writer
	for _, d := range docs {
		writers = append(writers, d.naming...)
	}
	known := map[Origin]bool{}
	for _, w := range writers {
		for _, n := range w.rule.Tables {
			for place, name := range w.given {
				known[n.Origin] = known[n.Origin] || n.Means(name, place)
			}
		}
	}
	for _, w := range writers {
		for _, n := range w.rule.Tables {
			if known[n.Origin] || len(w.given) == 0 {
				continue
			}
			known[n.Origin] = true
			w.Report(Finding{Code: "rule-unused", Severity: Doubt, Rule: n.Origin.place(),
				Message: fmt.Sprintf("there is no table %s (there are %s): what is said of it is not used", n.Said, bounded(strings.Join(w.given, ", "), 200))})
		}
	}
}
