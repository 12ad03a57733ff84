package pages

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
)

// descriptorFile is what Frictionless Data has a descriptor be called. That of the whole release is
// /-/datapackage.json, that of a database /-/DATABASE/datapackage.json: /DATABASE/datapackage.json is a table's.
const descriptorFile = "/datapackage.json"

// A descriptor is a Data Package of Frictionless Data, in words that versions 1 and 2 share. It is a
// function of the release and of the site's address.
type descriptor struct {
	Profile     string            `json:"profile"`
	Name        string            `json:"name"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Homepage    string            `json:"homepage"`
	Created     string            `json:"created,omitempty"`
	Licenses    []license         `json:"licenses,omitempty"`
	Sources     []source          `json:"sources,omitempty"`
	Resources   []json.RawMessage `json:"resources"`
}

type license struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

type source struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
}

// A resource is a table, as the CSV that it is exported as.
type resource struct {
	Profile     string    `json:"profile"`
	Name        string    `json:"name"`
	Title       string    `json:"title"`
	Description string    `json:"description,omitempty"`
	Path        string    `json:"path"`
	Format      string    `json:"format"`
	MediaType   string    `json:"mediatype"`
	Encoding    string    `json:"encoding"`
	Licenses    []license `json:"licenses,omitempty"`
	Sources     []source  `json:"sources,omitempty"`
	Schema      schema    `json:"schema"`
}

type schema struct {
	Fields      []schemaField `json:"fields"`
	PrimaryKey  []string      `json:"primaryKey,omitempty"`
	ForeignKeys []foreignKey  `json:"foreignKeys,omitempty"`
}

type schemaField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

type foreignKey struct {
	Fields    []string `json:"fields"`
	Reference target   `json:"reference"`
}

type target struct {
	Resource string   `json:"resource"` // "": the table itself
	Fields   []string `json:"fields"`
}

// describesData reports whether there is a table to describe: a package without one is none.
func describesData(databases ...*database) bool {
	return slices.ContainsFunc(databases, func(d *database) bool { return len(d.shown()) > 0 })
}

// shown returns the tables that are data: neither views, which may have no end, nor hidden.
func (d *database) shown() []*table {
	var shown []*table
	for _, t := range d.tables {
		if !t.hidden && !t.isView && len(t.own()) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}

// describe answers with the descriptor of the release.
func (q *request) describe() error {
	about, site := q.release.about, q.layout("").Site
	p := descriptor{Name: dynasette.Slug(site), Title: site, Description: about.Description, Homepage: q.absolutePath("/"),
		Created: timestamp(q.release.created()), Licenses: about.licenses(), Sources: about.sources()}
	return q.sendDescriptor(p, q.release.databases)
}

// describeDatabase answers with the descriptor of a database, of that name in a URL.
func (q *request) describeDatabase(name string) error {
	d, err := q.release.database(tildeDecode(name))
	if err != nil {
		return err
	}
	about, whole := d.about, q.release.about
	p := descriptor{Name: dynasette.Slug(d.name), Title: cmp.Or(about.Title, d.name), Description: about.Description, Homepage: q.absolutePath(d.url()),
		Created: timestamp(q.release.dated(d)), Licenses: about.licenses(), Sources: about.sources()}
	if p.Licenses == nil {
		p.Licenses = whole.licenses()
	}
	if p.Sources == nil {
		p.Sources = whole.sources()
	}
	return q.sendDescriptor(p, []*database{d})
}

func (q *request) sendDescriptor(p descriptor, databases []*database) error {
	if !describesData(databases...) {
		return notFound("There is no table to describe.")
	}
	p.Profile = "tabular-data-package"
	names := resourceNames(databases)
	size := 0
	for _, d := range databases {
		for _, t := range d.shown() {
			b, err := marshal(q.resource(d, t, names))
			if err != nil {
				return err
			}
			if size += len(b); size > maxJSON {
				return &problem{status: http.StatusRequestEntityTooLarge, text: "These tables are more than can be described at once. Ask for the " + descriptorFile[1:] + " of a database."}
			}
			p.Resources = append(p.Resources, b)
		}
	}
	return q.sendJSON(p)
}

// resourceNames gives every table a name as a package wants it, which no other has.
func resourceNames(databases []*database) map[*table]string {
	names, taken := map[*table]string{}, map[string]bool{}
	for _, d := range databases {
		prefix := ""
		if len(databases) > 1 {
			prefix = dynasette.Slug(d.name) + "."
		}
		for _, t := range d.shown() {
			name := prefix + dynasette.Slug(t.name)
			for n, stem := 2, name; taken[name]; n++ {
				name = fmt.Sprintf("%s.%d", stem, n)
			}
			names[t], taken[name] = name, true
		}
	}
	return names
}

func (q *request) resource(d *database, t *table, names map[*table]string) resource {
	r := resource{Profile: "tabular-data-resource", Name: names[t], Title: cmp.Or(t.about.Title, t.name), Description: t.about.Description,
		Path: q.absolutePath(t.url(d) + ".csv"), Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Licenses: t.about.licenses(), Sources: t.about.sources(), Schema: schema{PrimaryKey: t.declaredKey()}}
	for _, c := range t.own() {
		r.Schema.Fields = append(r.Schema.Fields, schemaField{c.name, fieldType(c.declared), t.about.column(c.name)})
	}
	for _, f := range t.refs {
		to, err := d.table(f.table)
		if err != nil || names[to] == "" {
			continue
		}
		column := f.to
		if key := to.declaredKey(); column == "" && len(key) == 1 {
			column = key[0]
		}
		if _, ok := to.column(column); !ok {
			continue
		}
		there := target{names[to], []string{column}}
		if to == t {
			there.Resource = ""
		}
		r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, foreignKey{[]string{f.column}, there})
	}
	return r
}

// fieldType returns the type of a table schema that holds what a column of that declared type
// is meant for. Types that are none of SQLite's, such as DATE, don't say how values are written.
func fieldType(declared string) string {
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

var licenseName = regexp.MustCompile(`^[-a-zA-Z0-9._]+$`)

func (a about) licenses() []license {
	l := license{Path: a.LicenseURL}
	if licenseName.MatchString(a.License) {
		l.Name = a.License
	} else if l.Title = a.License; l.Title != "" && l.Path == "" {
		l.Name = dynasette.Slug(l.Title) // one of name and path has to be there
	}
	if l == (license{}) {
		return nil
	}
	return []license{l}
}

func (a about) sources() []source {
	if title := cmp.Or(a.Source, a.SourceURL); title != "" {
		return []source{{title, a.SourceURL}}
	}
	return nil
}

// known returns what the manifest says of a database, or nil.
func (r *release) known(d *database) *dynasette.Database {
	if r.Manifest == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(r.Manifest.Databases, d.name, func(k dynasette.Database, name string) int { return strings.Compare(k.Slug, name) })
	if !ok {
		return nil
	}
	return &r.Manifest.Databases[i]
}

// dated is when the data of a database was uploaded, or else when its file was made.
func (r *release) dated(d *database) time.Time {
	if known := r.known(d); known != nil && !known.Updated.IsZero() {
		return known.Updated
	}
	return d.modified
}

// created is when the release was made, or else the newest of its databases.
func (r *release) created() time.Time {
	if r.Manifest != nil && !r.Manifest.Created.IsZero() {
		return r.Manifest.Created
	}
	return r.updated()
}

// timestamp writes a time for programs; "" is none.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
