package pages

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// TestTheSQLOfATable: a table's page and its SQL show the same rows.
func TestTheSQLOfATable(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE "t?" (id INTEGER PRIMARY KEY, "a ? :b" TEXT, n, note TEXT);
		INSERT INTO "t?" VALUES (1, 'x', 5, 'one'), (2, 'y?', '5', 'two'), (3, NULL, 5.5, 'three'), (4, 'it''s', x'35', '');
		CREATE TABLE plain (a, b); INSERT INTO plain VALUES (1, 2), (3, 4);`})
	current, done, _ := s.current.Acquire()
	defer done()
	d, err := current.database("d")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ table, query string }{
		{"t?", ""}, {"t?", "n=5"}, {"t?", "n=5&note__contains=o"}, {"t?", "n__in=5,5.5&_sort_desc=note"}, {"t?", "a+?+:b=y?"},
		{"t?", "a+?+:b__exact=it's"}, {"t?", "a+?+:b__isnull=1"}, {"t?", "_size=2&_col=note"}, {"t?", "n__gt=5"}, {"plain", "a__not=1"},
	} {
		table, err := d.table(test.table)
		if err != nil {
			t.Fatal(err)
		}
		query := strings.NewReplacer(" ", "+", "?", "%3F", ":", "%3A", "'", "%27").Replace(test.query)
		q, err := s.parse(table, query)
		if err != nil {
			t.Fatal(test, err)
		}
		want := body(t, s, table.url(d)+".json?"+query+"&_shape=array")
		url := strings.Replace(q.shownSQL(d).URL, "/-/query?", "/-/query.json?", 1) + "&_shape=array"
		got := body(t, s, url)
		if !json.Valid([]byte(got)) || gjson.Parse(got).String() != gjson.Parse(want).String() {
			t.Errorf("%v: %s\n%s\nwant %s", test, url, got, want)
		}
	}
}
