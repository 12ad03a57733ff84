package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// allOf is what the name of a database of files of one stem ends with.
const allOf = ".*"

// parts returns the stem of a file that may be a part of a document, or one that has parts, and the names
// that the document may have; "" if it is neither.
func (s *Set) parts(file string) (stem string, documents []string) {
	longest := 0
	for _, f := range s.formats {
		if len(f.Beside) == 0 {
			continue
		}
		for _, end := range slices.Concat(f.Extensions, f.Beside) {
			at := len(file) - len(end)
			if at <= 0 || !strings.EqualFold(file[at:], end) || file[at-1] == '/' || len(end) < longest {
				continue
			}
			if len(end) > longest {
				longest, documents = len(end), nil
			}
			stem = file[:at]
			for _, extension := range f.Extensions {
				documents = append(documents, stem+extension, stem+strings.ToUpper(extension))
			}
		}
	}
	return stem, documents
}

// IsPart reports whether a file's name is one that a document's part may have, and no document.
func (s *Set) IsPart(file string) bool {
	stem, _ := s.parts(file)
	return stem != "" && !slices.ContainsFunc(s.formats, func(f converter.Format) bool { return slices.Contains(f.Extensions, strings.ToLower(path.Ext(file))) })
}
