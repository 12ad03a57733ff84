package rules

import (
	"cmp"
	"maps"
	"path"
	"strings"
)

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
	for _, l := range s.layers {
		folder := path.Dir(l.file)
		if folder != "." && !strings.HasPrefix(document, folder+"/") {
			continue
		}
		if !l.claim || s.speaks(l, document) {
			metadata = add(metadata, &l.about)
		}
		if name != "" && l.into[name] != nil {
			metadata = add(metadata, l.into[name])
		}
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

// add puts what is said of a database over what was said before.
func add(metadata map[string]any, a *about) map[string]any {
	said := a.credits.metadata()
	queries := map[string]any{}
	for name, q := range a.queries {
		one := map[string]any{"sql": q.SQL}
		if q.Title != "" {
			one["title"] = q.Title
		}
		if q.Description != "" {
			one["description"] = q.Description
		}
		if q.HideSQL != nil {
			one["hide_sql"] = *q.HideSQL
		}
		queries[name] = one
	}
	if len(queries) > 0 {
		said["queries"] = queries
	}
	if len(said) == 0 {
		return metadata
	}
	if metadata == nil {
		metadata = map[string]any{}
	}
	maps.Copy(metadata, said)
	return metadata
}

// metadata returns credits by their words.
func (c credits) metadata() map[string]any {
	said := map[string]any{}
	for word, text := range map[string]string{"title": c.Title, "description": c.Description, "source": c.Source, "source_url": c.SourceURL,
		"license": c.License, "license_url": c.LicenseURL, "about": c.About, "about_url": c.AboutURL} {
		if text != "" {
			said[word] = text
		}
	}
	return said
}
