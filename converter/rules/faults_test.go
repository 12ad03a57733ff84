package rules_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/rules"
)

// faulty are documents of rules with something wrong in each.
var faulty = []struct{ file, text string }{
	// YAML
	{rules.FileName, "resources:\n  - path: *.csv\n"},
	{rules.FileName, "resources:\n  - path: **/x\n"},
	{rules.FileName, "resources:\n  - path: [*.csv, b.csv]\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema: {fields: [{name: d, type: date, format: %d.%m.%Y}]}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {delimiter: ,}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect:\n      delimiter: ,\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect:\n      delimiter: |\n    title: x\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {delimiter: |}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect:\n      commentChar: #\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: @home\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: a: b\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: 'it's'\n"},
	{rules.FileName, "resources:\n\t- path: a.csv\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n   title: x\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    drop: [a\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema: {primaryKey: a\n"},
	{rules.FileName, "resources:\n  - path: \"a.csv\n"},
	{rules.FileName, "a: 1\n---\nb: 2\n"},
	{rules.FileName, "- path: a.csv\n"},
	{rules.FileName, "resources: a.csv\n"},
	{rules.FileName, "resources:\n  - a.csv\n"},
	// words of peers
	{rules.FileName, "resources:\n  - path: a.csv\n    pk: id\n    fts: [a]\n    Filename-Column: f\n    not_null: [a]\n    columns: {a: The a}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    fts_table: a\n    tokenize: porter\n    detect_types: true\n    date: a\n    datetime: b\n    shape: x\n    quoting: 3\n    no-headers: true\n"},
	// words of ours
	{rules.FileName, "resource:\n  - path: a.csv\n"},
	{rules.FileName, "resources:\n  - title: x\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    primaryKey: [id]\n    delimeter: \";\"\n    delimiter: \";\"\n    type: string\n    zzzz: 1\n    text_only: true\n    flaten: true\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    path: b.csv\n"},
	{rules.FileName, "resources:\n  - path:\n    title: ''\n    name: [a]\n    skip: maybe\n    size: many\n    constants: [a]\n    rename: a\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      primarykey: [id]\n      fields:\n        - name: zip\n          type: text\n          missingvalues: [\"-\"]\n        - {name: zap, type: integer}\n    indices: [zip]\n  - path: \"2024/*.csv\"\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      fields:\n        - {name: a, type: varchar}\n        - {name: b, type: zzz}\n        - {type: string}\n        - {name: c, misfit: null}\n        - {name: d, misfit: ignore}\n        - {name: e, required: true}\n        - {name: f, constraints: {requird: true}}\n        - {name: g, decimalChar: \"1\"}\n        - {name: h, decimalChar: \",\", groupChar: \",\"}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      fields:\n        - {name: a, type: date, format: YYYY-MM-DD}\n        - {name: b, type: date, format: \"%x\"}\n        - {name: c, type: date, format: \"%d.%q\"}\n        - {name: d, type: integer, format: \"%d\"}\n        - {name: e, type: string, format: \"%d\"}\n        - {name: f, type: date, format: \"%d.%\"}\n        - {name: g, type: date, format: nonsense}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      foreignKeys:\n        - {fields: [a]}\n        - {fields: [a], reference: {resource: b, fields: [x, y]}}\n        - {fields: [a], reference: {table: b}}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {quoteChar: '\"\"', headerRows: [0], header: perhaps}\n    encoding: utf-9\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {headerRows: [1, 2]}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    guard: {rows: some, columns: all, rejects: 1%}\n    sort: a\n    sort_desc: a\n    indexes: [[]]\n    extract: [{column: a}]\n    search: {colums: [a]}\n    into: {datbase: a}\n    flatten: 7\n    orient: sideways\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    guard: {rows: 50%}\n  - path: b.csv\n    guard: {rows: -150%}\n  - path: c.csv\n    guard: {rejects: -1%}\n  - path: d.csv\n    guard: {rejects: many}\n  - path: e.csv\n    guard: {columns: kep, colums: keep}\n  - path: f.csv\n    guard: -50%\n  - path: g.xlsx\n    table: a\n    guard: {rows: -1.5, rejects: 1%}\n  - path: h.xlsx\n    table: a\n    guard: {rows: -1, rejects: 1%}\n  - path: i.csv\n    guard: {columns: kep}\n"},
	{rules.FileName, "resources:\n  - path: [../a.csv, /etc/passwd, \"https://example.com/a.csv\", a.csv]\n"},
	{rules.FileName, "databases:\n  a: {title: x}\n  c: {title: x}\n"},
	{rules.FileName, "databases:\n  x: {title: a, titel: b, queries: {q: {title: c}}}\n  y: 7\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {skipInitialSpace: true, doubleQuote: false, commentChar: \"##\"}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect: {skipInitialSpace: true, doubleQuote: false, commentChar: hash}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    decimalChar: \",\"\n    groupChar: \",\"\n    extract: [{columns: [a], as: [b, c]}]\n    schema: {fields: [{name: x, decimalChar: \"1\"}]}\n"},
	// YAML that says something else than was meant
	{rules.FileName, "\uFEFFresources:\r\n  - path: a.csv\r\n    title: x\r\n"},
	{rules.FileName, "\xff\xfer\x00e\x00s\x00o\x00u\x00r\x00c\x00e\x00s\x00:\x00 \x00[\x00]\x00\n\x00"},
	{rules.FileName, "resources:\n  - path: caf\xe9.csv\n"},
	{rules.FileName, "# nothing yet\n"},
	{"dynasette.yml", "resources:\n  - pfad: a.csv\n"},
	{rules.FileName, "resources:\n  - path: “*.csv”\n    title: 'x’\n"},
	{rules.FileName, "resources:\n  - path: “*.csv”\n  - path: ‘a.csv’\n"},
	{rules.FileName, "resources:\n  - Path: a.csv\n    missingValues: [null, no, ~, 1.0]\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      fields:\n        zip: string\n        name:\n          type: int\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      fields: [zip, name]\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      - name: zip\n"},
	{rules.FileName, "resources:\n  path: a.csv\n"},
	{rules.FileName, "path: a.csv\nname: t\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    primary_key: id\n    schema: {primary_key: id, primaryKey: {a: b}}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema: {fields: [{name: a, type: int}, {name: b, type: [string]}, {name: c, type: 7}, {name: [d]}]}\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    schema:\n      fields:\n\t- name: zip\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    skip:\tmaybe\n    title: a\tb\n"},
	{rules.FileName, "resources:\n  - path: a.csv\nresources:\n  - path: b.csv\n"},
	{rules.FileName, "resources:\n  - ? [a]\n    : b\n"},
	{rules.FileName, "resources:\n  - <<: [1]\n    path: a.csv\n"},
	{rules.FileName, "resources:\n  - <<: *base\n    path: a.csv\n"},
	{rules.FileName, "resources:\n  - &a\n    path: a.csv\n    drop: [*a]\n"},
	{rules.FileName, "x: &x [1, 2]\nresources:\n  - path: a.csv\n    drop: *x\n"},
	{rules.FileName, "a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n"},
	{rules.FileName, "resources:\n  - path: " + strings.Repeat("[", 5000) + "\n"},
	{rules.FileName, "# " + strings.Repeat("x", 8<<20) + "\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: \"a\\x\"\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: %\n    description: `x`\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: [a, b\n    name: t\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    title: !!binary aGk=\n    description: !mine x\n"},
	{rules.FileName, "resources:\n- path: a.csv\n    title: x\n"},
	{rules.FileName, "resources:\n  -path: a.csv\n"},
	{rules.FileName, "resources:\n  - path:a.csv\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    dialect:\n      delimiter: \\t\n      quoteChar: \"\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    constants: {a: [1], b: {c: 1}}\n    guard: {columns: all}\n    schema: {foreignKeys: [{field: a, reference: {resource: b}}]}\n    resources: []\n    queries: {}\n"},
	{rules.FileName, "databases:\n  x: {queries: {q: {sql: select 1, titel: b}, r: select 1}}\n"},
	// what speaks of nothing
	{rules.FileName, "resources:\n  - path: \"2024/*.csv\"\n  - path: A.csv\n  - path: folder\n  - path: x.zip/*.csv\n"},
	{rules.FileName, "resources:\n  - path: \"*.csv\"\n    name: t\n"},
	// JSON
	{"datapackage.json", `{"resources": [{"name": "a",, "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv",},]}`},
	{"datapackage.json", `{"resources": [, {"name": "a"}]}`},
	{"datapackage.json", `{"resources": [{"name": , "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "schema": "folder"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "schema": "text.json"}]}`},
	{"folder/datapackage.json", `{`},
	{rules.FileName, "resources:\n  - path: \"data\\years.csv\"\n"},
	{rules.FileName, "resources:\n  - path: a.csv\n    extract: {town: {table: Towns}}\n    schema: {foreignKeys: {fields: [a], reference: {resource: b}}, fields: {nmae: zip}}\n"},
	{"many/datapackage.json", `{`},
	{"datapackage.json", `{"resources": [{"name": "a" "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv"}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv"]}`},
	{"datapackage.json", `{"resources": [{name: "a", "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": a, "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{'name': "a", "path": "a.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": 'a', "path": "a.csv"}]}`},
	{"datapackage.json", "{\"resources\": [{\"name\": \"a\n\"}]}"},
	{"datapackage.json", `{"resources": [{"name" "a"}]}`},
	{"datapackage.json", "{\n  // mine\n  \"resources\": []}"},
	{"datapackage.json", `{"resources": []} x`},
	{"datapackage.json", `{"resources": [{"name": "\x"}]}`},
	{"datapackage.json", ``},
	{"datapackage.json", strings.Repeat("[", 100)},
	{"datapackage.json", `[]`},
	{"datapackage.json", `{"resources": {"path": "a.csv"}}`},
	{"datapackage.json", `{"name": "x", "name": "y", "resources": [{"path": "a.csv"}]}`},
	// words of others
	{"datapackage.json", `{"resources": [{"name": "a", "url": "a.csv", "schema": {"primaryKeys": "id", "missingValue": ["x"], "feilds": [], "fields": [{"name": "a", "type": "float"}, {"name": "b", "type": "zzz"}, {"name": "c", "type": "sting"}, {"type": "string"}, {"name": "d", "type": "varchar(20)"}]}}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "dialect": {"quotechar": "'", "delimeter": ";"}}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "a", "type": "date", "format": "fmt:%d.%m.%Y"}, {"name": "b", "type": "date", "format": "YYYY-MM-DD"}, {"name": "c", "type": "date", "format": "%x"}, {"name": "d", "type": "integer", "format": "[0-9]{5}"}, {"name": "e", "type": "string", "format": "%Y-%m-%d"}, {"name": "f", "type": "number", "format": "percent"}, {"name": "g", "format": "default"}, {"name": "h", "type": "date", "format": "yyyy-mm"}]}}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": ["https://example.com/a.csv", "/a.csv", "../a.csv", "C:\\a.csv", "a.csv"]}, {"path": "https://example.com/b.csv"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "schema": "https://example.com/schema.json"}, {"name": "b", "path": "b.csv", "schema": "no.json", "dialect": "../dialect.json"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "path": "a.csv", "schema": "schema.json"}]}`},
	{"datapackage.json", `{"resources": [{"name": "a", "data": {"x": 1}}, {"name": "l", "data": [1, 2]}, {"name": "m", "data": [{"a": 1}, [2]]}, {"name": "ok", "data": [[1], [2]]}, {"name": "numbers", "path": "numbers.csv"}, {"name": "n"}]}`},
	{"datapackage.json", `{"licences": [{"name": "CC0"}], "resources": [{"name": "a", "path": "a.csv", "hash": "x", "types": 1, "profile": "tabular-data-resource"}]}`},
	// CSVW
	{"csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "tableSchema": {}}`},
	{"csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "tables": {"url": "a.csv"}}`},
	{"csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "https://example.com/a.csv"}`},
	{"csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": {"columns": [{"name": "a", "datatype": "strig"}, {"name": "b", "datatype": {"base": "date", "format": "d.Q.yyyy"}}, {"name": "c", "datatype": {"base": "boolean", "format": "Y"}}]}}`},
	{"csv-metadata.json", `{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "tableSchema": "https://example.com/s.json"}`},
}

// Whatever is wrong with rules is said with its place, and what to do.
func TestFaults(t *testing.T) {
	var b strings.Builder
	for _, f := range faulty {
		files := fstest.MapFS{f.file: {Data: []byte(f.text)}, "a.csv": {}, "b.csv": {}, "folder/c.csv": {}, "text.json": {Data: []byte("7")}, "many/1.csv": {}, "many/2.csv": {}, "many/3.csv": {}, "many/4.csv": {}, "many/5.csv": {}, "many/6.csv": {}, "schema.json": {Data: []byte("{\"fields\": [}")}}
		names := filesOf(t, files)
		set := rules.Read(files, names, all.Formats())
		var documents []string
		for _, name := range names {
			if !set.IsRules(name) && !strings.HasSuffix(name, ".json") {
				documents = append(documents, name)
			}
		}
		for _, inline := range set.Inline() {
			documents = append(documents, inline.Name)
		}
		text := f.text
		if len(text) > 1000 {
			text = text[:60] + "…"
		}
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\uFEFF") {
			text = strconv.Quote(text)
		}
		fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(strings.TrimSuffix("    "+text, "\n"), "\n", "\n    "))
		for _, file := range set.Files() {
			for _, said := range set.Findings(file, documents, true) {
				fmt.Fprintf(&b, "%s: %s: %s\n", said.Severity, said.Rule, said.Message)
			}
		}
		for _, fault := range set.Conflicts(documents) {
			fmt.Fprintf(&b, "refused: %s\n", fault)
		}
		for _, fault := range set.Uncalled(map[string][]string{"a": {"a.csv"}, "b": {"b.csv"}}) {
			fmt.Fprintf(&b, "uncalled: %s\n", fault)
		}
		fmt.Fprintln(&b)
	}
	dumptest.Golden(t, "testdata/faults.txt", b.String())
}
