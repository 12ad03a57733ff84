package dynasette_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// A new version without rows is published if it is the same table, and is damage if it is
// not.
func TestHollow(t *testing.T) {
	for _, test := range []struct {
		name, now string
		damage    bool
	}{
		{"the same columns", "name,people\n", false},
		{"one of them, spelled otherwise", "PEOPLE,area\n", false},
		{"others", "id,error\n", true},
		{"a line of an error", "Service Unavailable\n", true},
		{"other columns with rows", "id,error\n1,x\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.put("cities.csv", "name,people\nOslo,700000\nBern,130000\n")
				r := w.put("cities.csv", test.now)
				if !test.damage {
					if r.Action != dynasette.Converted {
						t.Fatalf("%+v", r)
					}
					w.is("cities.csv@2")
					return
				}
				if r.Action != dynasette.Failed || !errors.Is(r.Err, converter.ErrCorrupt) || !strings.Contains(r.Err.Error(), "delete the upload first") {
					t.Fatalf("%+v", r)
				}
				w.is("cities.csv@1") // the version before stays served
				// Once it is gone, it may come as it likes.
				w.process(w.uploads.Delete("cities.csv")[0])
				if r := w.put("cities.csv", test.now); r.Action != dynasette.Converted {
					t.Errorf("%+v", r)
				}
			})
		})
	}
}
