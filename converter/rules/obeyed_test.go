package rules_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/rules"
)

// people is a document that rules of one entry are about.
const people = "id,name,zip,born,amount\n1,Ann,007,1.2.2024,\"1,5 kg\"\n2,Bo,120,13.2.2024,2 t\n2,Cy,x,,\n"

// obeyed are rules that documents do not keep to: an entry of dynasette.yaml behind its path, flags, or a descriptor.
var obeyed = []struct {
	entry string
	flags converter.TableRule
	files map[string]string // besides, or in place of, people.csv
}{
	// types
	{entry: `schema: {fields: [{name: zip, type: integer}]}`},
	{entry: `schema: {fields: [{name: zip, type: integer, misfit: clear}]}`},
	{entry: `schema: {fields: [{name: zip, type: integer, misfit: reject}]}`},
	{entry: `schema: {fields: [{name: zip, type: integer, misfit: cast}]}`},
	{entry: `schema: {fields: [{name: z, type: integer, missingValues: [x]}]}`},
	{entry: `schema: {fields: [{name: zip, type: integer, missingValues: [x]}]}`},
	{entry: `schema: {fields: [{name: name, type: yearmonth}, {name: zip, type: object}, {name: born, type: duration}]}`},
	{entry: `schema: {fields: [{name: name, type: number}, {name: zip, type: boolean}, {name: born, type: datetime}, {name: amount, type: time}]}`},
	{entry: `schema: {fields: [{name: name, type: year}, {name: zip, type: geopoint}, {name: born, type: geojson}, {name: amount, type: array}, {name: id, type: list}]}`},
	{entry: `schema: {fields: [{name: born, type: date, format: "%d/%m/%Y"}]}`},
	{entry: `schema: {fields: [{name: d, type: date, format: any}]}`, files: map[string]string{"people.csv": "d\n1.2.2024\n3.4.2024\n"}},
	{entry: `schema: {fields: [{name: d, type: date, format: any}]}`, files: map[string]string{"people.csv": "d\n13.2.2024\n3.14.2024\n"}},
	{entry: `schema: {fields: [{name: d, type: date, format: any}]}`, files: map[string]string{"people.csv": "d\n13.2.24\n14.2.2024\n"}},
	{entry: `schema: {fields: [{name: amount, type: number, bareNumber: false, decimalChar: ","}]}`},
	{entry: `schema: {fields: [{name: zip, constraints: {minimum: 8, maximum: 100, enum: [a, b], minLength: 2, maxLength: 2}}]}`},
	{entry: `schema: {fields: [{name: zip, constraints: {minLength: 2, maxLength: 2}}, {name: id, constraints: {minimum: 2}}]}`},
	{entry: `schema: {fields: [{name: born, constraints: {required: true}}]}`},
	{entry: `schema: {fields: [{name: born, constraints: {required: true}, misfit: reject}]}`},
	// keys
	{entry: `schema: {primaryKey: id}`},
	{entry: `schema: {primaryKey: born}`},
	{entry: `schema: {primaryKey: nr}`},
	{entry: `schema: {uniqueKeys: [[id], [nr]]}`},
	{entry: `schema: {uniqueKeys: [[nr]]}`},
	{entry: `schema: {fields: [{name: id, constraints: {unique: true}}]}`},
	{entry: `schema: {foreignKeys: [{fields: nr, reference: {resource: towns, fields: id}}]}`},
	{entry: `schema: {foreignKeys: [{fields: id, reference: {resource: towns, fields: id}}]}`},
	{entry: `schema: {foreignKeys: [{fields: id, reference: {resource: people, fields: nr}}]}`},
	{entry: `schema: {foreignKeys: [{fields: id, reference: {resource: people}}]}`},
	{entry: `schema: {primaryKey: name, foreignKeys: [{fields: id, reference: {fields: name}}]}`},
	{entry: `{into: {table: all}, schema: {primaryKey: id}}`, files: map[string]string{"people.csv": "id,n\n1,a\n", "people2.csv": "id,n\n1,b\n"}},
	// columns
	{entry: `extract: [{columns: [name, town], table: names}]`},
	{entry: `{rename: {nobody: x, name: n}, drop: [born, pasword], only: [id, born, height], order: [n, id, zpi]}`},
	{entry: `rename: {name: zip}`},
	{entry: `indexes: [[name, town]]`},
	{entry: `search: [name, town]`},
	{entry: `search: {columns: [name], tokenize: trigram}`},
	{entry: `search: {columns: [name], tokenize: unicode61 tokenchars .}`},
	{entry: `search: {columns: [name], prefix: two}`},
	{entry: `{rename: {name: rank}, search: [name]}`},
	{entry: `constants: {zip: none}`},
	// several tables
	{entry: `{name: t, schema: {primaryKey: id}}`, files: map[string]string{"people.json": `{"a": [{"id": 1}], "b": [{"id": 2}]}`}},
	{entry: `{name: t, dialect: {delimiter: ";"}}`, files: map[string]string{"people.json": `[{"id": 1}]`}},
	{entry: `{table: c, drop: [id]}`, files: map[string]string{"people.json": `{"a": [{"id": 1}], "b": [{"id": 2}]}`}},
	// flags
	{flags: converter.TableRule{Fields: []converter.FieldRule{{Name: "zpi", Declared: "TEXT", Said: map[string]converter.Origin{"name": {Flag: "--type zpi=TEXT"}}}}}},
	{flags: converter.TableRule{Fields: []converter.FieldRule{{Name: "zip", Declared: "VARCHAR"}}}},
	{flags: converter.TableRule{Fields: []converter.FieldRule{{Name: "zip", Numbers: converter.Spelling{Group: "."}}}}},
	{flags: converter.TableRule{Numbers: converter.Spelling{Decimal: "1"}}},
	{flags: converter.TableRule{Numbers: converter.Spelling{Unit: "1a"}}},
	{flags: converter.TableRule{Indexes: []converter.Index{{Columns: []converter.IndexColumn{{Name: "town"}}, Origin: converter.Origin{Flag: "--index town"}}}}},
	{flags: converter.TableRule{Search: &converter.Search{Columns: []string{"town"}, Origin: converter.Origin{Flag: "--search town"}}}},
	// what others say
	{files: map[string]string{"datapackage.json": `{"resources": [{"name": "people", "path": "people.csv", "schema": {"primaryKey": "id", "uniqueKeys": [["nr"]],
		"fields": [{"name": "Nr"}, {"name": "name"}, {"name": "zip"}, {"name": "born", "constraints": {"required": true}}, {"name": "amount"}],
		"foreignKeys": [{"fields": "id", "reference": {"resource": "", "fields": "zip"}}, {"fields": "name", "reference": {"resource": "towns", "fields": "name"}}]}}]}`}},
	{files: map[string]string{"towns.csv": "name,state\nX,Y\n", "datapackage.json": `{"resources": [{"name": "people", "path": "people.csv", "schema": {
		"foreignKeys": [{"fields": "name", "reference": {"resource": "towns", "fields": "name"}}]}}, {"name": "towns", "path": "towns.csv", "schema": {"primaryKey": "name"}}]}`}},
}

