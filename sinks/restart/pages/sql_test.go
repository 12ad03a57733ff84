package pages

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

func sqlServer(t *testing.T, more ...string) *Server {
	t.Helper()
	files := map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, made DATE, b BLOB);
		CREATE VIRTUAL TABLE f USING fts5(words); INSERT INTO f VALUES ('a bright day'), ('night');
		INSERT INTO t VALUES (1, 'oak', '2024-01-02', x'00ff'), (2, 'iron', NULL, NULL), (3, '', '2024', x'');`,
		"datasette.yaml": "databases:\n  d:\n    queries:\n      by name: {sql: 'select id from t where name = :name;', title: By name}\n      all: select id from t order by id\n      add: {sql: insert into t values (4), write: true}\n"}
	for i := 0; i < len(more); i += 2 {
		files[more[i]] = more[i+1]
	}
	s := serve(t, files)
	s.TimeLimit = time.Minute
	return s
}

func TestSQL(t *testing.T) {
	s := sqlServer(t)
	for _, test := range []struct {
		url    string
		status int
		want   string
	}{
		{"/d.json?sql=select+id,+made+from+t+where+id=1", 200, `{"ok": true, "rows": [{"id": 1, "made": "2024-01-02"}], "columns":["id","made"],"truncated":false}`},
		{"/d.json?sql=select+id+from+t+order+by+id+desc&_shape=arrayfirst", 200, `[3, 2, 1]`},
		{"/d/-/query.json?sql=select+name,b+from+t+where+id=:id&id=1&_shape=arrays", 200, `"rows": [["oak", {"$base64": true, "encoded": "AP8="}]]`},
		{"/d/-/query.json?sql=select+@a+as+a,+$b+as+b,+:a+as+c&a=x&a=y&_shape=array", 200, `[{"a": "x", "b": "", "c": "x"}]`},
		{"/d/-/query.json?sql=select+':no'+as+a+--+:neither&_shape=array", 200, `[{"a": ":no"}]`},
		{"/d/-/query.json?sql=select+1+/*+;+*/+as+n;&_shape=array", 200, `[{"n": 1}]`},
		{"/d/-/query.json?sql=select+1,1,2&_shape=arrays", 200, `"rows": [[1, 1, 2]], "columns":["1","1","2"]`},
		{"/d/-/query.json?sql=with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+select+x+from+c+limit+1001&_shape=arrayfirst", 200, ` 1000]`},
		{"/d/-/query.json?sql=with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+select+x+from+c+limit+1001", 200, `"truncated":true}`},
		{"/d/-/query.json?sql=explain+query+plan+select+1&_shape=arrays", 200, `"columns":["id","parent","notused","detail"]`},
		{"/d/-/query.json?sql=select+name+from+pragma_table_info(:t)&t=t&_shape=arrayfirst", 200, `["id", "name", "made", "b"]`},
		{"/d/-/query.json?sql=select+1e999+as+x&_shape=array&_timelimit=x", 400, "_timelimit"},
		{"/d/-/query.json?sql=select+highlight(f,0,'[',']')+as+h+from+f+where+f+match+:q+order+by+rank&q=bright&_shape=array", 200, `[{"h": "a [bright] day"}]`},
		{"/d/-/query.json?sql=select+value+from+json_each(:j)&j=[1,2]&_shape=arrayfirst", 200, `[1, 2]`},
		{"/d/-/query.json?sql=select+json_object('a',json_array(1))+->>+'$.a[0]'+as+a&_shape=arrayfirst", 200, `[1]`},
		{"/d/-/query.json?sql=select+date('2024-02-30')+as+d,sum(id)+over+()+as+s+from+t+limit+1&_shape=arrays", 200, `[["2024-03-01", 6]]`},
		{"/d/-/query.json?sql=select+1&_extra=nope", 400, "nope"},
		{"/d/-/query.json?sql=select+1&_trace=1", 200, `[{"1": 1}]`},
		{"/d/-/query.json?sql=select+:_trace+as+t&_trace=1&_shape=array", 200, `[{"t": "1"}]`},
		{"/d/-/query.json?sql=select+'[1]'+as+a,+'[2]'+as+b&_json=a&_shape=array", 200, `[{"a": [1], "b": "[2]"}]`},
		{"/d/-/query.json?sql=select+1e999+as+x&_shape=array", 200, `[{"x": null}]`},
		{"/d/-/query.json?sql=select+-1e999+as+x&_shape=array&_json_infinity=1", 200, `[{"x": -Infinity}]`},
		{"/d/-/query.json?sql=select+nope", 400, "no such column: nope"},
		{"/nope/-/query.json?sql=select+1", 404, "no database"},
		{"/d/-/query.csv?sql=select+id,name+from+t", 200, "id,name\r\n1,oak\r\n2,iron\r\n3,\"\"\r\n"},
		{"/d.csv?sql=select+b+from+t&_header=off", 200, "AP8=\r\n\r\n\"\"\r\n"},
		{"/d.csv", 404, ""},
		{"/d/by+name.json?name=oak&_shape=array", 200, `[{"id": 1}]`},
		{"/d/by+name.json", 200, `"rows": [{"id": 3}]`},
		{"/d/all.csv", 200, "id\r\n1\r\n2\r\n3\r\n"},
		{"/d/add.json", 404, ""},
		{"/d.json", 200, `"name":"by name"`},
		{"/d.json", 200, `"allow_execute_sql":true`},
		{"/d/by+name?name=oak", 200, `<h1>By name</h1>`},
		{"/d/by+name?name=oak", 200, `value="oak"`},
		{"/d/by+name?name=oak", 200, `href="/d/-/query?sql=select`},
		{"/d/-/query?sql=select+nope", 400, `role="alert"`},
		{"/d?sql=select+'<script>'+as+x", 200, `&lt;script&gt;`},
		{"/d/-/query/parameters?sql=select+:a,$b,@a", 200, `"parameters":["a","b"]`},
		{"/d/-/queries", 400, ""},
		{"/-/settings.json", 200, `"default_allow_sql":true`},
		{"/-/jump.json?q=name", 200, `"url":"/d/by+name"`},
		{"/d/t/-/schema.json", 200, "CREATE TABLE t"},
		{"/d/t/-/autocomplete?q=RO", 200, `{"ok":true,"rows":[{"label":"iron","pks":{"id":2}}]}`},
	} {
		if w := ask(s, test.url); w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s: %d %s\nwant %d %s", test.url, w.Code, w.Body, test.status, test.want)
		}
	}
}

