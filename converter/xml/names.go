package xml

import (
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// unique returns a name for the table of elements of a shape, and adds it to those that are
// taken. Where several places have elements of one name, that of the element around them is
// part of it.
func unique(taken map[string]bool, s *xmltext.Shape) string {
	name := s.Name.Plain()
	for up := s.Up; taken[fold(name)] && up != nil; up = up.Up {
		name = up.Name.Plain() + "_" + name
	}
	found := name
	for i := 2; taken[fold(found)]; i++ {
		found = name + "_" + strconv.Itoa(i)
	}
	taken[fold(found)] = true
	return found
}

func fold(name string) string { return strings.ToLower(name) }
