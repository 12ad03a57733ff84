package rules_test

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/rules"
)

// filesOf returns the names of all files in a folder.
func filesOf(t *testing.T, files fs.FS) (names []string) {
	t.Helper()
	if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

// told writes what a set of rules says of the documents of a folder, and of their tables.
func told(t *testing.T, files fs.FS, tables ...string) string {
	t.Helper()
	names := filesOf(t, files)
	set := rules.Read(files, names, all.Formats())
	documents := slices.DeleteFunc(slices.Clone(names), set.IsRules)
	var b strings.Builder
	for _, file := range set.Files() {
		fmt.Fprintf(&b, "rules in %s\n", file)
		for _, f := range set.Findings(file, documents, true) {
			fmt.Fprintf(&b, "  %s: %s: %s\n", f.Severity, f.Rule, f.Message)
		}
	}
	for _, f := range set.Conflicts(documents) {
		fmt.Fprintf(&b, "refused: %s\n", f)
	}
	for _, d := range set.Order(documents) {
		rule := set.Rule(d)
		table := rule.Table
		rule.Table = nil
		for i := range rule.Tables {
			rule.Tables[i].Means = nil
		}
		fmt.Fprintf(&b, "%s:%s\n", d, show(reflect.ValueOf(rule)))
		name, about := set.Into(d), set.About
		if name != "" {
			about = set.AboutInto
		}
		if metadata, _ := about(cmp.Or(name, d), path.Base(name)); name != "" || len(metadata) > 0 {
			fmt.Fprintf(&b, "  database %s:%s\n", name, show(reflect.ValueOf(metadata)))
		}
		if table == nil {
			continue
		}
		of := tables
		if len(of) == 0 {
			of = []string{(&converter.Input{Name: d}).Stem()}
		}
		for place, name := range of {
			tr := table(name, place)
			fields := tr.Fields
			tr.Fields = nil
			fmt.Fprintf(&b, "  table %s:%s\n", name, show(reflect.ValueOf(tr)))
			for _, f := range fields {
				fmt.Fprintf(&b, "    field%s\n", show(reflect.ValueOf(f)))
			}
		}
	}
	return b.String()
}

// show writes what of a value is not zero.
func show(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case converter.Origin:
		if x.Claim {
			return " claim " + x.String()
		}
		return " " + x.String()
	case converter.Value:
		return fmt.Sprintf(" %v", x)
	case fmt.Stringer:
		return " " + x.String()
	}
	switch v.Kind() {
	case reflect.Struct:
		var b strings.Builder
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() && v.Type().Field(i).IsExported() {
				fmt.Fprintf(&b, " %s=%s", v.Type().Field(i).Name, strings.TrimPrefix(show(f), " "))
			}
		}
		return " {" + strings.TrimPrefix(b.String(), " ") + "}"
	case reflect.Pointer:
		return show(v.Elem())
	case reflect.Slice:
		var list []string
		for i := range v.Len() {
			list = append(list, strings.TrimPrefix(show(v.Index(i)), " "))
		}
		return " [" + strings.Join(list, ", ") + "]"
	case reflect.Map:
		var list []string
		for _, k := range v.MapKeys() {
			list = append(list, fmt.Sprintf("%v:%s", k, show(v.MapIndex(k))))
		}
		slices.Sort(list)
		return " {" + strings.Join(list, ", ") + "}"
	case reflect.String:
		return fmt.Sprintf(" %q", v.String())
	case reflect.Interface:
		return show(v.Elem())
	}
	return fmt.Sprintf(" %v", v)
}

// What people say is read as they mean it, whoever's words it is in.
func TestPackages(t *testing.T) {
	packages, err := os.ReadDir("../../testdata/rules/packages")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		t.Run(p.Name(), func(t *testing.T) {
			files := os.DirFS(path.Join("../../testdata/rules/packages", p.Name(), "in"))
			dumptest.Golden(t, path.Join("testdata", p.Name()+".txt"), told(t, files))
		})
	}
}

// Each word of ours that says what a table is comes to the converter.
func TestWords(t *testing.T) {
	files := fstest.MapFS{"a.csv": {}, rules.FileName: {Data: []byte(`
resources:
  - path: a.csv
    decimalChar: ","
    groupChar: "."
    only: [a, b]
    extract: [{columns: [a, b], table: towns, column: town, as: [name, state]}]
`)}}
	got := told(t, files)
	for _, want := range []string{`Only=["a", "b"]`, `Numbers={Decimal="," Group="."}`, `Table="towns" Column="town" As=["name", "state"]`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// The examples are read without a fault, and say what they mean of documents as they have
// in mind.
func TestExamples(t *testing.T) {
	for name, documents := range map[string][]string{
		"1-one-file.yaml": {"permits.csv"},
		"2-years.yaml":    {"air/2023.csv.gz", "air/2024.csv.gz", "air/99.csv.gz"},
		"3-package.yaml":  {"countries.csv", "raw/a/b.csv", "scratch/x.csv"},
		"4-workbook.yaml": {"budget/2024.xlsx"},
		"5-site.yaml":     {"archive.zip/1990s/a.csv", "archive.zip/x.csv", "api/x.ndjson", "deep/er/y.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("../../testdata/rules/examples/" + name)
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{rules.FileName: {Data: text}}
			for _, d := range documents {
				files[d] = &fstest.MapFile{}
			}
			var tables []string
			if strings.Contains(name, "workbook") {
				tables = []string{"Plan 2024", "Units", "Notes"}
			}
			dumptest.Golden(t, path.Join("testdata", strings.TrimSuffix(name, ".yaml")+".txt"), told(t, files, tables...))
		})
	}
}
