package dynasette_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/dynasette/dynasette"
)

// forest is a release of a few uploads.
func forest() *dynasette.Manifest {
	table := func(name string, columns ...string) dynasette.Table {
		return dynasette.Table{Name: name, Columns: columns}
	}
	m := &dynasette.Manifest{
		Names: map[string]string{"sick.csv": "sick"},
		Databases: []dynasette.Database{ // by slug
			{Slug: "donnees", Source: "donn\u00e9es.csv", Tables: []dynasette.Table{table("donn\u00e9es", "ann\u00e9e")}},
			{Slug: "museum", Source: "archive/museum.db", Copied: true, Views: []string{"newest"}, Tables: []dynasette.Table{
				table("items", "id", "name", "2024", "no"), table("items_fts"),
			}},
			{Slug: "my-data-2024", Source: "My Data 2024.csv", Tables: []dynasette.Table{table("My Data 2024", "a")}},
			{Slug: "old", Source: "old.db", Copied: true, Tables: []dynasette.Table{table("t", "x")}}, // of whose views nothing is known
			{Slug: "trees", Source: "trees.json", Tables: []dynasette.Table{
				table("trees", "id", "species", "Height", "tags", "planted"),
				{Name: "_dynasette_sources", Rows: 1, Hidden: true},
			}},
		},
	}
	for _, d := range m.Databases {
		m.Names[d.Source] = d.Slug
	}
	return m
}

