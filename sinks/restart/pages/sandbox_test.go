package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// hostile are queries of a visitor who means ill, or knows no better, with words of the answer.
var hostile = []struct{ sql, want string }{
	// What has no end, or takes too long.
	{"with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c", "time limit"},
	{"with recursive c(x) as (select 1 union all select x+1 from c) select x from c where x < 0", "time limit"},
	{"select 1 union all select count(*) from (with recursive c(x) as (select 1 union all select x+1 from c) select x from c)", "time limit"},
	{"with recursive c(x) as (select 1 union all select x+1 from c), d as materialized (select x from c) select * from d order by random() limit 1", "time limit"},
	{"with recursive c(x) as (values(1) union select x+1 from c) select max(x) from c", "time limit"},
	{"select count(*) from big a, big b, big c, big d", "time limit"},
	{"select a.x from big a, big b, big c order by a.x * b.x - c.x", "time limit"},
	{"select count(distinct a.x || b.x || c.x) from big a, big b, big c", "time limit"},
	{"select row_number() over (order by a.x * b.x), sum(a.x) over (order by b.x rows between unbounded preceding and unbounded following) from big a, big b, big c", "time limit"},
	{"select group_concat(x) over (order by x rows between 100 preceding and current row) from (select a.x from big a, big b)", "time limit"},
	{"with recursive t(s) as (select '1' union all select s || s from t) select max(length(s)) from t", "longer than a query may make"},
	{"select * from loop1", "circularly"},
	{"select count(*) from endless", "time limit"},
	{"select * from endless order by 1 desc", "time limit"},
	{"explain with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c; select 1", "one statement"},

	// What is huge.
	{"select randomblob(2000000000)", "longer than a query may make"},
	{"select zeroblob(2000000000)", "longer than a query may make"},
	{"select hex(zeroblob(1900000))", "longer than a query may make"},
	{"select printf('%.*c', 2000000000, 'x')", "longer than a query may make"},
	{"select format('%1999999999d', 1)", "longer than a query may make"},
	{"select replace(hex(zeroblob(500000)), '0', hex(zeroblob(500000)))", "too big"},
	{"select group_concat(hex(zeroblob(10000))) from big", "longer than a query may make"},
	{"select json_group_array(hex(zeroblob(10000))) from big", ""},
	{"select " + strings.TrimSuffix(strings.Repeat("randomblob(2000000),", 900), ","), "longer than a query may make"},
	{"select " + strings.TrimSuffix(strings.Repeat("s||'1',", 900), ",") + " from (select hex(zeroblob(900000)) s)", "longer than a query may make"},
	{"select " + strings.TrimSuffix(strings.Repeat("randomblob(30000),", 2500), ","), "too many columns"},
	{"select length(" + strings.Repeat("randomblob(1000000)||", 150) + "'')", "longer than a query may make"},
	{"select length(json_pretty('[" + strings.Repeat("1,", 40_000) + "1]', hex(zeroblob(900000))))", "not authorized"},
	{"select length(json_array(" + strings.TrimSuffix(strings.Repeat("s,", 95), ",") + ")) from (select cast(zeroblob(900000) as text) s)", ""},
	{gathering, "limit"},
	{"with recursive c(x) as (select 1 union all select x+1 from c) select length(json_group_object(x, s)) from c, (select hex(zeroblob(500000)) s)", "limit"},
	{"with recursive c(x, b) as (select 1, randomblob(1000000) union all select x+1, randomblob(1000000) from c) select * from c", ""}, // too long, or too slow
	{"select '" + strings.Repeat("x", 200_000) + "'", "100,000 bytes"},

	// What is deep, or wide.
	{"select " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000), ""},
	{"select " + strings.Repeat("-+", 2000) + "1", "Recursion limit"},
	{strings.Repeat("select 1 union all ", 300) + "select 1", "too many terms"},
	{"select * from " + strings.TrimSuffix(strings.Repeat("big,", 90), ","), ""},
	{doubling(20), "too"},
	{"select coalesce(" + strings.TrimSuffix(strings.Repeat("1,", 500), ",") + ")", "too many arguments"},
	{"select json_extract('" + strings.Repeat("[", 40_000) + "', '$')", ""},
	{"select json_valid('" + strings.Repeat("[", 49_000) + "')+nope", ""},

	// Comparisons that grow with the product of their lengths, and that nothing can interrupt.
	{"select hex(zeroblob(900000)) like '" + strings.Repeat("%0", 2000) + "1'", "pattern too complex"},
	{"select hex(zeroblob(900000)) glob '" + strings.Repeat("*0", 2000) + "1'", "pattern too complex"},
	{"select 'a' regexp '(a+)+$'", "no such function: regexp"},
	{"select json_patch('{}', '{}')", "not authorized"},
	{"select geopoly_overlap('[[0,0],[1,0],[0,1],[0,0]]', geopoly_regular(0,0,1,1000))", "not authorized"},

	// Writes.
	{"delete from big", "Only a SELECT"},
	{"with a as (select 1) delete from big", "only read this database"},
	{"with a as (select 1) insert into big select 1", "only read this database"},
	{"with a as (select 1) update big set x = 1", "only read this database"},
	{"explain delete from big", "Only a SELECT"},
	{"create table t (x)", "Only a SELECT"},
	{"create temp table t as select 1", "Only a SELECT"},
	{"create virtual table temp.v using fts5(x)", "Only a SELECT"},
	{"drop table big", "Only a SELECT"},
	{"vacuum into '/tmp/stolen.db'", "Only a SELECT"},
	{"reindex", "Only a SELECT"},
	{"begin", "Only a SELECT"},
	{"select 1; drop table big", "one statement"},
	{"select 1;;;\n-- \n;select 2", "one statement"},
	{"/* */ -- select\npragma writable_schema = 1", "Only a SELECT"},

	// What is outside, or inside.
	{"attach '/etc/passwd' as p", "Only a SELECT"},
	{"select * from pragma_writable_schema", ""},
	{"select * from pragma_journal_mode", ""},
	{"select * from pragma_temp_store_directory", ""},
	{"select * from pragma_integrity_check", ""},
	{"select load_extension('x')", "not authorized"},
	{"select readfile('/etc/passwd')", "no such function"},
	{"select writefile('/tmp/x', 'x')", "no such function"},
	{"select edit('x')", "no such function"},
	{"select fts3_tokenizer('x')", "no such function"},
	{"select sqlite_log(1, 'x')", "not authorized"},
	{"select * from dbstat", "only read this database"},
	{"select * from sqlite_dbpage", "only read this database"},
	{"select * from main.sqlite_stmt", ""},
	{"select * from fts5vocab('main', 'f', 'row')", ""},
	{"select f from f where f match '" + strings.Repeat("(", 3000) + "a" + strings.Repeat(")", 3000) + "'", ""},

	// What a full-text index would take the square of its words for.
	{"select * from f('" + strings.Repeat("a NEAR ", 10_000) + "b')", "32,768 bytes"},
	{"select * from f where f match '" + strings.Repeat("a ", 40_000) + "'", "32,768 bytes"},
	{"select * from f where x match replace(hex(zeroblob(500000)), '00', 'a ')", "big"},
	{"with q as materialized (select replace(hex(zeroblob(500000)), '00', 'a ') s) select * from f, q where f = q.s", "big"},
	{"select * from f where f match (select group_concat('a', ' ') from big a, big b limit 1)", "longer than a query may make"},
	{"select * from f where rowid = 1 and f match substr(replace(hex(zeroblob(500000)), '00', 'a* '), 1)", "big"},
	{"select count(*) from big where exists (select 1 from f where f match replace(hex(zeroblob(500000)), '00', big.x || ' OR '))", "big"},

	// What is no text.
	{"select 1\x00; drop table big", "UTF-8"},
	{"select '\xff\xfe'", "UTF-8"},
	{"s\x00e\x00l\x00e\x00c\x00t\x00 \x001\x00", "UTF-8"},
	{"select 'open", "not closed"},
	{"select 1 /* open", "not closed"},
	{"select 1) limit 1) --", "a ) too many"},
	{"select * from (select 1", ""},
	{"select ?", "need names"},
	{"", "no SQL"},
	{" ;", "no SQL"},
	{"-- nothing", "no SQL"},
}

