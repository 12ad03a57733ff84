package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// TestFullTextOfVisitors: what a full-text index is asked may be computed, and texts that it finds may be long,
// as long as not both are.
func TestFullTextOfVisitors(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE VIRTUAL TABLE f USING fts5(x); CREATE TABLE t (id INTEGER PRIMARY KEY, w TEXT);
		INSERT INTO f VALUES ('a b'), ('abc'), ('long ' || hex(zeroblob(50000))); INSERT INTO t VALUES (1, 'a'), (2, 'long'), (3, 'ab*');`})
	s.TimeLimit = time.Minute
	long := strings.Repeat("a ", 20_000)
	for query, want := range map[string]string{
		"select rowid from f where f match 'a'":                                          "[1]",
		"select rowid from f('ab*')":                                                     "[2]",
		"select rowid from f where f match :q":                                           "[1]",
		"select rowid from f where f match :q || '*' order by rowid":                     "[1, 2]",
		"select length(x) from f where f match 'long'":                                   "[100005]",
		"select length(x) from f where f = :long":                                        "[100005]",
		"select t.id from t join f on f.rowid = t.id where f match :long":                "[3]",
		"select rowid from f where x match (select w from t where id = 3)":               "[2]",
		"select f.rowid from t, f where id = 1 and f match t.w and rank match 'bm25(2)'": "[1]",
		"select id from t where id in (select rowid from f where f match 'a' || :q)":     "[]",
		"select rowid, x from f where f match (select w from t where id = 2)":            "longer than",
		"select rowid from f where f match 'a' and :words <> ''":                         "32,768",
		"select rowid from f where f match :words":                                       "32,768",
		"select rowid from f where f match :words || '*'":                                "longer than",
		"select rowid from f where f match '" + long + "'":                               "32,768",
	} {
		w := ask(s, "/d/-/query.json?_shape=arrayfirst&q=a&long=long&words="+url.QueryEscape(long)+"&sql="+url.QueryEscape(query))
		if refused := !strings.HasPrefix(want, "["); refused != (w.Code == http.StatusBadRequest) || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.200s: %d %.300s, want %s", query, w.Code, w.Body, want)
		}
	}
	if w := ask(s, "/d/f.json?_search="+url.QueryEscape(long)); w.Code != http.StatusBadRequest || !strings.Contains(gjson.Get(w.Body.String(), "error").Str, "4,096") {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
	if w := ask(s, "/-/search?q="+url.QueryEscape(long)); w.Code != http.StatusBadRequest {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
}
