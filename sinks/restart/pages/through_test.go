package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestThrough(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE items (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT);
		INSERT INTO items VALUES (1, 'a', 'oak'), (2, 'b', 'elm'), (3, 'c', 'ash');
		CREATE TABLE tags (item INTEGER REFERENCES Items, tag, n INTEGER); INSERT INTO tags VALUES (1, 'x', 1), (1, 'y', 2), (3, 'x', 3), (2, 7, 4), (2, '7', 5);
		CREATE TABLE loans ("by" TEXT REFERENCES items(CODE), who TEXT); INSERT INTO loans VALUES ('b', 'O''Neil'), ('c', 'a/b');
		CREATE TABLE other (id INTEGER PRIMARY KEY, x TEXT);
		CREATE TABLE wrong (item INTEGER REFERENCES items(nope), x TEXT); INSERT INTO wrong VALUES (1, 'x');`})
	for through, want := range map[string]string{
		`{"table": "tags", "column": "tag", "value": "x"}`:       "[1, 3]",
		`{"table": "tags", "column": "TAG", "value": 7}`:         "[2]",
		`{"table": "tags", "column": "n", "value": "3"}`:         "[3]",
		`{"table": "tags", "column": "n", "value": 1.0}`:         "[1]",
		`{"table": "loans", "column": "who", "value": "O'Neil"}`: "[2]",
		`{"table": "loans", "column": "who", "value": "a/b"}`:    "[3]",
		`{"table": "tags", "column": "tag", "value": "none"}`:    "[]",
		`{"table": "tags", "column": "nope", "value": "x"}`:      "no column",
		`{"table": "nope", "column": "tag", "value": "x"}`:       "no table",
		`{"table": "other", "column": "x", "value": "x"}`:        "no foreign key",
		`{"table": "wrong", "column": "x", "value": "x"}`:        "no foreign key",
		`{"table": "tags", "column": "tag", "value": null}`:      "text or a number",
		`{"table": "tags", "column": "tag", "value": ["x"]}`:     "text or a number",
		`{"table": "tags", "column": "tag"}`:                     "text or a number",
		`{"table": "tags", "value": "x"}`:                        "must be JSON",
		`{"table": 1, "column": "tag", "value": "x"}`:            "must be JSON",
		`[]`: "must be JSON", ``: "must be JSON", `x`: "must be JSON", `null`: "must be JSON", `{} {}`: "must be JSON",
	} {
		w := ask(s, "/d/items.json?_shape=arrayfirst&_through="+url.QueryEscape(through))
		if refused := !strings.HasPrefix(want, "["); refused != (w.Code == http.StatusBadRequest) || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s, want %s", through, w.Code, w.Body, want)
		}
	}
	both := "_through=" + url.QueryEscape(`{"table": "tags", "column": "tag", "value": "x"}`) + "&_through=" + url.QueryEscape(`{"table": "loans", "column": "who", "value": "a/b"}`)
	if got := body(t, s, "/d/items.json?_shape=arrayfirst&"+both); got != "[3]" {
		t.Error(got)
	}
	if got := body(t, s, "/d/items.csv?"+both+"&_col=name"); got != "id,name\n3,ash\n" {
		t.Error(got)
	}
	page := body(t, s, "/d/items?_where=id>0&_search=a&_search_name=x&"+both)
	for _, want := range []string{"tags.tag = &#34;x&#34;", "loans.who = &#34;a/b&#34;", "id&gt;0", "1 row"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't say %s", want)
		}
	}
}
