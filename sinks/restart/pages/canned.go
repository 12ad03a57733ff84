package pages

import (
	"maps"
	"slices"
	"strings"
)

// A storedQuery is one that the release's documents have for a database. Datasette calls it a
// canned query, and later a stored one.
type storedQuery struct {
	Name, SQL, Title, Description string
	HideSQL                       bool
	said                          map[string]any
}

// queriesOf reads the queries of a database's metadata or configuration, by name. Those that
// write are left out.
func queriesOf(said map[string]any) []*storedQuery {
	all, _ := said["queries"].(map[string]any)
	var queries []*storedQuery
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := &storedQuery{Name: name}
		switch q := all[name].(type) {
		case string:
			s.SQL = q
		case map[string]any:
			s.said = q
			text := func(key string) string { t, _ := q[key].(string); return strings.TrimSpace(t) }
			s.SQL, s.Title, s.Description = text("sql"), text("title"), text("description")
			s.HideSQL, _ = q["hide_sql"].(bool)
			if write, _ := q["write"].(bool); write {
				continue
			}
		}
		if s.SQL = strings.TrimSpace(s.SQL); s.SQL != "" {
			queries = append(queries, s)
		}
	}
	return queries
}

func (s *storedQuery) url(d *database) string { return d.url() + "/" + tildeEncode(s.Name) }

// queryURL is where SQL is run over the database.
func (d *database) queryURL() string { return d.url() + "/-/query" }

// stored returns the stored query of that name, or nil.
func (d *database) stored(name string) *storedQuery {
	for _, s := range d.queries {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// json describes the query as Datasette does.
func (s *storedQuery) json(d *database) object {
	o := object{"database": d.name, "name": s.Name, "sql": s.SQL, "title": orNull(s.Title), "description": orNull(s.Description),
		"description_html": nil, "hide_sql": s.HideSQL, "fragment": nil, "params": []string{}, "parameters": []string{}, "is_write": false, "private": false}
	if text, ok := s.said["fragment"].(string); ok {
		o["fragment"] = text
	}
	for _, key := range []string{"params", "parameters"} {
		if list, ok := s.said[key].([]any); ok {
			o[key] = list
		}
	}
	return o
}