// TestFit: what a base document names that is not there is left out, found, and nothing else.
func TestFit(t *testing.T) {
	for name, test := range map[string]struct {
		said, want string // of databases
		found      []string
	}{
		"all fits": {
			said: `trees: {title: T, allow: {id: root}, queries: {q: {sql: "select :a", params: [a]}, r: select 1}, permissions: {x: {id: a}},
				tables: {trees: {sort_desc: planted, label_column: species, size: 20, facet_size: max, facets: [species, {array: tags}, {date: planted}, {array: {column: tags}}, {fancy: {of: x}}],
				sortable_columns: [id], columns: {species: Which}, units: {Height: m}, column_types: {tags: json}, plugins: {p: {column: nope}}, allow: false, hidden: true}}}`,
			want: `trees: {title: T, allow: {id: root}, queries: {q: {sql: "select :a", params: [a]}, r: select 1}, permissions: {x: {id: a}},
				tables: {trees: {sort_desc: planted, label_column: species, size: 20, facet_size: max, facets: [species, {array: tags}, {date: planted}, {array: {column: tags}}, {fancy: {of: x}}],
				sortable_columns: [id], columns: {species: Which}, units: {Height: m}, column_types: {tags: json}, plugins: {p: {column: nope}}, allow: false, hidden: true}}}`,
		},
		"columns that are gone": {
			said: `
trees:
  tables:
    trees:
      sort: speceis
      label_column: nme
      facets: [species, colour, {array: tag}, {date: {column: plantd}}]
      sortable_columns: [id, gone]
      columns: {species: Which, speceis: Which}
      units: {heigth: m}
      column_types: {gone: json}
      title: Trees
`,
			want: `trees: {tables: {trees: {title: Trees, facets: [species], sortable_columns: [id], columns: {species: Which}, units: {}, column_types: {}}}}`,
			found: []string{
				`base/metadata.yaml:5:8: sort names a column "speceis", which the table "trees" of trees.json does not have, so that is left out; did you mean "species"?`,
				`base/metadata.yaml:6:8: label_column names a column "nme", which the table "trees" of trees.json does not have, so that is left out`,
				`base/metadata.yaml:7:26: facets names a column "colour", which the table "trees" of trees.json does not have, so that is left out`,
				`base/metadata.yaml:7:35: facets names a column "tag", which the table "trees" of trees.json does not have, so that is left out; did you mean "tags"?`,
				`base/metadata.yaml:7:56: facets names a column "plantd", which the table "trees" of trees.json does not have, so that is left out; did you mean "planted"?`,
				`base/metadata.yaml:8:31: sortable_columns names a column "gone", which the table "trees" of trees.json does not have, so that is left out`,
				`base/metadata.yaml:9:34: columns names a column "speceis", which the table "trees" of trees.json does not have, so that is left out; did you mean "species"?`,
				`base/metadata.yaml:10:16: units names a column "heigth", which the table "trees" of trees.json does not have, so that is left out; did you mean "Height"?`,
				`base/metadata.yaml:11:23: column_types names a column "gone", which the table "trees" of trees.json does not have, so that is left out`,
			},
		},
		"a table that is gone": {
			said:  `trees: {tables: {treees: {hidden: true}, _rejects: {hidden: false}, _dynasette_sources: {hidden: false}}}`,
			want:  `trees: {tables: {_dynasette_sources: {hidden: false}}}`,
			found: []string{`base/metadata.yaml:2:19: trees.json has no table "treees", so what is said of it is left out; did you mean "trees"?`},
		},
		"other letters, as SQLite takes them": {
			said: `trees: {tables: {TREES: {sort: height, facets: [Species], columns: {ID: key, id: Key}}}}`,
			want: `trees: {tables: {trees: {sort: Height, facets: [species], columns: {id: Key}}}}`,
		},
		"a list of one": {
			said: `trees: {tables: {trees: {facets: species, sortable_columns: gone}}}`,
			want: `trees: {tables: {trees: {facets: [species], sortable_columns: []}}}`,
			found: []string{
				`base/metadata.yaml:2:44: sortable_columns names a column "gone", which the table "trees" of trees.json does not have, so that is left out`,
			},
		},
		"no facets": {
			said: `trees: {tables: {trees: {facets: [{array: tags, date: planted}, {array: {}}, null]}}}`,
			want: `trees: {tables: {trees: {facets: []}}}`,
			found: []string{
				`base/metadata.yaml:2:36: a facet is a column, or a kind and a column as in array: tags, so this one is left out`,
				`base/metadata.yaml:2:67: a facet names no column, so it is left out`,
			},
		},
		"sizes": {
			said: `trees: {tables: {trees: {size: 1001, facet_size: -1}}, title: x}
old: {tables: {t: {size: "50", facet_size: "5"}}}`,
			want: `trees: {title: x, tables: {trees: {}}}
old: {tables: {t: {size: 50, facet_size: 5}}}`,
			found: []string{
				`base/metadata.yaml:2:27: size is 1001, and should be max or a number up to 1000, the setting max_returned_rows, so it is left out`,
				`base/metadata.yaml:2:39: facet_size is -1, and should be max or a number up to 1000, the setting max_returned_rows, so it is left out`,
			},
		},
		"names that look like something else": {
			said: `museum: {tables: {items: {facets: [2024, no], sort: 2024, label_column: no, columns: {2024: a, no: b, id: c}, hidden: no}}}`,
			want: `museum: {tables: {items: {facets: ["2024", "no"], sort: "2024", label_column: "no", columns: {"2024": a, "no": b, id: c}, hidden: false}}}`,
		},
		"rowid, and a search": {
			said:  `museum: {tables: {items: {sort: rowid, fts_table: items_fts, fts_pk: id}, newest: {sort: anything, fts_table: item_fts, fts_pk: x}}}`,
			want:  `museum: {tables: {items: {sort: rowid, fts_table: items_fts, fts_pk: id}, newest: {sort: anything, fts_pk: x}}}`,
			found: []string{`base/metadata.yaml:2:101: fts_table names "item_fts", which is no table of archive/museum.db, so it is left out; did you mean "items_fts"?`},
		},
		"what is not known stays": {
			said: `old: {tables: {view: {sort: x}, t: {label_column: x}}}
_memory: {queries: {a: select 1}}
"*": {title: all}`,
			want: `old: {tables: {view: {sort: x}, t: {label_column: x}}}
_memory: {queries: {a: select 1}}
"*": {title: all}`,
		},
		"nothing under a name": {
			said: `trees:
museum: {tables: }
old: {tables: {t: , u: {columns: , units: {x: }}}}`,
			want: `museum: {}
old: {tables: {u: {units: {}}}}`,
		},
		"the upload's name": {
			said: `My Data 2024.csv: {title: Mine, tables: {My Data 2024: {sort: a}}}
./archive\museum.db: {title: The museum}
museum: {title: no, source: the shelf}
sick.csv: {title: Not there now}`,
			want: `my-data-2024: {title: Mine, tables: {My Data 2024: {sort: a}}}
museum: {title: The museum, source: the shelf}`,
		},
		"an accent of its own, and a name of before": {
			said: "\"donne\\u0301es.csv\": {title: D}\ntrees-json: {title: T}",
			want: `donnees: {title: D}
trees: {title: T}`,
		},
		"nobody's name": {
			said: `tress: {title: T}
museum.db: {title: M}
My Data: {title: Q}
sales: {tables: {t: {sort: x}}}`,
			want: `tress: {title: T}
museum.db: {title: M}
My Data: {title: Q}
sales: {tables: {t: {sort: x}}}`,
			found: []string{
				`base/metadata.yaml:2:2: no upload and no database is called "tress"; did you mean "trees"?`,
				`base/metadata.yaml:3:2: no upload and no database is called "museum.db"; did you mean "archive/museum.db"?`,
				`base/metadata.yaml:4:2: no upload and no database is called "My Data"; did you mean "My Data 2024.csv"?`,
				`base/metadata.yaml:5:2: no upload and no database is called "sales"`,
			},
		},
		"twice": {
			said:  "trees: {title: a, title: b}",
			want:  "trees: {title: b}",
			found: []string{`base/metadata.yaml:2:20: "title" stands twice, and only what is said here counts`},
		},
		"anchors": {
			said:  "old: &o {title: a, tables: {t: &t {sort: x}}}\ntrees: {<<: *o, tables: {trees: {<<: *t, size: 3}}}",
			want:  "old: {title: a, tables: {t: {sort: x}}}\ntrees: {title: a, tables: {trees: {size: 3}}}",
			found: []string{`base/metadata.yaml:2:37: sort names a column "x", which the table "trees" of trees.json does not have, so that is left out`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			documents, found, err := dynasette.Contents(forest(), map[string]string{"metadata.yaml": under("databases", test.said)})
			if err != nil {
				t.Fatal(err)
			}
			bare, _, err := dynasette.Contents(forest(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got, want, plain map[string]any
			if err := yaml.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			got, plain = jsonOf(t, documents["metadata.json"]), jsonOf(t, bare["metadata.json"])
			for slug, about := range same(want).(map[string]any) {
				over(at(plain, "databases").(map[string]any), slug, about)
			}
			if !reflect.DeepEqual(got["databases"], plain["databases"]) {
				g, _ := json.MarshalIndent(got["databases"], "", " ")
				w, _ := json.MarshalIndent(plain["databases"], "", " ")
				t.Errorf("got  %s\nwant %s", g, w)
			}
			var lines []string
			for _, f := range found {
				lines = append(lines, f.String())
			}
			if !reflect.DeepEqual(lines, test.found) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(test.found, "\n"))
			}
		})
	}
}

// under puts text of YAML under a key.
func under(key, text string) string { return key + ":\n" + indented(strings.Trim(text, "\n")) }

func indented(text string) string { return " " + strings.ReplaceAll(text, "\n", "\n ") + "\n" }

// over puts a value into a document, which may have something there.
func over(m map[string]any, key string, value any) {
	mine, ok := value.(map[string]any)
	theirs, both := m[key].(map[string]any)
	if !ok || !both {
		m[key] = value
		return
	}
	for k, v := range mine {
		over(theirs, k, v)
	}
}

func jsonOf(t testing.TB, text string) (root map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// same returns a value as JSON has it.
func same(value any) any {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprint(value, err))
	}
	var v any
	json.Unmarshal(data, &v)
	return v
}
