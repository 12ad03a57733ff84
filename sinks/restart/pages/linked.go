package pages

import (
	"cmp"
	"time"

	"github.com/dynasette/dynasette/internal/datapackage"
	"github.com/dynasette/dynasette/internal/look"
)

// maxLinked bounds every list of what a page says of itself to programs; its descriptor has them all.
const maxLinked = 200

// described is what a page says of its data to programs, beside what it shows.
type described struct {
	Descriptor string // its URL; "" if there is none
	Linked     object // a Dataset of schema.org, as JSON-LD; a template escapes it as data of a script
}

// described describes the release: its databases are parts of it.
func (q *request) described() (p described) {
	r := q.release
	p.Linked = q.dataset(q.layout("").Site, "/", r.about)
	r.about.creditTo(p.Linked)
	var newest time.Time
	for _, d := range r.databases {
		if dated := r.dated(d); dated.After(newest) {
			newest = dated
		}
	}
	put(p.Linked, "dateModified", datapackage.Timestamp(newest))
	var parts, files []object
	for _, d := range r.databases[:min(len(r.databases), maxLinked)] {
		part := q.dataset(d.title(), d.url(), d.about)
		delete(part, "@context")
		parts, files = append(parts, part), append(files, q.fileOf(d))
	}
	putList(p.Linked, "hasPart", parts)
	putList(p.Linked, "distribution", files)
	if describesData(r.databases...) {
		p.Descriptor = "/-" + descriptorFile
	}
	return p
}

// describedDatabase describes a database.
func (q *request) describedDatabase(d *database) (p described) {
	p.Linked = q.dataset(d.title(), d.url(), d.about)
	q.release.about.creditTo(p.Linked)
	own := d.about
	if known := q.release.known(d); known != nil && own.Source == known.From() {
		own.Source = "" // the name of a file is nobody's
	}
	own.creditTo(p.Linked)
	put(p.Linked, "dateModified", datapackage.Timestamp(q.release.dated(d)))
	p.Linked["isPartOf"] = object{"@type": "Dataset", "name": q.layout("").Site, "url": q.absolutePath("/")}
	downloads, variables := []object{q.fileOf(d)}, []object(nil)
	for _, t := range d.shown() {
		if len(downloads) < maxLinked {
			path := q.absolutePath(t.url(d))
			downloads = append(downloads, download(t.name, path+".csv", "text/csv"),
				download(t.name+", page by page", path+".json", "application/json"))
		}
		for _, c := range t.own() {
			if len(variables) == maxLinked {
				break
			}
			v := object{"@type": "PropertyValue", "name": c.name}
			put(v, "description", t.about.column(c.name))
			variables = append(variables, v)
		}
		p.Descriptor = "/-" + d.url() + descriptorFile
	}
	putList(p.Linked, "distribution", downloads)
	putList(p.Linked, "variableMeasured", variables)
	return p
}

// dataset is what any data says: search engines want a description, so a name stands in for one.
func (q *request) dataset(name, path string, a about) object {
	return object{"@context": "https://schema.org/", "@type": "Dataset", "name": name, "url": q.absolutePath(path),
		"description": cmp.Or(a.Description, name)}
}

// creditTo says whose the data is, and what may be done with it, as far as that is known.
func (a about) creditTo(o object) {
	switch {
	case a.LicenseURL != "":
		o["license"] = a.LicenseURL
	case a.License != "":
		o["license"] = object{"@type": "CreativeWork", "name": a.License}
	}
	if name := cmp.Or(a.Source, a.SourceURL); name != "" {
		by := object{"@type": "Organization", "name": name}
		put(by, "url", a.SourceURL)
		o["creator"] = by
	}
}

func (q *request) fileOf(d *database) object {
	o := download(d.name+".db", q.absolutePath(d.url()+".db"), "application/vnd.sqlite3")
	o["contentSize"] = look.Size(d.size)
	return o
}

func download(name, url, contentType string) object {
	return object{"@type": "DataDownload", "name": name, "contentUrl": url, "encodingFormat": contentType}
}

// put adds what is said.
func put(o object, key, text string) {
	if text != "" {
		o[key] = text
	}
}

func putList(o object, key string, list []object) {
	if len(list) > 0 {
		o[key] = list
	}
}
