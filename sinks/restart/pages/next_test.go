package pages

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// TestTokensOfDatasette: a sorted page goes on after the row that a bookmark of Datasette's names,
// as it does after our own token for it.
func TestTokensOfDatasette(t *testing.T) {
	const n = 17
	var sql strings.Builder
	keys := map[string][]string{"integer": {"i"}, "text": {"k"}, "compound": {"k", "i"}, "without": {"k", "i"}, "plain": {"rowid"}}
	for name, columns := range map[string]string{
		"plain":    "(i INTEGER, k TEXT, t TEXT, n NUMERIC, x)",
		"integer":  "(i INTEGER PRIMARY KEY, k TEXT, t TEXT, n NUMERIC, x)",
		"text":     "(i INTEGER, k TEXT PRIMARY KEY, t TEXT, n NUMERIC, x)",
		"compound": "(i INTEGER, k TEXT, t TEXT, n NUMERIC, x, PRIMARY KEY (k, i))",
		"without":  "(i INTEGER, k TEXT, t TEXT, n NUMERIC, x, PRIMARY KEY (k, i)) WITHOUT ROWID",
	} {
		fmt.Fprintf(&sql, "CREATE TABLE %s %s; INSERT INTO %[1]s VALUES %[3]s;", name, columns, mixed(n, rand.New(rand.NewPCG(7, 8))))
	}
	s := serve(t, map[string]string{"d.db": sql.String()})
	for table, key := range keys {
		for _, order := range []string{"_sort=t", "_sort_desc=t", "_sort=n", "_sort_desc=x", "_sort=x"} {
			_, by, _ := strings.Cut(order, "=")
			base := "/d/" + table + ".json?_size=3&_shape=objects&" + order
			page := body(t, s, base)
			for range n {
				rows := gjson.Get(page, "rows").Array()
				next := gjson.Get(page, "next").Str
				if next == "" {
					break
				}
				row := rows[len(rows)-1]
				parts := []string{row.Get(by).String()}
				if parts[0] = tildeEncode(parts[0]); row.Get(by).Type == gjson.Null {
					parts[0] = "$null"
				}
				for _, name := range key {
					parts = append(parts, tildeEncode(row.Get(name).String()))
				}
				theirs := body(t, s, base+"&_next="+strings.ReplaceAll(strings.Join(parts, ","), "+", "%2B"))
				page = body(t, s, base+"&_next="+next)
				if got, want := gjson.Get(theirs, "rows").Raw, gjson.Get(page, "rows").Raw; got != want {
					t.Fatalf("%s after %s: %s\nwant %s", base, parts, got, want)
				}
			}
		}
	}
	for url, want := range map[string]string{
		"integer.json?_sort=t&_next=a,b,1": "_next is not", "integer.json?_next=x,1": "_next is not", "integer.json?_sort=t&_next=x,9999": "is gone",
		"view.json?_next=x": "no table", "plain.json?_sort=t&_next=x,y": "is gone", "compound.json?_next=x,1": "is gone", "integer.json?_next=x": "_next is not",
	} {
		if w := ask(s, "/d/"+url); w.Code < 400 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", url, w.Code, w.Body)
		}
	}
}

func TestTimeLimitOfTheURL(t *testing.T) {
	s := serve(t, map[string]string{"d.db": endless})
	s.TimeLimit = time.Minute
	for url, want := range map[string]int{
		"/d/silent?_timelimit=20": 400, "/d/silent.json?_timelimit=20": 400, "/d/silent.csv?_size=5&_timelimit=20": 400, "/d/first.csv?_timelimit=1": 400,
		"/d.json?sql=select+*+from+silent&_timelimit=20": 400, "/d/one.json?_timelimit=0": 200, "/d/one.json?_timelimit=": 200,
		"/d/one.json?_timelimit=60000": 200, "/d/one.json?_timelimit=-1": 400, "/d/one.json?_timelimit=x": 400, "/d/one?_timelimit=1e3": 400,
		"/d/one.csv?_timelimit=99999999999999999999": 400, "/d/one/1.json?_timelimit=60000": 200,
	} {
		if w := ask(s, url); w.Code != want {
			t.Errorf("%s: %d %.300s", url, w.Code, w.Body)
		}
	}
	s.TimeLimit = 20 * time.Millisecond // a visitor can only ask for less
	if w := ask(s, "/d/silent.json?_timelimit=60000"); w.Code != http.StatusBadRequest {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestEmptyParameters(t *testing.T) {
	s := serve(t, map[string]string{"towns.db": towns})
	want := body(t, s, "/towns/states.json?_shape=array")
	for _, query := range []string{"_sort=", "_sort_desc=", "_size=", "_size=+2", "_size=%202%20", "_search=", "_search=+", "_next=", "_timelimit=", "_searchmode=", "_trace=1"} {
		if got := body(t, s, "/towns/states.json?_shape=array&"+query); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
}
