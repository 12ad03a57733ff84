package dynasette

import (
	"fmt"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// hollow returns an error if a new version has no rows and none of the columns of the
// database that it would replace: that is what remains of a file that was cut off, or a
// page about an error in its place. With the same columns and no rows, a table has become empty.
func hollow(before *made, now *converter.Summary) error {
	if before == nil || now.Rows() > 0 {
		return nil
	}
	had := columns(&before.Summary)
	if before.Summary.Rows() == 0 || len(had) == 0 {
		return nil
	}
	for name := range columns(now) {
		if had[name] {
			return nil
		}
	}
	return fmt.Errorf("%w: no rows, and none of the columns of the version before, which stays served "+
		"(if it is meant so, delete the upload first)", converter.ErrCorrupt)
}

// columns returns the names of all tables' columns, without regard to case.
func columns(s *converter.Summary) map[string]bool {
	names := map[string]bool{}
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			names[strings.ToLower(c.Name)] = true
		}
	}
	return names
}
