package cli

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// An aside is what is in the folders that were named and is not converted.
type aside struct {
	unclaimed []string // no format has their extension
	databases []string // they can't be converted together with others
	skipped   []string // rules say so
}

func (s *aside) add(other aside) {
	s.unclaimed, s.databases = append(s.unclaimed, other.unclaimed...), append(s.databases, other.databases...)
	s.skipped = append(s.skipped, other.skipped...)
}

// keepDatabasesOut puts databases that lie in a folder aside, where there are other
// documents: most likely they were made of those.
func (s *aside) keepDatabasesOut(found []document) []document {
	if len(found) < 2 {
		return found
	}
	return slices.DeleteFunc(found, func(d document) bool {
		if d.database {
			s.databases = append(s.databases, d.place)
		}
		return d.database
	})
}

// print tells people.
func (s *aside) print(w io.Writer) {
	for _, of := range []struct {
		why  string
		what []string
	}{
		{"no format has their extension", s.unclaimed},
		{"databases can't be converted together with other documents", s.databases},
		{"rules skip them", s.skipped},
	} {
		if len(of.what) > 0 {
			fmt.Fprintf(w, "left out, as %s: %s\n", of.why, printable(some(of.what)))
		}
	}
}

// claims reports whether a format has the name's extension, and whether its documents
// become the whole database.
func claims(formats []converter.Format, name string) (claimed, whole bool) {
	ext := strings.ToLower(path.Ext(name))
	for _, f := range formats {
		if slices.Contains(f.Extensions, ext) {
			claimed, whole = true, whole || f.Whole
		}
	}
	return claimed, whole
}
