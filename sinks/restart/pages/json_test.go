package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "odd.db": odd,
		"inspect-data.json": `{"towns": {"hash": "abc", "file": "towns.db", "tables": {"towns": {"count": 3}}}}`})
	for _, test := range []struct {
		url    string
		status int
		want   string // part of the answer
	}{
		{"/towns/states.json", 200, `"rows": [{"id": 1, "name": "Tasmania"}, {"id": 2, "name": "Victoria"}], "columns":["id","name"]`},
		{"/towns/states.json?_shape=objects", 200, `{"ok": true, "rows": [{"id": 1,`},
		{"/towns/states.json?_shape=arrays", 200, `"rows": [[1, "Tasmania"], [2, "Victoria"]],`},
		{"/towns/states.json?_shape=array", 200, `[{"id": 1, "name": "Tasmania"}, {"id": 2, "name": "Victoria"}]`},
		{"/towns/states.json?_shape=array&_nl=on", 200, "{\"id\": 1, \"name\": \"Tasmania\"}\n{\"id\": 2, \"name\": \"Victoria\"}"},
		{"/towns/states.json?_shape=object", 200, `{"1": {"id": 1, "name": "Tasmania"}, "2": {"id": 2, "name": "Victoria"}}`},
		{"/towns/states.json?_shape=arrayfirst", 200, `[1, 2]`},
		{"/towns/states.json?_size=1", 200, `"next":"1","next_url":"http://example.com/towns/states.json?_size=1&_next=1"`},
		{"/towns/states.json?_size=0", 200, `"rows": [], `},
		{"/towns/states.json?_size=0", 200, `"count":2`},
		{"/towns/states.json?_size=max&_nocount=1", 200, `"next":null`},
		{"/towns/towns.json?_size=1", 200, `{"rowid": 1, "name": "Hobart", "code": "07000", "state": 1, "people": 247000, "founded": "1804-02-21",`},
		{"/towns/towns.json?_size=1", 200, `"primary_keys":[]`},
		{"/towns/towns.json?_col=code&_shape=arrays&_sort_desc=code", 200, `[[3, "07215"], [1, "07000"], [2, "03350"]]`},
		{"/towns/towns.json?_nocol=code&_nocol=site&_nocol=founded&_shape=arrays&_size=1", 200, `[[1, "Hobart", 1, 247000]]`},
		{"/towns/towns.json?state=1&_size=1", 200, `"filtered_table_rows_count":2`},
		{"/towns/towns.json?_search=bichen&_shape=arrayfirst", 200, `[]`},
		{"/towns/towns.json?_search=\"Bicheno&_shape=arrayfirst", 200, `[3]`},
		{"/towns/big.json", 200, `"rows": [{"name": "Hobart", "people": 247000}]`},
		{"/towns/big.json", 200, `"is_view":true`},
		{"/towns/towns/3.json", 200, `"rows": [{"rowid": 3, "name": "Bicheno", "code": "07215", "state": 1, "people": null, "founded": "", "site": "see https://example.org"}]`},
		{"/towns/states/2.json", 200, `"primary_key_values":["2"],"primary_keys":["id"]`},
		{"/odd/we~22ird~2Ftable+~2Ejson.json?_shape=array", 200, `"v": {"$base64": true, "encoded": "AP8Q"}`},
		{"/odd/we~22ird~2Ftable+~2Ejson.json?_shape=array", 200, `"v": null`},
		{"/odd/we~22ird~2Ftable+~2Ejson.json?[x]=1&_shape=array&_sort=a\"b", 200, `"select": 1.5`},
		{"/odd/~27~3B+DROP+TABLE+x~3B+--.json?a__contains__exact=1&_under__exact=2&_shape=array", 200, `"a__contains": "1"`},
		{"/odd/~27~3B+DROP+TABLE+x~3B+--.json?a__contains=1&_shape=arrays", 200, `[[1, "1", "2", "3"]]`},
		{"/towns.json", 200, `{"columns":["id","name"],"count":2,"count_truncated":false,"foreign_keys":{"incoming":[{"column":"id","other_column":"state","other_table":"towns"}]`},
		{"/towns.json", 200, `"views":[{"name":"big","private":false}]`},
		{"/.json", 200, `"hash":"abc","hidden_table_rows_sum":11`},
		{"/-/databases.json", 200, `{"databases":[{"hash":null,"is_memory":false,"is_mutable":false,"name":"odd"`},
		{"/-/versions.json", 200, `"datasette":{"note":"r1",`},

		{"/nope.json", 404, `{"ok": false, "error": "There is no database of that name.", "errors": ["There is no database of that name."], "status": 404, "title": null}`},
		{"/towns/nope.json", 404, "no table"},
		{"/towns/states/9.json", 404, "no such row"},
		{"/towns/states/1,2.json", 404, "no such row"},
		{"/towns/big/1.json", 404, "no such row"},
		{"/towns/states/1/2.json", 404, "no such page"},
		{"/towns/states.json?_shape=bogus", 400, "Invalid _shape"},
		{"/towns/towns.json?_shape=object", 400, "without primary keys"},
		{"/towns/states.json?_sort=bogus", 400, "bogus"},
		{"/towns/states.json?_size=x", 400, "positive integer"},
		{"/towns/states.json?_size=-1", 400, "positive integer"},
		{"/towns/states.json?_size=1001", 400, "1000."},
		{"/towns/states.json?_next=x", 400, "_next"},
		{"/towns/states.json?_next=1,2", 400, "_next"},
		{"/towns/states.json?_sort=name&_next=99", 400, "gone"},
		{"/towns/states.json?bogus=1", 400, `no column \"bogus\"`},
		{"/towns/states.json?name__regex=1", 400, `no filter \"regex\"`},
		{"/towns/states.json?_through=1", 400, "must be JSON"},
		{"/towns/states.json?_search=\"\"", 400, "no words"},
		{"/towns/states.json?_timelimit=x", 400, "milliseconds"},
		{"/towns/states.json?_col=x", 400, "no column"},
		{"/towns/.json?_size=1", 404, "no table"},
		{"/towns/states.json?" + strings.Repeat("id=1&", 300), 400, "200"},
	} {
		w := ask(s, strings.ReplaceAll(strings.ReplaceAll(test.url, `"`, "%22"), "[x]", "%5Bx%5D"))
		got := w.Body.String()
		if w.Code != test.status || !strings.Contains(got, test.want) {
			t.Errorf("%s: %d %s\nwant %d %s", test.url, w.Code, got, test.status, test.want)
		}
		if !strings.Contains(test.url, "_nl=") && !json.Valid([]byte(got)) {
			t.Errorf("%s: not JSON: %s", test.url, got)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && !strings.Contains(test.url, "_nl=") {
			t.Errorf("%s: %s", test.url, w.Header().Get("Content-Type"))
		}
	}
}