const gathering = "with recursive c(x) as (select 1 union all select x+1 from c) select length(json_group_array(s)) from c, (select hex(zeroblob(500000)) s)"

// doubling is a query whose plan would double with each of its names.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("with a0 as (select 1 x)")
	for i := range n {
		fmt.Fprintf(&b, ", a%d as (select p.x from a%d p, a%d q)", i+1, i, i)
	}
	return fmt.Sprintf("%s select x from a%d", &b, n)
}

func hostileServer(t *testing.T) *Server {
	t.Helper()
	s := serve(t, map[string]string{"d.db": `CREATE TABLE big (x);
		WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 2000) INSERT INTO big SELECT x FROM c;
		CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c;
		CREATE VIEW loop1 AS SELECT 1 AS x; CREATE VIEW loop2 AS SELECT * FROM loop1;
		DROP VIEW loop1; CREATE VIEW loop1 AS SELECT * FROM loop2;
		CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('a b');`})
	s.TimeLimit = time.Minute
	return s
}

func askSQL(s *Server, kind, sql string) *httptest.ResponseRecorder {
	return ask(s, "/d/-/query"+kind+"?sql="+url.QueryEscape(sql))
}

// TestHostileSQL: each ends soon and says why, none takes much memory, and the next query works.
func TestHostileSQL(t *testing.T) {
	s := hostileServer(t)
	if n := len(hostile); n < 50 {
		t.Fatal(n)
	}
	files := tempFiles(t)
	debug.FreeOSMemory()
	before := peak(t)
	for _, test := range hostile {
		w := ask(s, "/d/-/query.json?_timelimit=100&sql="+url.QueryEscape(test.sql))
		name := test.sql[:min(len(test.sql), 100)]
		said := gjson.Get(w.Body.String(), "error").Str
		ended := strings.Contains(said, test.want) || strings.Contains(said, "limit") // on a slow machine that comes first
		if w.Code != http.StatusBadRequest || !ended || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %.300s\nwant %s", name, w.Code, w.Body, test.want)
		}
		if w := askSQL(s, ".json", "select count(*) as n from big"); gjson.Get(w.Body.String(), "rows.0.n").Int() != 2000 {
			t.Fatalf("after %q: %d %s", name, w.Code, w.Body)
		}
	}
	var crowd sync.WaitGroup
	for i := range 8 {
		crowd.Go(func() {
			test := hostile[len(hostile)/8*i]
			for _, of := range []string{test.sql, gathering} {
				if w := ask(s, "/d/-/query.json?_timelimit=100&sql="+url.QueryEscape(of)); w.Code != http.StatusBadRequest {
					t.Errorf("%.100q among others: %d %.300s", of, w.Code, w.Body)
				}
			}
		})
	}
	crowd.Wait()
	// Queries are ended when they have maxGathered in all; by then each may be copying what it has to
	// where there is room for twice as much. The rest is what is computed between two looks, and Go's.
	const most = 2*maxGathered + 64<<20
	if grew := peak(t) - before; grew > most {
		t.Errorf("memory grew by %d MiB", grew>>20)
	} else {
		t.Logf("memory grew by %d MiB", grew>>20)
	}
	if now := tempFiles(t); now != files {
		t.Errorf("%d temporary files, before %d", now, files)
	}
}

// peak is the most memory that the process had, where it is known.
func peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		if runtime.GOOS == "linux" {
			t.Fatal(err)
		}
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	fmt.Sscan(rest, &kib)
	return kib << 10
}

func tempFiles(t *testing.T) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "etilqs_*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}
