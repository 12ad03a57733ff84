package rules

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
)

// Into returns the database that a document shares with others, or "" if it has one of its own. It
// is the database's name after the folder of the file that gives it, as in "2024/sales": a name is,
// as a path is, within that folder. A package names that of its resources, and a table that several
// documents go to one of its own, if nobody says where it is. Without rules, documents of a
// format that is Together share one, named after their folder, and files that a document may consist of,
// as x.shp does of x.dbf, too, one named after their stem, as in "2024/x.*": they go where rules put
// the document. What no format has the extension of, and no rule names plainly, has no part in any; nor has
// a document that is a database.
func (s *Set) Into(document string) string {
	if s.IsRules(document) || !utf8.ValidString(document) {
		return ""
	}
	if into, ruled := s.ruledInto(document); ruled {
		return into
	}
	if into := s.folderOf(document); into != "" {
		return into
	}
	stem, documents := s.parts(document)
	if stem == "" {
		return ""
	}
	for _, of := range documents {
		if into, _ := s.ruledInto(of); into != "" {
			return into
		}
	}
	return stem + allOf
}

// ruledInto returns the database that rules put a document in, and whether they do.
func (s *Set) ruledInto(document string) (database string, ruled bool) {
	var in, table, claimed string
	for _, m := range s.matches(document) {
		switch {
		case m.of != document: // what is said of an archive's members leaves the archive where it is
		case m.Into != nil && m.Into.Database != "":
			in = m.within(m.Into.Database)
		case m.Into != nil && m.Into.Table != "":
			table = m.within(m.Into.Table)
		case m.claim && m.layer.database != "":
			claimed = m.within(m.layer.database)
		}
	}
	for _, into := range []string{in, claimed, table} {
		if into == "" {
			continue
		}
		if claimed, whole := s.claims(document); whole || !claimed && !s.Names(document) {
			return "", true
		}
		return into, true
	}
	return "", false
}

// speaks reports whether a layer has an entry for a document.
func (s *Set) speaks(l *layer, document string) bool {
	return slices.ContainsFunc(s.matches(document), func(m match) bool { return m.layer == l })
}

// within returns what a database is called that a file of rules names.
func (l *layer) within(name string) string {
	return strings.TrimPrefix(path.Dir(l.file)+"/", "./") + plainName(name)
}

// plainName is a name in which a slash is none of a path.
func plainName(name string) string { return strings.ReplaceAll(name, "/", "--") }

// claims reports whether a format has the document's extension, or that of a part, and whether its documents
// become the whole database.
func (s *Set) claims(document string) (claimed, whole bool) {
	stem, _ := s.parts(document)
	claimed = stem != ""
	for _, f := range s.formats {
		if slices.Contains(f.Extensions, extension(document)) {
			claimed, whole = true, whole || f.Whole
		}
	}
	return claimed, whole
}

// folderOf returns the database that documents of its folder share without a rule, or "". In the
// folder of a package they are about that.
func (s *Set) folderOf(document string) string {
	folder := document[:max(0, strings.LastIndexByte(document, '/'))]
	if strings.Trim(folder, "/.") == "" || !slices.ContainsFunc(s.formats, func(f converter.Format) bool {
		return f.Together && slices.Contains(f.Extensions, extension(document))
	}) || slices.ContainsFunc(s.layers, func(l *layer) bool { return l.database != "" && path.Dir(l.file) == folder }) {
		return ""
	}
	return folder
}

// extension returns that of a document, also of one that is packed.
func extension(document string) string {
	name := strings.ToLower(document)
	for _, packing := range packings {
		if bare, ok := strings.CutSuffix(name, packing); ok && path.Ext(bare) != "" {
			name = bare
		}
	}
	return path.Ext(name)
}

// maxPrefixes is how many prefixes are worth it, before one of all is.
const maxPrefixes = 8

// Gives reports whether rules give a database its name, as Into calls it, and whether ours do with
// the word database: a table that several documents share may as well stand beside others.
func (s *Set) Gives(into string) (given, order bool) {
	for _, l := range s.layers {
		if slices.ContainsFunc(l.entries, func(e *entry) bool { return slices.Contains(l.databases(e), into) }) {
			given = true
		}
		order = order || !l.claim && slices.ContainsFunc(l.entries, func(e *entry) bool {
			return e.Into != nil && e.Into.Database != "" && l.within(e.Into.Database) == into
		})
	}
	return given, order
}

// Prefixes returns what the names begin with of all documents that share a database, as Into calls
// it: each of them with one of these.
func (s *Set) Prefixes(into string) []string {
	all := []string{into + "/"} // for it may be a folder's
	if stem, ok := strings.CutSuffix(into, allOf); ok {
		all[0] = stem + "."
	}
	for _, l := range s.layers {
		for _, e := range l.entries {
			if !slices.Contains(l.databases(e), into) {
				continue
			}
			for _, g := range l.globs[e] {
				prefix := g.prefix()
				if stem, _ := s.parts(prefix); stem != "" { // the others belong to it
					prefix = stem + "."
				}
				all = append(all, prefix)
			}
		}
	}
	slices.Sort(all)
	apart := all[:0]
	for _, prefix := range all {
		if n := len(apart); n == 0 || !strings.HasPrefix(prefix, apart[n-1]) {
			apart = append(apart, prefix)
		}
	}
	if len(apart) > maxPrefixes {
		return []string{common(apart[0], apart[len(apart)-1])}
	}
	return apart
}

// databases returns those that an entry may put a document in.
func (l *layer) databases(e *entry) (all []string) {
	names := []string{l.database}
	if e.Into != nil {
		names = append(names, e.Into.Database, e.Into.Table)
	}
	for _, name := range names {
		if name != "" {
			all = append(all, l.within(name))
		}
	}
	return all
}

// common returns what two texts begin with.
func common(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// prefix returns what every name begins with that fits.
func (g glob) prefix() string {
	if i := strings.IndexAny(g.text, "*?[{"); i >= 0 && g.pattern != nil {
		return g.text[:i]
	}
	return g.text
}
