package pages

import (
	"strings"

	"github.com/dynasette/dynasette/internal/datapackage"
)

// about is what metadata.json says of the release, a database or a table. People write that
// file by hand, so whatever has an unexpected type counts as not said.
type about struct {
	datapackage.Credits
	About, AboutURL string
	hidden          bool
	sort, sortDesc  string
	labelColumn     string
	columns         map[string]any // a column's description
	size            int
	raw             map[string]any
}

func aboutOf(m map[string]any) about {
	text := func(key string) string { s, _ := m[key].(string); return strings.TrimSpace(s) }
	a := about{
		Credits: datapackage.CreditsOf(m),
		About:   text("about"), AboutURL: datapackage.WebAddress(text("about_url")),
		sort: text("sort"), sortDesc: text("sort_desc"), labelColumn: text("label_column"),
		raw: m,
	}
	a.hidden, _ = m["hidden"].(bool)
	a.columns, _ = m["columns"].(map[string]any)
	if size, ok := m["size"].(float64); ok {
		a.size = int(size)
	}
	return a
}

// Said reports whether there is anything to show but the title.
func (a about) Said() bool {
	return a.Description+a.License+a.LicenseURL+a.Source+a.SourceURL+a.About+a.AboutURL != ""
}

func (a about) column(name string) string {
	s, _ := a.columns[name].(string)
	return s
}

// unit is what a column's numbers are measured in.
func (a about) unit(name string) string {
	s, _ := child(a.raw, "units")[name].(string)
	return s
}

// child returns the object at the path, or nil.
func child(m map[string]any, path ...string) map[string]any {
	for _, key := range path {
		m, _ = m[key].(map[string]any)
	}
	return m
}