func TestNextIsALink(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	w := ask(s, "/towns/states.json?_size=1&_shape=array")
	if got, want := w.Header().Get("Link"), `<http://example.com/towns/states.json?_size=1&_shape=array&_next=1>; rel="next"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCountsOfTheReleaseAreTaken(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns, "inspect-data.json": `{"towns": {"tables": {"towns": {"count": 12345}}}}`})
	if page := body(t, s, "/towns"); !strings.Contains(page, "12,345 rows") {
		t.Error("the table was counted again")
	}
}

func TestWideTables(t *testing.T) {
	var b strings.Builder
	b.WriteString("CREATE TABLE wide (c0")
	for i := 1; i < 2000; i++ {
		fmt.Fprint(&b, ", c", i)
	}
	b.WriteString("); INSERT INTO wide (c0) VALUES (1), (2), (3)")
	s := serve(t, map[string]string{"w.db": b.String()})
	if !strings.Contains(body(t, s, "/w/wide"), "more columns are not shown") {
		t.Error("a page with 2000 columns")
	}
	var page struct {
		Rows []map[string]any `json:"rows"`
		Next string           `json:"next"`
	}
	if err := json.Unmarshal([]byte(body(t, s, "/w/wide.json?_size=2")), &page); err != nil || len(page.Rows) != 2 || len(page.Rows[0]) != 2000 || page.Next != "2" {
		t.Errorf("%d rows, next %q: %v", len(page.Rows), page.Next, err)
	}
	for _, url := range []string{"/w/wide.csv", "/w/wide/2", "/w/wide/2.json", "/w/wide.json?_size=2&_next=2", "/w/wide?_next=1"} {
		if w := ask(s, url); w.Code != http.StatusOK {
			t.Errorf("%s: %d %.200s", url, w.Code, w.Body)
		}
	}
}
