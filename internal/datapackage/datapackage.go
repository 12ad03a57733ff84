// Package datapackage has the words of a Data Package of Frictionless Data, of those that versions 1
// and 2 share: what a release says of itself, wherever it says it.
package datapackage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette/internal/pattern"
)

// FileName is what a descriptor is to be called.
const FileName = "datapackage.json"

// A Package describes data.
type Package struct {
	Profile     string            `json:"profile"`
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Homepage    string            `json:"homepage,omitempty"`
	Created     string            `json:"created,omitempty"`
	Licenses    []License         `json:"licenses,omitempty"`
	Sources     []Source          `json:"sources,omitempty"`
	Resources   []json.RawMessage `json:"resources"`
	Omitted     int               `json:"omitted,omitempty"` // so many resources that would be too much; not a word of theirs
}

// A License says what may be done with data. It has a name or a path.
type License struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

// A Source is where data is from.
type Source struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
}

// A Resource is a table: as the CSV that it is exported as, or in its database.
type Resource struct {
	Profile     string    `json:"profile"`
	Name        string    `json:"name"`
	Title       string    `json:"title"`
	Description string    `json:"description,omitempty"`
	Path        string    `json:"path"`
	Format      string    `json:"format"`
	MediaType   string    `json:"mediatype"`
	Encoding    string    `json:"encoding,omitempty"`
	Bytes       int64     `json:"bytes,omitempty"`    // of what is at the path
	Hash        string    `json:"hash,omitempty"`     // likewise
	Dialect     *Dialect  `json:"dialect,omitempty"`  // of a database
	Rows        *int64    `json:"rowcount,omitempty"` // not a word of theirs
	Licenses    []License `json:"licenses,omitempty"`
	Sources     []Source  `json:"sources,omitempty"`
	Schema      Schema    `json:"schema,omitzero"`
}

// A Dialect says which table of a database is meant.
type Dialect struct {
	Table string `json:"table"`
}

// A Schema is what a table's columns are.
type Schema struct {
	Fields      []Field      `json:"fields"`
	PrimaryKey  []string     `json:"primaryKey,omitempty"`
	ForeignKeys []ForeignKey `json:"foreignKeys,omitempty"`
}

// A Field is a column.
type Field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

// A ForeignKey leads to another table.
type ForeignKey struct {
	Fields    []string `json:"fields"`
	Reference Target   `json:"reference"`
}

// A Target is where a foreign key leads to.
type Target struct {
	Resource string   `json:"resource"` // "": the table itself
	Fields   []string `json:"fields"`
}

// FieldType returns the type of a table schema that holds what a column of that declared type
// is meant for. Types that are none of SQLite's, such as DATE, don't say how values are written.
func FieldType(declared string) string {
	d := strings.ToUpper(declared)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(d, w) })
	}
	switch {
	case has("INT"):
		return "integer"
	case has("CHAR", "CLOB", "TEXT"):
		return "string"
	case has("BLOB"):
		return "any"
	case has("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"):
		return "number"
	}
	return "any"
}

// Names gives out names that no other resource has.
type Names map[string]bool

// Unique returns the name, or one like it.
func (n Names) Unique(stem string) string {
	name := stem
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s.%d", stem, i)
	}
	n[name] = true
	return name
}

// Credits are what Datasette's metadata says of data that a package says, too.
type Credits struct {
	Title, Description  string
	License, LicenseURL string
	Source, SourceURL   string
}

// CreditsOf reads metadata. People write it by hand, so whatever has an unexpected type counts as not said.
func CreditsOf(m map[string]any) Credits {
	text := func(key string) string { s, _ := m[key].(string); return strings.TrimSpace(s) }
	return Credits{
		Title: text("title"), Description: text("description"),
		License: text("license"), LicenseURL: WebAddress(text("license_url")),
		Source: text("source"), SourceURL: WebAddress(text("source_url")),
	}
}

// WebAddress returns s if it is one that may become a link.
func WebAddress(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// LicenseName is what a license may be called.
var LicenseName = pattern.New(`^[-a-zA-Z0-9._]+$`)

// Licenses returns those that are said; slug makes a name of a text.
func (c Credits) Licenses(slug func(string) string) []License {
	l := License{Path: c.LicenseURL}
	if LicenseName().MatchString(c.License) {
		l.Name = c.License
	} else if l.Title = c.License; l.Title != "" && l.Path == "" {
		l.Name = slug(l.Title) // one of name and path has to be there
	}
	if l == (License{}) {
		return nil
	}
	return []License{l}
}

// Sources returns those that are said.
func (c Credits) Sources() []Source {
	if title := cmp.Or(c.Source, c.SourceURL); title != "" {
		return []Source{{title, c.SourceURL}}
	}
	return nil
}

// Timestamp writes a time; "" is none.
func Timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
