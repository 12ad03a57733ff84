package pages

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What a view computes may have no end, before the first row or after it.
const endless = `CREATE TABLE one (x); INSERT INTO one VALUES (1);
	CREATE VIEW forever AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n) SELECT x FROM n;
	CREATE VIEW silent AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n) SELECT x FROM n WHERE x < 0;
	CREATE VIEW first AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n) SELECT x FROM n WHERE x = 1;
	CREATE VIEW huge AS SELECT hex(zeroblob(400000000)) AS x;`

func TestQueriesEnd(t *testing.T) {
	s := serve(t, map[string]string{"d.db": endless})
	for _, test := range []struct {
		limit  time.Duration
		status int
		urls   []string
	}{
		{time.Minute, 200, []string{"/d/forever.json?_size=3&_nocount=1", "/d", "/", "/d.json"}}, // three rows are had at once
		{20 * time.Millisecond, 400, []string{"/d/forever.csv", "/d/forever?_sort=x", "/d/silent", "/d/silent.json", "/d/silent.csv", "/d/first", "/d/first.json", "/d/first.csv"}},
		{time.Minute, 500, []string{"/d/huge", "/d/huge.json", "/d/huge.csv"}},
	} {
		s.TimeLimit = test.limit
		for _, url := range test.urls {
			if w := ask(s, url); w.Code != test.status {
				t.Errorf("%s: %d %.300s", url, w.Code, w.Body)
			}
		}
	}
	s.TimeLimit = 2 * time.Second // enough for a hundred rows, and for no count
	if page := body(t, s, "/d/forever"); !strings.Contains(page, "More than 100 rows") {
		t.Error("the endless view has a count")
	}
	// A client that has gone away ends its query too.
	ctx, cancel := context.WithCancel(t.Context())
	s.TimeLimit = time.Hour
	time.AfterFunc(50*time.Millisecond, cancel)
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/d/silent", nil).WithContext(ctx))
}

func TestLongJSONIsRefused(t *testing.T) {
	s := serve(t, map[string]string{"d.db": "CREATE TABLE t (b); INSERT INTO t SELECT replace(hex(zeroblob(3000000)), '0', char(1)) FROM (VALUES (1), (2))"}) // written as \u0001
	s.TimeLimit = time.Minute
	if w := ask(s, "/d/t.json"); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "_size") {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
	if w := ask(s, "/d/t.json?_size=1"); w.Code != http.StatusOK {
		t.Errorf("%d %.200s", w.Code, w.Body)
	}
}

func TestCSV(t *testing.T) {
	s := serve(t, map[string]string{"d.db": `CREATE TABLE t ("a, ""b""" TEXT, n INTEGER, r REAL, v);
		INSERT INTO t VALUES ('plain', 1, 2.0, NULL), ('with "quotes", commas' || char(10) || 'and lines', -5, 1e300, ''), (' space ', NULL, 0.1, x'01'), ('', 0, -0.0, '007');
		CREATE VIEW v AS SELECT n, r FROM t`, "big.db": `CREATE TABLE t (n INTEGER); WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < 50000) INSERT INTO t SELECT x FROM i`})
	w := ask(s, "/d/t.csv")
	if got, want := w.Body.String(), `"a, ""b""",n,r,v
plain,1,2.0,
"with ""quotes"", commas
and lines",-5,1e+300,""
" space ",,0.1,http://example.com/d/t/3.blob?_blob_column=v
"",0,0.0,007
`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if h := w.Header(); h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != `attachment; filename="t.csv"` {
		t.Error(h)
	}
	for url, want := range map[string]int{"/big/t.csv": 50001, "/big/t.csv?_size=10": 11, "/big/t.csv?n__gt=49990": 11, "/d/v.csv": 5, "/big/t.csv?n=x": 1} {
		rows, err := csv.NewReader(strings.NewReader(body(t, s, url))).ReadAll()
		if err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, want %d: %v", url, len(rows), want, err)
		}
	}
	rows, _ := csv.NewReader(strings.NewReader(body(t, s, "/d/t.csv?_sort_desc=n&_col=n"))).ReadAll()
	if want := [][]string{{"n"}, {"1"}, {"0"}, {"-5"}}; !reflect.DeepEqual(rows, want) { // the reader skips the blank line of the NULL
		t.Errorf("%q", rows)
	}
	if w := ask(s, "/d/t.csv?_sort=bogus"); w.Code != http.StatusBadRequest {
		t.Errorf("a bad query: %d", w.Code)
	}
}

func TestExportsAreFew(t *testing.T) {
	r := makeRelease(t, "r1", map[string]string{"big.db": `CREATE TABLE t (n TEXT); WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < 300) INSERT INTO t SELECT hex(zeroblob(50000)) FROM i`})
	s := &Server{TimeLimit: time.Minute, Exports: 1}
	t.Cleanup(func() { s.Close() })
	if err := s.Restart(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(s)
	defer front.Close()
	first, err := http.Get(front.URL + "/big/t.csv") // 30 MB, more than the connection holds
	if err != nil {
		t.Fatal(err)
	}
	second, err := http.Get(front.URL + "/big/t.csv")
	if err != nil {
		t.Fatal(err)
	}
	second.Body.Close()
	if first.StatusCode != 200 || second.StatusCode != 503 || second.Header.Get("Retry-After") == "" {
		t.Errorf("%s, then %s", first.Status, second.Status)
	}
	first.Body.Close() // the client goes away: its place is free again
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		third, err := http.Get(front.URL + "/big/t.csv?_size=1")
		if err != nil {
			t.Fatal(err)
		}
		third.Body.Close()
		if third.StatusCode == 200 {
			break
		} else if time.Now().After(deadline) {
			t.Fatal("the place of a client that went away is never free")
		}
	}
}
