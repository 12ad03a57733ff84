package dynasette

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/datapackage"
)

// maxPackage is how many bytes of resources are described, before they are indented.
const maxPackage = 4 << 20

// packageOf returns what a release says of itself to programs, in the words of a Data Package: its
// tables, in databases that lie beside it where all of the release is in a folder. It is a function of the manifest and of the
// metadata; nil if there is no table to describe.
func packageOf(m *Manifest, metadata map[string]any) *datapackage.Package {
	about := datapackage.CreditsOf(metadata)
	title := cmp.Or(about.Title, "dynasette")
	p := &datapackage.Package{
		Profile: "data-package", Name: Slug(title), Title: title, Description: about.Description, Created: datapackage.Timestamp(m.Created),
		Licenses: about.Licenses(Slug), Sources: about.Sources(), Resources: []json.RawMessage{},
	}
	all, omitted := resourcesOf(m, metadata)
	p.Omitted = omitted
	there := map[string]bool{"": true}
	for _, r := range all {
		there[r.Name] = true
	}
	for _, r := range all {
		r.Schema.ForeignKeys = slices.DeleteFunc(r.Schema.ForeignKeys, func(k datapackage.ForeignKey) bool { return !there[k.Reference.Resource] })
		p.Resources = append(p.Resources, encoded(r))
	}
	if len(p.Resources) == 0 {
		return nil
	}
	return p
}

func encoded(r datapackage.Resource) []byte {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // texts and numbers can be encoded
	}
	return text
}

// resourcesOf returns the tables of a release that are data, and how many more there are than is room for.
func resourcesOf(m *Manifest, metadata map[string]any) (all []datapackage.Resource, more int) {
	names, size := datapackage.Names{}, 0
	for i := range m.Databases {
		d := &m.Databases[i]
		whole := object(object(metadata, "databases"), d.Slug)
		tables := slices.DeleteFunc(dataOf(d.Tables), func(t Table) bool {
			return object(object(whole, "tables"), t.Name)["hidden"] == true || len(t.Columns) == 0
		})
		named := map[string]string{}
		for _, t := range tables {
			stem := Slug(t.Name)
			if len(m.Databases) > 1 {
				stem = d.Slug + "." + stem
			}
			named[t.Name] = names.Unique(stem)
		}
		for i := range tables {
			if t := &tables[i]; size < maxPackage {
				r := d.resource(t, named, datapackage.CreditsOf(whole), object(object(whole, "tables"), t.Name))
				if size += len(encoded(r)); size <= maxPackage {
					all = append(all, r)
					continue
				}
			}
			more++
		}
	}
	return all, more
}

// resource describes a table.
func (d *Database) resource(t *Table, named map[string]string, whole datapackage.Credits, said map[string]any) datapackage.Resource {
	about := datapackage.CreditsOf(said)
	r := datapackage.Resource{
		Profile: "data-resource", Name: named[t.Name], Title: cmp.Or(about.Title, t.Name), Description: about.Description,
		Path: d.File(), Format: "sqlite", MediaType: "application/vnd.sqlite3", Bytes: d.Size, Dialect: &datapackage.Dialect{Table: t.Name}, Rows: &t.Rows,
		Licenses: about.Licenses(Slug), Sources: about.Sources(), Schema: datapackage.Schema{PrimaryKey: t.PrimaryKey},
	}
	if d.SHA256 != "" {
		r.Hash = "sha256:" + d.SHA256
	}
	if r.Licenses == nil {
		r.Licenses = whole.Licenses(Slug)
	}
	if r.Sources == nil {
		r.Sources = whole.Sources()
	}
	columns := object(said, "columns")
	for i, name := range t.Columns {
		description, _ := columns[name].(string)
		r.Schema.Fields = append(r.Schema.Fields, datapackage.Field{Name: name, Type: datapackage.FieldType(t.typeOf(i)), Description: description})
	}
	for _, k := range t.References {
		if to, ok := named[k.Table]; ok {
			r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, foreignKey(t, to, k))
		}
	}
	return r
}

func foreignKey(t *Table, to string, k converter.Reference) datapackage.ForeignKey {
	if k.Table == t.Name {
		to = "" // itself
	}
	return datapackage.ForeignKey{Fields: k.Columns, Reference: datapackage.Target{Resource: to, Fields: k.To}}
}

// object returns what stands under a key, if that is a mapping.
func object(m map[string]any, key string) map[string]any {
	below, _ := m[key].(map[string]any)
	return below
}
