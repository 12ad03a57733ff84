package rules

import "cmp"

// Database returns the name of the database that rules put a document in, or "" if it is to
// have one of its own, and what Datasette is to be told of that database, in its words; nil is
// nothing.
func (s *Set) Database(document string) (name string, metadata map[string]any) {
	for _, m := range s.matches(document) {
		switch {
		case m.Into != nil && m.Into.Database != "":
			name = m.Into.Database
		case m.layer.database != "" && m.claim:
			name = cmp.Or(name, m.layer.database)
		}
	}
	if metadata, _ = s.About(document, name); len(metadata) == 0 {
		metadata = nil
	}
	return name, metadata
}

// speaks reports whether a layer has an entry for a document.
func (s *Set) speaks(l *layer, document string) bool {
	for _, m := range s.matches(document) {
		if m.layer == l {
			return true
		}
	}
	return false
}
