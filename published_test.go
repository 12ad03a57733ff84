package dynasette_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
)

// What is published has indexes on columns that people facet by, unless rules or options say that
// it has none.
func TestIndexesOfWhatIsPublished(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("id,kind\n")
	for i := range 50_001 {
		fmt.Fprintf(&rows, "%d,kind %d\n", i, i%50)
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		indexed := func(d dynasette.Database) bool {
			return strings.Contains(string(read(t, w.store, d.Object)), `CREATE INDEX "idx_rows_kind"`)
		}
		w.put("rows.csv", rows.String())
		first := w.is("rows.csv@1").Databases[0]
		if !indexed(first) {
			t.Error("no index")
		}
		w.put("dynasette.yaml", "resources: [{path: rows.csv, indexes: none}]")
		if d := w.is("rows.csv@1").Databases[0]; indexed(d) {
			t.Error("an index although a rule says that there is none")
		}
		for _, e := range w.uploads.Delete("dynasette.yaml") {
			w.process(e)
		}
		if d := w.is("rows.csv@1").Databases[0]; !indexed(d) {
			t.Error("no index any more")
		}
		w.Wait()
		other := w.second()
		other.Options = converter.Options{Rule: converter.TableRule{Index: converter.IndexNone}}
		other.reconcile()
		other.Wait()
		if d := w.is("rows.csv@1").Databases[0]; indexed(d) || d.Build == first.Build {
			t.Error("an index although the options say that there is none")
		}
	})
}

// A table that describes the columns is there for whoever looks for it; one of that name that is
// the upload's own is like any other.
func TestDescribedColumnsArePublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, described := range []bool{false, true} {
			w := newWorld(t)
			w.Options.DescribeColumns = described
			w.put("x.json", `{"_dynasette_columns": [{"a": 1, "b": 2}], "x": [{"c": 3}]}`)
			got := ""
			for _, table := range w.is("x.json@1").Databases[0].Tables {
				got += fmt.Sprintf("%s %d %t\n", table.Name, table.Rows, table.Hidden)
			}
			want := "_dynasette_columns 1 false\nx 1 false\n_dynasette_sources 1 true\n"
			if described {
				want = "_dynasette_columns_2 1 false\nx 1 false\n_dynasette_sources 1 true\n_dynasette_columns 3 true\n"
			}
			if got != want {
				t.Errorf("described %t:\n%s\nwant\n%s", described, got, want)
			}
			if hidden := at(w.document("metadata.json"), "databases", "x", "tables", "_dynasette_columns", "hidden"); (hidden == true) != described {
				t.Errorf("described %t: hidden: %v", described, hidden)
			}
		}
	})
}
