package rules

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A match is an entry that speaks of a document.
type match struct {
	*layer
	*entry
	of string // the document's name, or that of the archive which it is in
}

// matches returns all entries that speak of a document, in the order in which they count.
// What is said of an archive is said of all that is in it.
func (s *Set) matches(document string) (list []match) {
	names := []string{document}
	for dir := path.Dir(document); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if strings.EqualFold(path.Ext(dir), ".zip") {
			names = append(names, dir)
		}
	}
	for _, l := range s.layers {
		for _, e := range l.entries {
			for _, name := range names {
				if slices.ContainsFunc(l.globs[e], func(g glob) bool { return g.fits(name) }) {
					list = append(list, match{l, e, name})
					break
				}
			}
		}
	}
	return list
}

// origin is where a word stands.
func (l *layer) origin(m mark) converter.Origin {
	return converter.Origin{Claim: l.claim, File: cmp.Or(m.file, l.file), Line: m.line, Column: m.column}
}

// Rule returns what is said of a document. A file with rules is skipped.
func (s *Set) Rule(document string) converter.Rule {
	if s.IsRules(document) {
		return converter.Rule{Skip: true}
	}
	found := s.matches(document)
	if len(found) == 0 {
		return converter.Rule{}
	}
	var rule converter.Rule
	for _, m := range found {
		if m.Skip != nil && m.entry.Table == "" {
			rule.Skip = *m.Skip
		}
		if m.ofTable() {
			said, at := m.tableSaid()
			rule.Tables = append(rule.Tables, converter.TableNaming{Said: said, Means: m.means, Origin: m.origin(at)})
		} else {
			s.set(m, &rule.Settings, &rule.Claims)
		}
		if words := m.oneTableWords(); len(words) > 0 && !m.claim && !m.ofTable() {
			rule.OneTable = &converter.OneTable{Of: m.of, Words: andAll(words), Origin: m.origin(m.said[words[0]])}
		}
	}
	rule.Claims = unordered(rule.Claims, rule.Settings)
	rule.Table = func(name string, place int) converter.TableRule { return s.table(found, document, name, place) }
	return rule
}

// set takes what an entry says of options of formats.
func (s *Set) set(m match, orders, claims *[]converter.Setting) {
	for _, o := range m.settings() {
		setting := o.Setting
		setting.Origin.Claim, setting.Origin.File = m.claim, cmp.Or(setting.Origin.File, m.file)
		switch {
		case s.Flags[setting.Option]:
		case m.claim:
			*claims = override(*claims, setting)
		default:
			*orders = override(*orders, setting)
		}
	}
}

// unordered returns those claims that nobody has ordered otherwise.
func unordered(claims, orders []converter.Setting) []converter.Setting {
	return slices.DeleteFunc(claims, func(c converter.Setting) bool {
		return slices.ContainsFunc(orders, func(o converter.Setting) bool { return o.Option == c.Option })
	})
}

// override puts a setting in the place of those of the same option from elsewhere; a list
// grows by those of one entry.
func override(list []converter.Setting, with converter.Setting) []converter.Setting {
	list = slices.DeleteFunc(list, func(o converter.Setting) bool {
		return o.Option == with.Option && o.Origin != with.Origin
	})
	return append(list, with)
}

// ofTable reports whether an entry says which of a document's tables it means.
func (e *entry) ofTable() bool {
	return e.Table != "" || e.Dialect != nil && (e.Dialect.Table != "" || e.Dialect.SheetName != "" || e.Dialect.SheetNumber != nil)
}

// tableSaid returns how an entry says which of a document's tables it means, and where.
func (e *entry) tableSaid() (string, mark) {
	if e.Table != "" {
		return e.Table, e.said["table"]
	}
	for _, word := range []string{"table", "sheetName"} {
		if d := e.Dialect; d.says(word) {
			return cmp.Or(d.Table, d.SheetName), d.said[word]
		}
	}
	return fmt.Sprint("number ", *e.Dialect.SheetNumber), e.Dialect.said["sheetNumber"]
}

// oneTableWords returns those words of an entry that only one table can have.
func (e *entry) oneTableWords() (words []string) {
	for _, w := range []string{"name", "schema", "rename", "extract", "search"} {
		if e.says(w) && (w != "name" || e.Into == nil || e.Into.Table == "") {
			words = append(words, w)
		}
	}
	if e.Indexes != nil && e.Indexes.choice == converter.IndexOnly {
		words = append(words, "indexes")
	}
	return words
}

// means reports whether a match speaks of a table of its document.
func (m match) means(name string, place int) bool {
	if m.entry.Table != "" && !newGlob(m.entry.Table).fits(name) {
		return false
	}
	if d := m.Dialect; d != nil {
		if table := d.Table + d.SheetName; table != "" && table != name || d.SheetNumber != nil && *d.SheetNumber != place+1 {
			return false
		}
	}
	return true
}

// table returns what is said of a table of a document.
func (s *Set) table(found []match, document, name string, place int) converter.TableRule {
	t := &tabling{set: s, document: document}
	for _, m := range found {
		if m.means(name, place) {
			t.add(m, place == 0 || m.ofTable())
		}
	}
	return t.finish()
}

// andAll lists words.
func andAll(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
