package rules

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Unused says why files can't be read, and what becomes of documents that they are for.
func (s *Set) Unused(documents []string) (faults Faults) {
	for _, b := range s.broken {
		faults = append(faults, b.unused(documents))
	}
	return faults
}

// Check says which rules speak of documents that are not among these. Of an archive's members
// nothing is known.
func (s *Set) Check(documents []string) (faults Faults) {
	for _, l := range s.layers {
		for _, e := range l.entries {
			faults = append(faults, l.unmatched(e, documents)...)
		}
	}
	return faults
}

// Uncalled says which databases have words of their own, and are called so by none. called has the
// sources of those that go by a name.
func (s *Set) Uncalled(called map[string][]string) (faults Faults) {
	for _, l := range s.layers {
		for _, name := range slices.Sorted(maps.Keys(l.into)) {
			if !slices.ContainsFunc(called[name], func(source string) bool { return below(l.file, source) }) {
				faults = append(faults, &Fault{File: l.file, Message: "no database is called " + clip(name)})
			}
		}
	}
	return faults
}

// Paths is how many patterns there are: what Check compares each document with.
func (s *Set) Paths() (n int) {
	for _, l := range s.layers {
		for _, globs := range l.globs {
			n += len(globs)
		}
	}
	return n
}

// Conflicts returns orders that can't be obeyed for these documents.
func (s *Set) Conflicts(documents []string) (faults Faults) {
	for _, l := range s.layers {
		for _, e := range l.entries {
			if f := s.oneName(l, e, documents); f != nil {
				faults = append(faults, f)
			}
		}
	}
	return faults
}

// unused says that a file is not used, and what then becomes of what it speaks of.
func (b broken) unused(documents []string) *Fault {
	f := *b.fault
	if !b.claim {
		f.Message += ". No rule of it is used; the last good rules stay"
		return &f
	}
	folder := path.Dir(b.fault.File)
	var near []string
	for _, d := range documents {
		if path.Dir(d) == folder {
			near = append(near, path.Base(d))
		}
	}
	f.Message += ". The rules in it are not used (the last good ones, if there were any, are)"
	switch n := len(near); {
	case n == 1:
		f.Message += "; " + near[0] + " is converted as it is"
	case n > 5:
		f.Message += fmt.Sprintf("; %s and %d more are converted as they are", strings.Join(near[:4], ", "), n-4)
	case n > 1:
		f.Message += "; " + andAll(near) + " are converted as they are"
	}
	return &f
}

// unmatched says which paths of an entry no document has.
func (l *layer) unmatched(e *entry, documents []string) (faults Faults) {
	m := e.said["path"]
	for i, g := range l.globs[e] {
		if slices.ContainsFunc(documents, g.fits) || strings.Contains(strings.ToLower(g.text), ".zip/") {
			continue
		}
		f := &Fault{File: l.file, Line: m.line, Column: m.column}
		switch {
		case l.claim && e.Name != "":
			f.Line, f.Message = 0, fmt.Sprintf("resource %s: there is no %s here", clip(e.Name), clip(e.Path[i]))
		case l.claim:
			f.Line, f.Message = 0, fmt.Sprintf("there is no %s here", clip(e.Path[i]))
		default:
			f.Message = fmt.Sprintf("path %s matches no file", clip(e.Path[i]))
			if slices.ContainsFunc(documents, func(d string) bool { return strings.HasPrefix(d, g.text+"/") }) {
				f.Message += fmt.Sprintf("; it is a folder, and all that is in it is path: \"%s/**\"", clip(e.Path[i]))
			} else if d := differentCase(g, documents); d != "" {
				f.Message += fmt.Sprintf("; case matters, and there is %s", clip(d))
			}
		}
		faults = append(faults, f)
	}
	return faults
}

// differentCase returns a document that the pattern would be for if case did not matter.
func differentCase(g glob, documents []string) string {
	lower := newGlob(strings.ToLower(g.text))
	for _, d := range documents {
		if lower.fits(strings.ToLower(d)) {
			return d
		}
	}
	return ""
}

// oneName says that a name for one table is given to several.
func (s *Set) oneName(l *layer, e *entry, documents []string) *Fault {
	if l.claim || !e.says("name") {
		return nil
	}
	var named []string
	for _, d := range documents {
		if slices.ContainsFunc(l.globs[e], func(g glob) bool { return g.fits(d) }) &&
			!slices.ContainsFunc(s.matches(d), func(m match) bool { return m.says("into") || m.database != "" }) {
			named = append(named, d)
		}
	}
	if len(named) < 2 {
		return nil
	}
	m := e.said["name"]
	return &Fault{File: l.file, Line: m.line, Column: m.column, Message: fmt.Sprintf(
		"name %s is for one table, and path matches %s: say into: {table: %[1]s} for all their rows to go there", clip(e.Name), andAll(shortened(named)))}
}

func shortened(list []string) []string {
	if len(list) > 4 {
		return append(slices.Clone(list[:3]), fmt.Sprintf("%d more", len(list)-3))
	}
	return list
}

// Sort sorts names of documents as they are converted together: folder by folder.
func Sort(documents []string) {
	slices.SortStableFunc(documents, func(a, b string) int {
		return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
	})
}

// Order sorts documents for their conversion: those that one resource names as one table
// follow one another in its order, where the first of them is.
func (s *Set) Order(documents []string) []string {
	ordered := slices.Clone(documents)
	for _, l := range s.layers {
		for _, e := range l.entries {
			if !l.claim || len(e.Path) < 2 {
				continue
			}
			var list []string
			for _, g := range l.globs[e] {
				for _, d := range documents {
					if g.fits(d) && !slices.Contains(list, d) {
						list = append(list, d)
					}
				}
			}
			if len(list) < 2 {
				continue
			}
			first := slices.IndexFunc(ordered, func(d string) bool { return slices.Contains(list, d) })
			ordered = slices.DeleteFunc(ordered, func(d string) bool { return slices.Contains(list, d) })
			ordered = slices.Insert(ordered, first, list...)
		}
	}
	return ordered
}

// Speaks reports whether a file has rules for a document.
func (s *Set) Speaks(file, document string) bool {
	return slices.ContainsFunc(s.layers, func(l *layer) bool { return l.file == file && s.speaks(l, document) })
}

// Claims reports whether nothing but others' rules speaks of a document.
func (s *Set) Claims(document string) bool {
	return !slices.ContainsFunc(s.matches(document), func(m match) bool { return !m.claim })
}

// Names reports whether rules name a document so plainly that it is one whatever its name
// ends with: as a whole, or by a pattern with its extension.
func (s *Set) Names(document string) bool {
	for _, m := range s.matches(document) {
		for _, g := range m.globs[m.entry] {
			ext := path.Ext(g.text)
			if g.fits(document) && (g.text == document || ext != "" && ext == path.Ext(document) && !strings.ContainsAny(ext, "*?[{")) {
				return true
			}
		}
	}
	return false
}
