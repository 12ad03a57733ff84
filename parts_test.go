package dynasette_test

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
)

// A document that consists of several files is one database, whatever becomes of each of them.
func TestParts(t *testing.T) {
	parts := map[string]string{}
	for _, end := range []string{".shp", ".shx", ".dbf", ".prj", ".cpg"} {
		b, err := os.ReadFile("testdata/shapefile/gdal-areas" + end)
		if err != nil {
			t.Fatal(err)
		}
		parts[end] = string(b)
	}
	tables := func(w *world, source string) string {
		d := database(servedNow(t, w.store), source)
		if d == nil {
			return "none of " + sources(servedNow(t, w.store))
		}
		var all []string
		for _, table := range d.Tables {
			if !table.Hidden {
				all = append(all, d.Slug+"/"+table.Name+": "+strings.Join(table.Columns, " "))
			}
		}
		return strings.Join(all, ", ")
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.put("geo/other.csv", "a\n1\n")
		if r := w.put("geo/roads.prj", parts[".prj"]); r.Action != dynasette.Skipped {
			t.Errorf("a part of what is not there: %+v", r)
		}
		if r := w.reconcile(); r.Uploads != 1 || r.Failed != 0 {
			t.Errorf("%+v", r)
		}
		w.put("geo/roads.DBF", parts[".dbf"])
		if got := tables(w, "geo/roads.*/"); got != "geo--roads/roads: name n r" {
			t.Errorf("the attributes alone: %s", got)
		}
		for _, end := range []string{".prj", ".cpg", ".shx", ".shp"} {
			if r := w.put("geo/roads"+end, parts[end]); r.Action == dynasette.Failed || r.Set != "geo/roads.*/" {
				t.Fatalf("%s: %+v", end, r)
			}
		}
		const all = "geo--roads/roads: name n r geometry"
		if got := tables(w, "geo/roads.*/"); got != all {
			t.Errorf("the shapefile: %s", got)
		}
		was := database(servedNow(t, w.store), "geo/roads.*/").Object
		if r := w.put("geo/roads.prj", strings.Replace(parts[".prj"], "WGS_1984", "other", 1)); r.Action != dynasette.Converted {
			t.Errorf("a part that has changed: %+v", r)
		}
		if got := tables(w, "geo/roads.*/"); got != all || database(servedNow(t, w.store), "geo/roads.*/").Object == was {
			t.Errorf("behind a change: %s", got)
		}
		if r := w.reconcile(); r.Current != 2 || r.Converted+r.Failed+r.Withdrawn != 0 {
			t.Errorf("%+v", r)
		}
		if title := at(w.document("metadata.json"), "databases", "geo--roads", "title"); title != "geo/roads" {
			t.Errorf("its title is %v", title)
		}
		// Rules about the document are rules about what it consists of.
		w.put(rulesFile, "resources:\n  - path: geo/roads.shp\n    into: {database: maps}\n")
		if got := tables(w, "maps/"); got != "maps/roads: name n r geometry" {
			t.Errorf("by rules: %s", got)
		}
		if d := database(servedNow(t, w.store), "geo/roads.*/"); d != nil {
			t.Errorf("what rules have moved is still there: %+v", d.Source)
		}
		w.process(w.uploads.Delete(rulesFile)[0])
		w.process(w.uploads.Delete("geo/roads.shp")[0])
		if got := tables(w, "geo/roads.*/"); got != "geo--roads/roads: name n r" {
			t.Errorf("without shapes: %s", got)
		}
		if r := w.process(w.uploads.Delete("geo/roads.DBF")[0]); r.Action != dynasette.Withdrawn {
			t.Errorf("without the attributes: %+v", r)
		}
		w.is("geo/other.csv@1")
		for _, end := range []string{".shx", ".prj", ".cpg"} {
			w.process(w.uploads.Delete("geo/roads" + end)[0])
		}
		w.is("geo/other.csv@1")
	})
}
