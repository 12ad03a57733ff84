package pages

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestJSONInTexts(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, j TEXT, k TEXT, x);
		INSERT INTO t VALUES (1, '{"a": [1, null]}', '[1]', 9e999), (2, 'none', '', -9e999), (3, '[1,
			2]', '"a" "b"', 5), (4, NULL, '7', x'5b315d'), (5, '` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `', '1', 1);`})
	deep := `"` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `"` // no parser has to go that deep
	for url, want := range map[string]string{
		"_shape=array&_col=j&_json=j&id__lt=5":                 `[{"id": 1, "j": {"a":[1,null]}}, {"id": 2, "j": "none"}, {"id": 3, "j": [1,2]}, {"id": 4, "j": null}]`,
		"_shape=array&_col=j&_json=j&id=3&_nl=1":               `{"id": 3, "j": [1,2]}`,
		"_shape=array&_col=j&_json=J&id=1":                     `[{"id": 1, "j": "{\"a\": [1, null]}"}]`,
		"_shape=array&_col=j&_json=nope&id=2":                  `[{"id": 2, "j": "none"}]`,
		"_shape=array&_col=j&_json=j&id=5":                     `[{"id": 5, "j": ` + deep + `}]`,
		"_shape=object&_col=k&_json=k&_json=j&id__lt=3":        `{"1": {"id": 1, "k": [1]}, "2": {"id": 2, "k": ""}}`,
		"_shape=array&_col=k&_json=k&id__gt=2&id__lt=5":        `[{"id": 3, "k": "\"a\" \"b\""}, {"id": 4, "k": 7}]`,
		"_shape=array&_col=x&_json=x&_json_infinity=on":        `[{"id": 1, "x": Infinity}, {"id": 2, "x": -Infinity}, {"id": 3, "x": 5}, {"id": 4, "x": {"$base64": true, "encoded": "WzFd"}}, {"id": 5, "x": 1}]`,
		"_shape=array&_col=x&_json_infinity=off&id__lt=3":      `[{"id": 1, "x": null}, {"id": 2, "x": null}]`,
		"_shape=array&_shape=object&_col=x&id=5&_nl=&_nl=1":    `[{"id": 5, "x": 1}]`,
		"_shape=arrayfirst&_nl=1&id__lt=3":                     `[1, 2]`,
		"_shape=&id=1":                                         `{"ok": false, "error": "Invalid _shape: \"\".", "errors": ["Invalid _shape: \"\"."], "status": 400, "title": null}` + "\n",
		"_shape=array&_col=j&_json=j&id=1&_json_infinity=nope": `[{"id": 1, "j": {"a":[1,null]}}]`,
	} {
		if got := ask(s, "/d/t.json?"+url).Body.String(); got != want {
			t.Errorf("%s: %s\nwant %s", url, got, want)
		}
	}
	if got := body(t, s, "/d/t/1.json?_json=j&_shape=arrays&_json_infinity=1"); !strings.HasPrefix(got, `{"ok": true, "rows": [[1, {"a":[1,null]}, "[1]", Infinity]], `) {
		t.Error(got)
	}
}

// TestShapesAgree: whatever the shape, the rows are the same.
func TestShapesAgree(t *testing.T) {
	s := serve(t, map[string]string{"d.db": "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT, t TEXT, n NUMERIC, x); INSERT INTO t VALUES " + mixed(40, rand.New(rand.NewPCG(3, 4))) + ";"})
	read := func(url string, into any) {
		t.Helper()
		if err := json.Unmarshal([]byte(body(t, s, url)), into); err != nil {
			t.Fatal(url, err)
		}
	}
	for url, sql := range map[string]bool{"/d/t.json?_json=x": false, "/d/-/query.json?_json=x&sql=select+*+from+t+order+by+id": true} {
		var objects struct{ Rows []map[string]any }
		var arrays struct {
			Rows    [][]any
			Columns []string
		}
		var array, lines []map[string]any
		var first []any
		read(url+"&_shape=objects", &objects)
		read(url+"&_shape=arrays", &arrays)
		read(url+"&_shape=array", &array)
		read(url+"&_shape=arrayfirst", &first)
		for line := range strings.SplitSeq(body(t, s, url+"&_shape=array&_nl=on"), "\n") {
			var row map[string]any
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, row)
		}
		if len(array) != 40 || !reflect.DeepEqual(array, objects.Rows) || !reflect.DeepEqual(array, lines) {
			t.Errorf("%s: objects, array and lines differ", url)
		}
		for i, row := range arrays.Rows {
			for j, name := range arrays.Columns {
				if !reflect.DeepEqual(row[j], array[i][name]) {
					t.Errorf("%s: row %d: %v, not %v", url, i, row[j], array[i][name])
				}
			}
			if !reflect.DeepEqual(row[0], first[i]) {
				t.Errorf("%s: first of row %d: %v, not %v", url, i, first[i], row[0])
			}
		}
		if !sql {
			var byKey map[string]map[string]any
			read(url+"&_shape=object", &byKey)
			for _, row := range array {
				if key, _ := json.Marshal(row["id"]); !reflect.DeepEqual(byKey[string(key)], row) {
					t.Errorf("by key %s: %v, not %v", key, byKey[string(key)], row)
				}
			}
		}
	}
}
