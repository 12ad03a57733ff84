package pages

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

func TestExtras(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, "order" NUMERIC, day TEXT);
		CREATE TABLE plain (a, "b c"); INSERT INTO plain VALUES (1, 2);
		CREATE TABLE two (a TEXT, b INTEGER, t INTEGER REFERENCES T(ID), PRIMARY KEY (a, b)); INSERT INTO two VALUES ('x,y', 1, 1);
		INSERT INTO t VALUES (1, 'oak', 5, '2024-01-02'), (2, 'elm', NULL, NULL);`})
	for _, test := range []struct{ url, key, want string }{
		{"t.json?_extra=query", "query", `{"params":{},"sql":"select id, name, \"order\", day from t order by id limit 101"}`},
		{"t.json?_extra=query&_size=1&_col=name&name=oak&_sort_desc=order", "query", `{"params":{"p0":"oak"},"sql":"select id, name from t where \"name\" = :p0 order by \"order\" desc, id limit 2"}`},
		{"plain.json?_extra=query", "query.sql", `"select rowid, a, \"b c\" from plain order by rowid limit 101"`},
		{"t.json?_extra=count_sql", "count_sql", `"select count(*) from t "`},
		{"t.json?_extra=count_sql&id__gt=1", "count_sql", `"select count(*) from t where \"id\" > :p0 "`},
		{"t/1.json?_extra=query", "query", `{"params":{"p0":"1"},"sql":"select * from t where \"id\"=:p0"}`},
		{"plain/1.json?_extra=query", "query.sql", `"select rowid, * from plain where \"rowid\"=:p0"`},
		{"two/x~2Cy,1.json?_extra=query", "query", `{"params":{"p0":"x,y","p1":"1"},"sql":"select * from two where \"a\"=:p0 AND \"b\"=:p1"}`},
		{"t.json?_extra=human_description_en", "human_description_en", `""`},
		{"t.json?_extra=human_description_en&_sort=name", "human_description_en", `"sorted by name"`},
		{"t.json?_extra=human_description_en&name__not=oak&id=1&_sort_desc=id", "human_description_en", `"where id = 1 and name != \"oak\" sorted by id descending"`},
		{"t.json?_extra=human_description_en&name__contains=oa&id__gte=1&day__date=2024-01-02", "human_description_en", `"where \"day\" is on date 2024-01-02, id ≥ 1 and name contains \"oa\""`},
		{"t.json?_extra=human_description_en&id__in=1,2&name__notin=[\"x\"]&day__isnull=1", "human_description_en", `"where day is null, id in [\"1\", \"2\"] and name not in [\"x\"]"`},
		{"t.json?_extra=human_description_en&_search=oa&name__arraycontains=x", "human_description_en", `"where search matches \"oa\" and name contains \"x\""`},
		{"t.json?_extra=form_hidden_args&_size=1&name=oak&_facet=name&_facet=id&_sort=id&_next=1&_x__y=1", "error", `"There is no column \"_x\" to filter by."`},
		{"t.json?_extra=form_hidden_args&_size=1&name=oak&_facet=name&_facet=id&_sort=id", "form_hidden_args", `[["_extra","form_hidden_args"],["_size","1"],["_facet","name"],["_facet","id"]]`},
		{"t.json?_extra=column_types,set_column_type_ui", "column_types", `{}`},
		{"t.json?_extra=column_types,set_column_type_ui", "set_column_type_ui", `null`},
		{"t.json?_extra=debug", "ok", `false`},
		{"t.json?_extras=debug", "ok", `true`}, // a name that Datasette gives no meaning to on a table
		{"t/1.json?_extras=foreign_key_tables", "foreign_key_tables.0.link", `"/d/two?t=1"`},
		{"t/1.json?_extras=nope", "ok", `false`},
		{"t/1.json?_labels=on&_label=name", "rows.0.name", `"oak"`},
		{"t/1.json?_col=name", "ok", `false`},
	} {
		got := ask(s, "/d/"+strings.NewReplacer(`"`, "%22", "[", "%5B", "]", "%5D").Replace(test.url)).Body.String()
		if raw := gjson.Get(got, test.key).Raw; raw != test.want {
			t.Errorf("%s: %s: %s, want %s", test.url, test.key, raw, test.want)
		}
	}
}

func TestARowAsAFile(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, b BLOB, n INTEGER);
		INSERT INTO t VALUES (1, 'a "b"', x'00ff', 7), (2, NULL, NULL, NULL), (3, '', x'', -1); CREATE TABLE plain (a); INSERT INTO plain VALUES ('x');`})
	for url, want := range map[string]string{
		"/d/t/1.csv":                                 "id,name,b,n\n1,\"a \"\"b\"\"\",http://example.com/d/t/1.blob?_blob_column=b,7\n",
		"/d/t/2.csv?_header=off":                     "2,,,\n",
		"/d/plain/1.csv":                             "a\nx\n",
		"/d/t/1.blob?_blob_column=b":                 "\x00\xff",
		"/d/t/1.blob?_blob_column=name":              `a "b"`,
		"/d/t/1.blob?_blob_column=n":                 "7",
		"/d/t/2.blob?_blob_column=b":                 "",
		"/d/t/2.blob?_blob_column=name":              "",
		"/d.blob?sql=select+b+from+t&_blob_column=b": "\x00\xff",
		"/d/-/query.blob?sql=select+id,+b+from+t+order+by+id+desc&_blob_column=b&_blob_hash=06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8": "\x00\xff",
	} {
		w := ask(s, url)
		if w.Code != http.StatusOK || w.Body.String() != want || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %q %s", url, w.Code, w.Body, w.Header())
		}
	}
	for url, want := range map[string]int{
		"/d/t/9.csv": 404, "/d/nope/1.csv": 404, "/d/t/9.blob?_blob_column=b": 404, "/d/t/1.blob": 400, "/d/t/1.blob?_blob_column=x": 400,
		"/d.blob?sql=select+b+from+t&_blob_column=x": 400, "/d.blob?sql=select+b+from+t": 400, "/d.blob?sql=select+b+from+t&_blob_column=b&_blob_hash=00": 400,
		"/d.blob?sql=select+b+from+t+where+0&_blob_column=b": 400, "/d.blob?sql=delete+from+t&_blob_column=b": 400, "/d.blob": 404, "/d/-/query.blob": 400,
	} {
		if w := ask(s, url); w.Code != want {
			t.Errorf("%s: %d %s, want %d", url, w.Code, w.Body, want)
		}
	}
}

// TestTheAPIThatWrites: whoever speaks to Datasette's API that changes data is told so as it tells.
func TestTheAPIThatWrites(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	for path, want := range map[string]int{"/towns/states/-/insert": 403, "/towns/states/1/-/delete": 403, "/towns/-/create": 403, "/towns/states/-/nope": 405, "/towns/states": 405, "/-/logout": 405} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(`{"row": {"id": 9}}`)))
		isJSON := gjson.Valid(w.Body.String()) && gjson.Get(w.Body.String(), "status").Int() == int64(want)
		if w.Code != want || isJSON != (want == 403) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
