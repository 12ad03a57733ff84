package rules_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
)

// What a document consists of goes into one database with it, whoever says which.
func TestParts(t *testing.T) {
	const into = "resources:\n  - path: %\n    into: {database: maps}\n"
	for _, test := range []struct{ rule, document, database string }{
		{"", "geo/roads.shp", "geo/roads.*"},
		{"", "geo/roads.DBF", "geo/roads.*"},
		{"", "geo/roads.shp.xml", "geo/roads.*"},
		{"", "old.fpt", "old.*"},
		{"", "geo/.dbf", ""},
		{"", "geo/roads.csv", ""},
		{"", "geo/roads.shp.zip", ""},
		{"", "geo/roads.dbf.gz", ""},
		{"geo/roads.shp", "geo/roads.dbf", "maps"},
		{"geo/roads.shp", "geo/roads.prj", "maps"},
		{"geo/roads.shp", "geo/rivers.dbf", "geo/rivers.*"},
		{"geo/*.SHP", "geo/roads.dbf", "maps"},
		{"geo/*", "geo/roads.cpg", "maps"},
		{"geo/*.dbf", "geo/alone.dbf", "maps"},
		{"geo/*.dbf", "geo/alone.fpt", "maps"},
	} {
		files := fstest.MapFS{}
		var names []string
		if test.rule != "" {
			files[rules.FileName] = &fstest.MapFile{Data: []byte(strings.Replace(into, "%", "'"+test.rule+"'", 1))}
			names = []string{rules.FileName}
		}
		set := rules.Read(files, names, all.Formats())
		got := set.Into(test.document)
		if got != test.database {
			t.Errorf("%s by a rule for %q: %q, want %q", test.document, test.rule, got, test.database)
		}
		if got != "" && !slices.ContainsFunc(set.Prefixes(got), func(prefix string) bool { return strings.HasPrefix(test.document, prefix) }) {
			t.Errorf("%s is not found by %q", test.document, set.Prefixes(got))
		}
	}
}
