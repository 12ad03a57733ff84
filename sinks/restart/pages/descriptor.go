package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/datapackage"
)

// descriptorFile is what the descriptor of a Data Package is called, which is a function of the release and of
// the site's address. That of the whole release is
// /-/datapackage.json, that of a database /-/DATABASE/datapackage.json: /DATABASE/datapackage.json is a table's.
const descriptorFile = "/" + datapackage.FileName

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
	p := datapackage.Package{Name: dynasette.Slug(site), Title: site, Description: about.Description, Homepage: q.absolutePath("/"),
		Created: datapackage.Timestamp(q.release.created()), Licenses: about.Licenses(dynasette.Slug), Sources: about.Sources()}
	return q.sendDescriptor(p, q.release.databases)
}

// describeDatabase answers with the descriptor of a database, of that name in a URL.
func (q *request) describeDatabase(name string) error {
	d, err := q.release.database(tildeDecode(name))
	if err != nil {
		return err
	}
	about, whole := d.about, q.release.about
	p := datapackage.Package{Name: dynasette.Slug(d.name), Title: cmp.Or(about.Title, d.name), Description: about.Description, Homepage: q.absolutePath(d.url()),
		Created: datapackage.Timestamp(q.release.dated(d)), Licenses: about.Licenses(dynasette.Slug), Sources: about.Sources()}
	if p.Licenses == nil {
		p.Licenses = whole.Licenses(dynasette.Slug)
	}
	if p.Sources == nil {
		p.Sources = whole.Sources()
	}
	return q.sendDescriptor(p, []*database{d})
}

func (q *request) sendDescriptor(p datapackage.Package, databases []*database) error {
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
	names, taken := map[*table]string{}, datapackage.Names{}
	for _, d := range databases {
		prefix := ""
		if len(databases) > 1 {
			prefix = dynasette.Slug(d.name) + "."
		}
		for _, t := range d.shown() {
			names[t] = taken.Unique(prefix + dynasette.Slug(t.name))
		}
	}
	return names
}

func (q *request) resource(d *database, t *table, names map[*table]string) datapackage.Resource {
	r := datapackage.Resource{Profile: "tabular-data-resource", Name: names[t], Title: cmp.Or(t.about.Title, t.name), Description: t.about.Description,
		Path: q.absolutePath(t.url(d) + ".csv"), Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Licenses: t.about.Licenses(dynasette.Slug), Sources: t.about.Sources(), Schema: datapackage.Schema{PrimaryKey: t.declaredKey()}}
	for _, c := range t.own() {
		r.Schema.Fields = append(r.Schema.Fields, datapackage.Field{Name: c.name, Type: datapackage.FieldType(c.declared), Description: t.about.column(c.name)})
	}
	for _, f := range t.refs {
		if f.of == nil || names[f.of] == "" {
			continue
		}
		there := datapackage.Target{Resource: names[f.of], Fields: []string{f.by}}
		if f.of == t {
			there.Resource = ""
		}
		r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, datapackage.ForeignKey{Fields: []string{f.column}, Reference: there})
	}
	return r
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