// answers converts documents by rules, and returns what is said of them.
func answers(t *testing.T, files fstest.MapFS, flags converter.TableRule) string {
	names := filesOf(t, files)
	formats := all.Formats()
	set := rules.Read(files, names, formats)
	var jobs []converter.Job
	for _, name := range set.Order(slices.DeleteFunc(names, set.IsRules)) {
		text := files[name].Data
		in := &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: bytes.NewReader(text)}
		f, c, err := formats.Under(set.Rule(name)).Detect(in)
		if err != nil {
			t.Fatal(name, err)
		}
		jobs = append(jobs, converter.Job{Input: in, Format: f, Converter: c})
	}
	var b strings.Builder
	for _, fault := range slices.Concat(set.Faults, set.Notes) {
		t.Errorf("%v", fault)
	}
	summary, err := converter.ConvertAll(context.Background(), jobs, new(convertertest.Memory),
		converter.Options{Rules: set.Rule, Rule: flags, Formats: formats, Workers: 1})
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	for name, f := range summary.Findings() {
		fmt.Fprintf(&b, "%s: %s: %s: %s\n", f.Severity, name, f.Rule, f)
	}
	return b.String()
}

// What documents do not keep to is said of a table, a column and a line, with the rule's place
// and what to do.
func TestObeyed(t *testing.T) {
	var b strings.Builder
	for _, o := range obeyed {
		files := fstest.MapFS{"people.csv": {Data: []byte(people)}}
		for name, text := range o.files {
			if strings.HasPrefix(name, "people.") {
				delete(files, "people.csv")
			}
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if o.entry != "" {
			entry := "    " + o.entry
			if words, ok := strings.CutPrefix(o.entry, "{"); ok {
				entry = "    <<: {" + words
			}
			files[rules.FileName] = &fstest.MapFile{Data: []byte("resources:\n  - path: \"people*\"\n" + entry + "\n")}
			fmt.Fprintf(&b, "%s\n", o.entry)
		}
		for _, name := range slices.Sorted(maps.Keys(o.files)) {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(strings.TrimSpace(o.files[name]), "\n", " / "))
		}
		fmt.Fprintln(&b, answers(t, files, o.flags))
	}
	dumptest.Golden(t, "testdata/obeyed.txt", b.String())
}

// Whatever the code that obeys rules can say stands in a golden, but for what takes documents of
// many megabytes, or an entry of an index that is damaged.
func TestEveryAnswer(t *testing.T) {
	said := read(t, "testdata/obeyed.txt") + read(t, "testdata/faults.txt") + read(t, "../testdata/apply-fields.txt")
	for _, file := range []string{"rule.go", "rulefield.go", "rulematch.go", "ruled.go", "overrule.go", "shape.go", "shaping.go", "reader.go",
		"readrows.go", "oddity.go", "anydate.go", "strptime.go", "spelling.go", "extract.go", "key.go", "upsert.go", "required.go", "foreign.go",
		"unmatched.go", "index.go", "indexwrite.go", "search.go", "internal/fts5/tokenize.go", "internal/fts5/fts5.go"} {
		dumptest.Messages(t, "../"+file, said,
			// What takes too much memory.
			"%s: the different values that go to the table %s take more than %d MiB: %w", "there are too many values: ",
			"table %s: more than %d rows have the key of an earlier document's row: %w",
			// Of keys that a format's converter asks for.
			"its values are of several types, or neither integers nor text", "a row has none", "two rows have the same",
			"the column can't be the table's primary key: ",
			// What rules can't bring about.
			"it is to be unique, but %d rows have the same as another", "an entry of a full-text index is damaged",
			// Where a batch ends just before the first row that has the column.
			"rows before it was there have none",
			// In the table _rejects.
			", and NULL in its row (misfit: clear)", "it has no value, but has to (required; misfit: reject)")
	}
}
