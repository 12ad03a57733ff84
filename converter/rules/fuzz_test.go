package rules_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/rules"
)

// Whatever a file with rules holds, it is used or refused, and what it says of a document can
// be asked for.
func FuzzRead(f *testing.F) {
	for i, pattern := range []string{"../../testdata/rules/*/*.yaml", "../../testdata/rules/packages/*/in/*.yaml", "../../testdata/rules/packages/*/in/datapackage.json", "../../testdata/rules/packages/*/in/*-metadata.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(max(i-1, 0), string(text))
		}
	}
	for _, t := range faulty {
		f.Add(map[string]int{rules.FileName: 0, "datapackage.json": 1}[t.file], t.text)
	}
	f.Add(0, "a: &a [*a, *a]\n")
	f.Add(0, "x: &x {resources: [{path: a.csv}]}\n<<: *x\n")
	formats := all.Formats()
	names := []string{rules.FileName, "datapackage.json", "csv-metadata.json"}
	f.Fuzz(func(t *testing.T, kind int, text string) {
		name := names[uint(kind)%3]
		files := fstest.MapFS{name: {Data: []byte(text)}, "a.csv": {}, "b.csv": {}}
		s := rules.Read(files, []string{name}, formats)
		documents := []string{"a.csv", "b.csv"}
		s.Conflicts(documents)
		if len(s.Order(documents)) != 2 {
			t.Error("documents got lost")
		}
		for _, file := range s.Files() {
			s.Findings(file, documents, true)
		}
		for _, d := range documents {
			if once, again := s.Hash(d), s.Hash(d); once != again {
				t.Error("two hashes of the same")
			}
			if rule := s.Rule(d); rule.Table != nil {
				rule.Table("a", 0)
				rule.Table("b", 1)
			}
		}
	})
}
