package pages

import (
	"cmp"
	"strings"

	"github.com/dynasette/dynasette/internal/look"
)

// title is what people know the database as: what metadata says, such as the name of the upload, or else its name
// in URLs.
func (d *database) title() string { return readable(cmp.Or(d.about.Title, d.name)) }

func (t *table) title() string { return readable(cmp.Or(t.about.Title, t.name)) }

func (d *database) crumb() look.Crumb { return look.At(d.title(), d.url()) }

func (t *table) crumb(d *database) look.Crumb { return look.At(t.title(), t.url(d)) }

// ofDatabase is what people say of a database. What the pipeline says where they don't is left out: a page has that
// as facts.
func (r *release) ofDatabase(d *database) about {
	a := d.about
	if known := r.known(d); known != nil {
		a.Description = without(a.Description, known.Description())
		if a.Source == known.From() {
			a.Source = ""
		}
	}
	return a
}

// ofAll is what people say of the release.
func (r *release) ofAll() about {
	a := r.about
	if r.Manifest != nil {
		a.Description = without(a.Description, r.Manifest.Description())
	}
	return a
}

// without returns a description less the part that the pipeline has made of it.
func without(text, made string) string {
	if text == made {
		return ""
	}
	return strings.TrimSuffix(text, " ("+made+")")
}

// from says what a database was made of, if its title doesn't.
func (r *release) from(d *database) string {
	if known := r.known(d); known != nil && known.From() != d.title() {
		return known.From()
	}
	return ""
}

// lacks says what was left out of the upload, or is in doubt, and where that is to be seen; "" if nothing is, or
// nowhere.
func (r *release) lacks(d *database) (what, url string) {
	known := r.known(d)
	if known == nil {
		return "", ""
	}
	what, name := known.Lacks()
	if t, err := d.table(name); err == nil {
		url = t.url(d)
	}
	return what, url
}
