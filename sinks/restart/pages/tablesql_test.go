package pages

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/tidwall/gjson"
)

// TestTheSQLOfATable: a table's page and its SQL show the same rows.
func TestTheSQLOfATable(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE "t?" (id INTEGER PRIMARY KEY, "a ? :b" TEXT, n, note TEXT);
		INSERT INTO "t?" VALUES (1, 'x', 5, 'one'), (2, 'y?', '5', 'two'), (3, NULL, 5.5, 'three'), (4, 'it''s', x'35', '');
		CREATE TABLE plain (a, b); INSERT INTO plain VALUES (1, 2), (3, 4);
		CREATE TABLE "group" ("select" TEXT, "2nd" INTEGER, über, PRIMARY KEY ("2nd", "select")) WITHOUT ROWID; INSERT INTO "group" VALUES ('b', 1, 2), ('a', 2, 3);
		CREATE VIEW v AS SELECT a FROM plain;`})
	current, done, _ := s.current.Acquire()
	defer done()
	d, err := current.database("d")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ table, query string }{
		{"t?", ""}, {"t?", "n=5"}, {"t?", "n=5&note__contains=o"}, {"t?", "n__in=5,5.5&_sort_desc=note"}, {"t?", "a+?+:b=y?"},
		{"t?", "a+?+:b__exact=it's"}, {"t?", "a+?+:b__isnull=1"}, {"t?", "_size=2&_col=note"}, {"t?", "n__gt=5"}, {"plain", "a__not=1"},
		{"t?", "_search=o"}, {"t?", "_size=2&_next=1"}, {"t?", "_size=2&_sort_desc=note&_next=3"}, {"plain", "_next=1"}, {"group", ""}, {"group", "_sort=select"}, {"v", "_size=1&_next=1"},
	} {
		table, err := d.table(test.table)
		if err != nil {
			t.Fatal(err)
		}
		query := strings.NewReplacer(" ", "+", "?", "%3F", ":", "%3A", "'", "%27").Replace(test.query)
		pairs, err := parseQuery(query)
		if err != nil {
			t.Fatal(test, err)
		}
		q, err := s.parse(d, table, pairs)
		if err != nil {
			t.Fatal(test, err)
		}
		want := body(t, s, table.url(d)+".json?"+query+"&_shape=array")
		shown, err := q.shownSQL(t.Context(), d)
		if err != nil {
			t.Fatal(test, err)
		}
		url := strings.Replace(shown.URL, "/-/query?", "/-/query.json?", 1) + "&_shape=array"
		got := body(t, s, url)
		// _extra has the same, with a row more.
		extra := body(t, s, table.url(d)+".json?"+query+"&_extra=query,count_sql&_nl=")
		for text, want := range map[string]string{gjson.Get(extra, "query.sql").Str: want, gjson.Get(extra, "count_sql").Str: ""} {
			pairs := []pair{{"sql", text}}
			gjson.Get(extra, "query.params").ForEach(func(name, value gjson.Result) bool {
				pairs = append(pairs, pair{name.Str, value.Str})
				return true
			})
			rows := gjson.Parse(body(t, s, "/d/-/query.json?_shape=arrays&"+formatQuery(pairs))).Get("rows").Array()
			if n := len(gjson.Parse(want).Array()); want != "" && len(rows) != n && len(rows) != n+1 {
				t.Errorf("%v: %s has %d rows, want %d", test, text, len(rows), n)
			} else if all := gjson.Get(extra, "count").Int(); want == "" && rows[0].Array()[0].Int() != all {
				t.Errorf("%v: %s counts %s, want %d", test, text, rows[0], all)
			}
		}
		if !json.Valid([]byte(got)) || gjson.Parse(got).String() != gjson.Parse(want).String() {
			t.Errorf("%v: %s\n%s\nwant %s", test, url, got, want)
		}
	}
}

// Statistics are read as the converter writes them.
func TestStatistics(t *testing.T) {
	s := serve(t, map[string]string{"d.db": "CREATE TABLE t (v); INSERT INTO t VALUES ('x<y'), ('x<y'), (1.5);\n" +
		"CREATE TABLE " + converter.ColumnsTable + ` ("table" TEXT, "column" TEXT, "nulls" INTEGER, "distinct" INTEGER, "min", "max", "frequent" TEXT);` +
		"INSERT INTO " + converter.ColumnsTable + ` VALUES ('t', 'v', 0, 2, 1.5, 'x<y', '[{"value":"x<y","count":2},{"value":1.5,"count":1},{"blob":"00ff","count":1},{"value":"long","cut":true,"count":1}]')`})
	body := ask(s, "/d/t").Body.String()
	for _, want := range []string{`<a href="/d/t?v__exact=x%3Cy">x&lt;y</a> <span class="rows">2</span>`, `<a href="/d/t?v__exact=1.5">1.5</a> <span class="rows">1</span>`} {
		if !strings.Contains(body, want) {
			t.Errorf("without %s: %s", want, body)
		}
	}
	if strings.Contains(body, "00ff") || strings.Contains(body, "long") {
		t.Errorf("what can't be filtered by: %s", body)
	}
}
