package all

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/rules"
)

// Whatever rules say of whatever documents, they become a sound database, or it is said why not.
func FuzzRuled(f *testing.F) {
	const table = "id,d,n,b,l,t\n1,03.01.2024,\"1.250,5\",yes,a|b, x\n2,,-,no,,\"\"\n2,31.12.2023,7,yes,c,z\n"
	const other = "n,id,x,d\n7,2,q,01.02.2024\n,4,,\n"
	schema := `{"fields": [{"name": "id", "type": "integer"}, {"name": "d", "type": "date", "format": "%d.%m.%Y"}, {"name": "n", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false},
		{"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"], "constraints": {"enum": ["yes", "no"], "required": true}}, {"name": "l", "type": "list", "delimiter": "|"},
		{"name": "t", "constraints": {"unique": true, "maxLength": 1}}], "missingValues": ["-", ""], "primaryKey": "id", "foreignKeys": [{"fields": "n", "reference": {"resource": "", "fields": "id"}}]}`
	for _, dialect := range []string{
		`{}`, `{"delimiter": ";", "header": false}`, `{"commentChar": "1", "skipInitialSpace": true}`, `{"quoteChar": null, "headerRows": [1, 2], "headerJoin": "/"}`, `{"headerRows": [3]}`,
	} {
		f.Add(1, `{"name": "p", "resources": [{"name": "t", "path": "a.csv", "encoding": "latin1", "dialect": `+dialect+`, "schema": `+schema+`}]}`, table, other)
	}
	for _, dialect := range []string{`{"skipRows": 1, "headerRowCount": 2}`, `{"trim": true, "header": false, "skipRows": 2}`, `{"commentPrefix": "#", "quoteChar": null}`} {
		f.Add(2, `{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "dialect": `+dialect+`, "tableSchema": {"columns": [{"titles": "id", "datatype": "integer"}, {"name": "d", "separator": ".", "datatype": "integer", "null": "-"},
			{"name": "n", "datatype": {"base": "decimal", "format": {"pattern": "#,##0.0%", "decimalChar": ",", "groupChar": "."}}}], "primaryKey": "id"}}`, table, other)
	}
	f.Add(0, "resources: [{path: a.csv, rename: {d: day, n: day}, drop: [b], order: [t, x], constants: {x: 1}, source_column: s, extract: [l, {columns: [day, t]}], indexes: [[id, '-day']], search: [t], schema: {fields: [{name: id, type: integer, misfit: reject}]}}]", table, other)
	f.Add(0, "resources: [{path: a.csv, indexes: auto, missingValues: ['', '-'], schema: {primaryKey: [id, d], fields: [{name: n, type: number, misfit: cast, default: 5}, {name: d, type: date, format: any, misfit: clear}]}}]", table, other)
	f.Add(0, "resources: [{path: '*.csv', into: {table: all}, extract: [{columns: [t, d], table: x}, b], source_column: s, search: [l], indexes: [[b_id, '-id']], rename: {x: t}, schema: {primaryKey: id, fields: [{name: d, type: date, format: any}]}}]", table, other)
	f.Add(0, "resources: [{path: '*.csv', into: {table: all}, extract: [b], schema: {primaryKey: [id, d], uniqueKeys: [[l]], foreignKeys: [{fields: n, reference: {resource: b}}]}}, {path: b.csv, rename: {x: b}, extract: [b], drop: [n]}]", table, other)
	f.Add(0, "resources: [{path: a.csv, search: [gone]}, {path: b.csv, indexes: [[gone, id]]}]", table, other)
	f.Add(0, "resources: [{path: a.csv, constants: {id: 1}}, {path: b.csv, source_column: N}]", table, other)
	f.Add(0, "resources: [{path: '*', into: {table: all}}, {path: a.csv, schema: {fields: [{name: n, type: number, decimalChar: ','}]}}, {path: b.csv, schema: {fields: [{name: n, type: number, groupChar: ','}]}}]", table, other)
	f.Add(1, `{"name": "p", "resources": [{"name": "t", "path": ["b.csv", "a.csv"], "schema": `+schema+`}]}`, table, other)
	f.Add(1, `{"name": "p", "resources": [{"name": "b", "path": "b.csv"}, {"name": "t", "path": "a.csv", "schema": {"fields": [], "foreignKeys": [{"fields": "id", "reference": {"resource": "b", "fields": "id"}}]}}]}`, table, other)
	formats := Formats()
	names := []string{rules.FileName, "datapackage.json", "csv-metadata.json"}
	f.Fuzz(func(t *testing.T, kind int, text, table, other string) {
		name := names[uint(kind)%3]
		set := rules.Read(fstest.MapFS{name: {Data: []byte(text)}}, []string{name}, formats)
		documents := map[string]string{"a.csv": table, "b.csv": other}
		var jobs []converter.Job
		for _, name := range set.Order([]string{"a.csv", "b.csv"}) {
			in := &converter.Input{Name: name, Size: int64(len(documents[name])), ReaderAt: strings.NewReader(documents[name])}
			format, c, err := formats.Under(set.Rule(name)).Detect(in)
			if err == nil {
				jobs = append(jobs, converter.Job{Input: in, Format: format, Converter: c})
			}
		}
		if len(jobs) == 0 {
			return
		}
		var db convertertest.Memory
		if _, err := converter.ConvertAll(t.Context(), jobs, &db, converter.Options{Rules: set.Rule}); err != nil {
			if !converter.Permanent(err) {
				t.Errorf("%v would be tried again", err)
			}
			return
		}
		if _, err := convertertest.SQL(db.Bytes()); err != nil {
			t.Error(err)
		}
	})
}
