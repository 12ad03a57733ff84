package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// TestWhere: a condition of a visitor's is run as its other SQL is, however it is spelled, and in
// whatever form the rows are asked for.
func TestWhere(t *testing.T) {
	s := hostileServer(t)
	for condition, want := range map[string]int64{"x < 3": 2, "x < 3 --": 2, "x in (select max(big.x) from f, big)": 1, "x < 5 and ':a' = ':a'": 4, "x > 1 or x < 3": 2000} {
		got := body(t, s, "/d/big.json?_extra=count&_where="+url.QueryEscape(condition))
		if n := gjson.Get(got, "count").Int(); n != want {
			t.Errorf("%s: %d, want %d", condition, n, want)
		}
	}
	if got := body(t, s, "/d/big.json?_shape=arrayfirst&_col=x&_where=x<9&_where=x>7"); got != "[8]" {
		t.Error(got)
	}
	if got := body(t, s, "/d/big.csv?_where=x=7"); got != "x\n7\n" {
		t.Errorf("%q", got)
	}
	for _, condition := range []string{"", "1) or (1", "1; drop table big", "x = :a", "'", "/*", "load_extension('x')", "(select count(*) from dbstat)",
		"1) union select 1 from (select 1", "x = randomblob(2000000000)", "nope = 1", "json_patch('{}','{}')", "1 limit 5", "writefile('/tmp/x', x)"} {
		for _, kind := range []string{"", ".json", ".csv"} {
			for _, name := range []string{"_where", "%5Fwhere", "_wher%65"} {
				if w := ask(s, "/d/big"+kind+"?"+name+"="+url.QueryEscape(condition)); w.Code != http.StatusBadRequest {
					t.Errorf("%s %s %s: %d %.200s", kind, name, condition, w.Code, w.Body)
				}
			}
		}
	}
	s.TimeLimit = 100 * time.Millisecond
	for _, kind := range []string{"", ".json", ".csv", ".csv?_size=5"} {
		join := "?"
		if strings.Contains(kind, "?") {
			join = "&"
		}
		w := ask(s, "/d/big"+kind+join+"_where="+url.QueryEscape("x in (select x from endless where x < 0)"))
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "time limit") {
			t.Errorf("%s: %d %.200s", kind, w.Code, w.Body)
		}
	}
	s.TimeLimit, s.NoSQL = time.Minute, true
	for _, url := range []string{"/d/big.json?_where=1", "/d/big?%5Fwhere=1"} {
		if w := ask(s, url); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", url, w.Code)
		}
	}
}