// TestSQLAsAFile: the result of a query as a database has the same values.
func TestSQLAsAFile(t *testing.T) {
	s := sqlServer(t)
	w := ask(s, "/d/-/query.db?sql="+"select+id,+name,+b,+name+from+t")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "d-query.db") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	path := filepath.Join(t.TempDir(), "result.db")
	if err := os.WriteFile(path, w.Body.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got string
	if err := db.QueryRow("SELECT group_concat(quote(id) || quote(name) || quote(b) || quote(name_2), '; ') FROM result").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "1'oak'X'00FF''oak'; 2'iron'NULL'iron'; 3''X''''"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if w := ask(s, "/d/-/query.db?sql=select+nope"); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "dynasette-result-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// TestSQLSwitchedOff: stored queries are run all the same.
func TestSQLSwitchedOff(t *testing.T) {
	for name, s := range map[string]*Server{
		"by the server":    func() *Server { s := sqlServer(t); s.NoSQL = true; return s }(),
		"by the settings":  sqlServer(t, "settings.json", `{"default_allow_sql": false}`),
		"off as a word":    sqlServer(t, "settings.json", `{"default_allow_sql": "off"}`),
		"for the database": sqlServer(t, "datasette.yaml", "databases: {d: {allow_sql: false, queries: {all: select id from t order by id}}}"),
		"but for root":     sqlServer(t, "datasette.yaml", "{allow_sql: {id: root}, databases: {d: {queries: {all: select id from t order by id}}}}"),
	} {
		for url, want := range map[string]int{"/d.json?sql=select+1": 403, "/d/-/query?sql=select+1": 403, "/d/-/query": 403, "/d/all.json": 200, "/d": 200} {
			if w := ask(s, url); w.Code != want {
				t.Errorf("%s: %s: %d, want %d: %s", name, url, w.Code, want, w.Body)
			}
		}
		if got := body(t, s, "/d.json"); gjson.Get(got, "allow_execute_sql").Bool() {
			t.Errorf("%s: %s", name, got)
		}
		if got := body(t, s, "/d") + body(t, s, "/d/all"); strings.Contains(got, "/-/query") {
			t.Errorf("%s: the pages lead to SQL", name)
		}
	}
}

// TestTooManyQueries: a query that finds no room is told to come again.
func TestTooManyQueries(t *testing.T) {
	s := sqlServer(t)
	for range cap(s.querying) {
		s.querying <- struct{}{}
	}
	s.TimeLimit = time.Millisecond
	w := ask(s, "/d/-/query.json?sql=select+1")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	<-s.querying
	s.TimeLimit = time.Minute
	if w := ask(s, "/d/-/query.json?sql=select+1"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCORS(t *testing.T) {
	s := sqlServer(t)
	ask := func(method string) http.Header {
		r, _ := http.NewRequest(method, "/d/t.json?_size=1", nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 400 && s.CORS {
			t.Errorf("%s: %d", method, w.Code)
		}
		return w.Header()
	}
	if h := ask("GET"); h.Get("Access-Control-Allow-Origin") != "" {
		t.Error(h)
	}
	s.CORS = true
	for _, method := range []string{"GET", "OPTIONS"} {
		if h := ask(method); h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Expose-Headers") != "Link" {
			t.Error(method, h)
		}
	}
}

// TestLinear: the functions in place of SQLite's answer as those do.
func TestLinear(t *testing.T) {
	plainly, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer plainly.Close()
	limited := sql.OpenDB(visitorConnector(":memory:"))
	defer limited.Close()
	values := []string{"''", "'a'", "'aba'", "'xaax'", "'äöä'", "'ö'", "NULL", "12", "-2", "1.5", "1e20", "x'6162'", "x'62'", "x''"}
	for _, a := range values {
		for _, b := range values {
			for _, q := range []string{"instr(%a, %b)", "trim(%a, %b)", "ltrim(%a, %b)", "rtrim(%a, %b)", "replace(%a, %b, '-')", "replace('ababa', %a, %b)"} {
				q = "SELECT quote(" + strings.NewReplacer("%a", a, "%b", b).Replace(q) + ")"
				var want, got string
				if err := plainly.QueryRow(q).Scan(&want); err != nil {
					t.Fatal(q, err)
				}
				if err := limited.QueryRow(q).Scan(&got); err != nil || got != want {
					t.Errorf("%s: %s %v, want %s", q, got, err, want)
				}
			}
		}
	}
}

func TestReadStatement(t *testing.T) {
	for text, want := range map[string]statement{
		"select 1":                                   {text: "select 1", bound: "select 1"},
		" select :a, @b, :a ; -- :c":                 {text: " select :a, @b, :a", bound: " select :p0, :p1, :p0", parameters: []string{"a", "b"}},
		"select ':a', \":b\", [:c], `:d`;":           {text: "select ':a', \":b\", [:c], `:d`", bound: "select ':a', \":b\", [:c], `:d`"},
		"select 'it''s :x', :y":                      {text: "select 'it''s :x', :y", bound: "select 'it''s :x', :p0", parameters: []string{"y"}},
		"explain select a$b, ünï":                    {text: "explain select a$b, ünï", bound: "explain select a$b, ünï", explain: true},
		"-- c\nwith x as (select 1) select * from x": {text: "-- c\nwith x as (select 1) select * from x", bound: "-- c\nwith x as (select 1) select * from x"},
	} {
		got, err := readStatement(text)
		if err != nil || got.text != want.text || got.bound != want.bound || got.explain != want.explain || !slices.Equal(got.parameters, want.parameters) {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
}

// FuzzReadStatement: what is taken for one statement is one to SQLite too.
func FuzzReadStatement(f *testing.F) {
	for _, seed := range []string{"select 1", "select :a;", "with a as (select 1) select * from a -- x", "select '", "select 1 /*;*/", "select [a;]", "select 0x1f, 1e5;", "select \"a\"\"b;\""} {
		f.Add(seed)
	}
	db := sql.OpenDB(visitorConnector(":memory:"))
	f.Cleanup(func() { db.Close() })
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readStatement(text)
		if err != nil {
			return
		}
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := prepare(t.Context(), conn, s, s.arguments(func(string) string { return "" })); err != nil {
			return
		}
		// A second statement would be a write, which fails when it is compiled.
		_, err = prepare(t.Context(), conn, statement{text: s.text + "; DROP TABLE x", bound: s.bound + "\n; DROP TABLE x"}, s.arguments(func(string) string { return "" }))
		if err == nil {
			t.Errorf("%q hides what follows it", text)
		}
	})
}
