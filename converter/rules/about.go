package rules

import (
	"path"
	"reflect"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// About returns what is said of a document's database, in the words of Datasette's metadata,
// and where each word stands. It may go by any of the names.
func (s *Set) About(document string, names ...string) (about map[string]any, said map[string]converter.Origin) {
	return s.aboutBelow(document, names, func(l *layer) bool { return s.speaks(l, document) })
}

// AboutInto is About of a database that documents share, as Into calls it.
func (s *Set) AboutInto(into string, names ...string) (about map[string]any, said map[string]converter.Origin) {
	return s.aboutBelow(into, names, func(l *layer) bool { return l.database != "" && l.within(l.database) == into })
}

// aboutBelow returns what files say in whose folders a document or a database is; others' files
// only if they speak of it.
func (s *Set) aboutBelow(name string, names []string, speaks func(*layer) bool) (about map[string]any, said map[string]converter.Origin) {
	about, said = map[string]any{}, map[string]converter.Origin{}
	for _, l := range s.layers {
		if below(l.file, name) && (!l.claim || speaks(l)) {
			l.about.add(l, about, said)
		}
		for _, called := range names {
			if into := l.into[called]; into != nil && below(l.file, name) {
				into.add(l, about, said)
			}
		}
	}
	return about, said
}

// below reports whether a document lies in a file's folder, or in one within it.
func below(file, document string) bool {
	dir := path.Dir(file)
	return dir == "." || strings.HasPrefix(document, dir+"/")
}

func (a *about) add(l *layer, into map[string]any, said map[string]converter.Origin) {
	at := func(word string) converter.Origin {
		if a.words == nil {
			return l.origin(mark{})
		}
		return l.origin(a.words.said[word])
	}
	a.each(func(word, text string) { into[word], said[word] = text, at(word) })
	if len(a.queries) == 0 {
		return
	}
	queries, ok := into["queries"].(map[string]any)
	if !ok {
		queries = map[string]any{}
	}
	for name, q := range a.queries {
		about := map[string]any{"sql": q.SQL}
		if q.Title != "" {
			about["title"] = q.Title
		}
		if q.Description != "" {
			about["description"] = q.Description
		}
		if q.HideSQL != nil {
			about["hide_sql"] = *q.HideSQL
		}
		queries[name] = about
	}
	into["queries"], said["queries"] = queries, at("queries")
}

// each calls fn for each word that is said.
func (c *credits) each(fn func(word, text string)) {
	walk(reflect.ValueOf(c).Elem(), func(f reflect.StructField, v reflect.Value) {
		if text := v.String(); text != "" {
			fn(f.Tag.Get("word"), text)
		}
	})
}
