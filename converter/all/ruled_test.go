package all

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/rules"
)

// Whatever rules say of whatever document, it becomes a sound database, or it is said why not.
func FuzzRuled(f *testing.F) {
	const table = "id,d,n,b,l,t\n1,03.01.2024,\"1.250,5\",yes,a|b, x\n2,,-,no,,\"\"\n2,31.12.2023,7,yes,c,z\n"
	schema := `{"fields": [{"name": "id", "type": "integer"}, {"name": "d", "type": "date", "format": "%d.%m.%Y"}, {"name": "n", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false},
		{"name": "b", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"], "constraints": {"enum": ["yes", "no"], "required": true}}, {"name": "l", "type": "list", "delimiter": "|"},
		{"name": "t", "constraints": {"unique": true, "maxLength": 1}}], "missingValues": ["-", ""], "primaryKey": "id", "foreignKeys": [{"fields": "n", "reference": {"resource": "", "fields": "id"}}]}`
	for _, dialect := range []string{
		`{}`, `{"delimiter": ";", "header": false}`, `{"commentChar": "1", "skipInitialSpace": true}`, `{"quoteChar": null, "headerRows": [1, 2], "headerJoin": "/"}`, `{"headerRows": [3]}`,
	} {
		f.Add(1, `{"name": "p", "resources": [{"name": "t", "path": "a.csv", "encoding": "latin1", "dialect": `+dialect+`, "schema": `+schema+`}]}`, table)
	}
	for _, dialect := range []string{`{"skipRows": 1, "headerRowCount": 2}`, `{"trim": true, "header": false, "skipRows": 2}`, `{"commentPrefix": "#", "quoteChar": null}`} {
		f.Add(2, `{"@context": "http://www.w3.org/ns/csvw", "url": "a.csv", "dialect": `+dialect+`, "tableSchema": {"columns": [{"titles": "id", "datatype": "integer"}, {"name": "d", "separator": ".", "datatype": "integer", "null": "-"},
			{"name": "n", "datatype": {"base": "decimal", "format": {"pattern": "#,##0.0%", "decimalChar": ",", "groupChar": "."}}}], "primaryKey": "id"}}`, table)
	}
	f.Add(0, "resources: [{path: a.csv, rename: {d: day, n: day}, drop: [b], order: [t, x], constants: {x: 1}, source_column: s, extract: [l, {columns: [day, t]}], indexes: [[id, '-day']], search: [t], schema: {fields: [{name: id, type: integer, misfit: reject}]}}]", table)
	f.Add(0, "resources: [{path: a.csv, indexes: auto, missingValues: ['', '-'], schema: {primaryKey: [id, d], fields: [{name: n, type: number, misfit: cast, default: 5}, {name: d, type: date, format: any, misfit: clear}]}}]", table)
	formats := Formats()
	names := []string{rules.FileName, "datapackage.json", "csv-metadata.json"}
	f.Fuzz(func(t *testing.T, kind int, text, table string) {
		name := names[uint(kind)%3]
		set := rules.Read(fstest.MapFS{name: {Data: []byte(text)}}, []string{name}, formats)
		in := &converter.Input{Name: "a.csv", Size: int64(len(table)), ReaderAt: strings.NewReader(table)}
		format, c, err := formats.Under(set.Rule("a.csv")).Detect(in)
		if err != nil {
			return
		}
		var db convertertest.Memory
		if _, err := converter.ConvertAll(t.Context(), []converter.Job{{Input: in, Format: format, Converter: c}}, &db, converter.Options{Rules: set.Rule}); err != nil {
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
