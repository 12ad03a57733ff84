package pages

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// BenchmarkFacet counts the values of a column of 1,000,000 rows that has 50, through an index on it
// or without one, each time anew.
func BenchmarkFacet(b *testing.B) {
	s := serve(b, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, indexed TEXT, plain TEXT);
		WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < 1000000)
		INSERT INTO t SELECT x, 'value ' || (x * 7919 % 50), 'value ' || (x * 7919 % 50) FROM i;
		CREATE INDEX t_indexed ON t (indexed);`,
		"inspect-data.json": `{"d": {"tables": {"t": {"count": 1000000}}}}`})
	s.TimeLimit = time.Minute
	for _, column := range []string{"indexed", "plain"} {
		for _, again := range []bool{false, true} {
			name := column
			if again {
				name += "Again"
			}
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if !again {
						current, done, _ := s.current.Acquire()
						t, _ := current.databases[0].table("t")
						t.tallied.mu.Lock()
						t.tallied.kept = nil
						t.tallied.mu.Unlock()
						done()
					}
					w := httptest.NewRecorder()
					s.ServeHTTP(w, httptest.NewRequest("GET", "/d/t.json?_size=0&_facet="+column, nil))
					if w.Code != 200 || !strings.Contains(w.Body.String(), "20000") {
						b.Fatalf("%d %s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

// BenchmarkPages makes whole answers, of a table of 100,000 rows and 8 columns.
func BenchmarkPages(b *testing.B) {
	s := serve(b, map[string]string{"d.db": `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, code TEXT, n INTEGER, r REAL, day TEXT, note TEXT, x);
		WITH RECURSIVE i(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM i WHERE x < 100000)
		INSERT INTO t SELECT x, 'name ' || (x * 7919 % 100000), printf('%05d', x), x * 31 % 977, x / 7.0, date('2000-01-01', '+' || (x % 9000) || ' days'), 'some words, "quoted" ' || x, NULL FROM i;
		CREATE INDEX t_n ON t (n);`,
		"inspect-data.json": `{"d": {"tables": {"t": {"count": 100000}}}}`})
	for _, bench := range []struct{ name, url string }{
		{"index", "/"},
		{"html", "/d/t"},
		{"row", "/d/t/777"},
		{"json", "/d/t.json"},
		{"json1000", "/d/t.json?_size=max&_shape=arrays"},
		{"sorted", "/d/t.json?_sort=n&_next=50000"},
		{"unindexed", "/d/t.json?_sort=name"},
		{"contains", "/d/t.json?note__contains=9999&_nocount=1"},
		{"csv", "/d/t.csv"},
		{"sql", "/d/-/query.json?sql=select+*+from+t+where+id+>+:id+limit+100&id=500"},
		{"sqlpage", "/d/-/query?sql=select+*+from+t+limit+100"},
		{"sqlcount", "/d/-/query.json?sql=select+n,count(*)+from+t+group+by+n+limit+10"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest("GET", bench.url, nil))
				if w.Code != 200 {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
