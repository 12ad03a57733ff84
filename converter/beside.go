package converter

import (
	"path"
	"strings"
)

// Beside returns the document that the file of that name is a part of, as x.dbf is of x.shp: one
// that is there, of a format that has such parts. It is "" if the file stands for itself.
func (r *Registry) Beside(name string, there func(name string) bool) string {
	for _, e := range r.entries {
		for _, end := range e.Beside {
			stem, ok := cutEnd(name, end)
			if !ok || path.Base(stem) == "." || stem == "" || strings.HasSuffix(stem, "/") {
				continue
			}
			for _, extension := range e.Extensions {
				for _, document := range []string{stem + extension, stem + strings.ToUpper(extension)} {
					if document != name && there(document) {
						return document
					}
				}
			}
		}
	}
	return ""
}

// cutEnd cuts an end off a name, whatever its case.
func cutEnd(name, end string) (string, bool) {
	n := len(name) - len(end)
	if n < 0 || !strings.EqualFold(name[n:], end) {
		return name, false
	}
	return name[:n], true
}
