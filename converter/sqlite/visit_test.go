package sqlite_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/sqlite"
)

// schema adds a row to the schema that SQLite would not take.
func schema(kind, name, sql string) string {
	return fmt.Sprintf("PRAGMA writable_schema=1; INSERT INTO sqlite_master VALUES ('%s', '%s', '%[2]s', 0, '%s');", kind, name, strings.ReplaceAll(sql, "'", "''"))
}

// altered changes a word of what made a table.
func altered(table, word, to string) string {
	return fmt.Sprintf("PRAGMA writable_schema=1; UPDATE sqlite_master SET sql=replace(sql, '%s', '%s') WHERE name='%s';", word, strings.ReplaceAll(to, "'", "''"), table)
}

func numbered(n int, format, between string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return strings.Join(all, between)
}

const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "

// TestVisits has databases with what somebody may meet who looks around in them. Each is
// served by Datasette 0.65.2 and 1.0a37, which were tried: at most one page of it is broken.
func TestVisits(t *testing.T) {
	const t1 = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INTEGER); INSERT INTO t VALUES (1, 'x', -9223372036854775808), (2, 'y', 3); "
	for _, test := range []struct{ name, sql, want string }{
		{"sound", t1 + "CREATE VIEW v AS SELECT a, count(*) FROM t GROUP BY a; CREATE INDEX i ON t(a);", ""},
		{"foreign keys to nowhere", "CREATE TABLE t(a REFERENCES gone(x)); INSERT INTO t VALUES (1);", ""},
		{"key of several columns", "CREATE TABLE t(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID; INSERT INTO t VALUES (1, 2);", ""},
		{"odd names", `CREATE TABLE "it's; [1" ("select", "from", "a""b", "]"); CREATE VIEW "" AS SELECT 1;`, ""},
		{"search", `CREATE VIRTUAL TABLE f USING fts5(a, tokenize="porter unicode61 remove_diacritics 2 tokenchars '-_'"); INSERT INTO f VALUES ('x');`, ""},
		{"trigger", t1 + "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT nosuch(1); END;", ""},
		{"as many columns as a page shows", "CREATE TABLE t(" + numbered(1999, "c%d", ",") + ");", ""},
		{"most columns and a key", "CREATE TABLE t(id INTEGER PRIMARY KEY, " + numbered(1999, "c%d", ",") + ");", ""},
		{"large value", "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(3000000)), (1); CREATE VIEW v AS SELECT a FROM t;", ""},
		{"value of no size", t1 + "CREATE VIEW v AS SELECT zeroblob(900000000) z;", ""},
		{"wide and large", t1 + "CREATE VIEW v AS SELECT " + numbered(2000, "hex(zeroblob(32000 + %d))", ",") + ";", ""},
		{"sorts more than fits", t1 + "CREATE VIEW v AS " + endless + "SELECT x || hex(zeroblob(30000)) FROM (SELECT x FROM c LIMIT 10000) ORDER BY 1;", ""},

		{"most columns", "CREATE TABLE t(" + numbered(2000, "c%d", ",") + ");", `a table cannot be read (table "t", "SQL logic error: too many columns`},
		{"view of what is gone", "CREATE TABLE t(a); CREATE TABLE u(a); CREATE VIEW v AS SELECT a FROM u; DROP TABLE u;", `a view cannot be read (table "v", "SQL logic error: no such table`},
		{"view without end", t1 + "CREATE VIEW v AS " + endless + "SELECT count(*) FROM c;", `a page takes longer than the 1s that Datasette waits for a query (table "v")`},
		{"view that fails later", t1 + "CREATE VIEW v AS SELECT abs(b) FROM t ORDER BY id DESC;", `a view cannot be read (table "v", "SQL logic error: integer overflow`},
		{"view that fails when counted", "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i FROM n; " +
			"CREATE VIEW v AS SELECT a FROM t WHERE a < 150 OR abs(a - 200 + (-9223372036854775807 - 1)) > 0;", `a view cannot be read (table "v", "SQL logic error: integer overflow`},
		{"view of itself", t1 + schema("view", "v", "CREATE VIEW v AS SELECT * FROM v"), "circularly defined"},
		{"quote in a view's name", t1 + `CREATE VIEW "a""b" AS SELECT 1;`, `a view cannot be read (table "a\"b", "SQL logic error: near`},
		{"generated column that fails", "CREATE TABLE t(a INTEGER, b AS (a)); INSERT INTO t VALUES (-9223372036854775808);" + altered("t", "(a)", "(abs(a))"), `a table cannot be read (table "t", "SQL logic error: integer overflow`},
		{"generated column of no function", "CREATE TABLE t(a INTEGER, b AS (abs(a)));" + altered("t", "abs", "nosuch"), `a table cannot be read (table "t", "SQL logic error: unknown function: nosuch()`},
		{"index of what is gone", "CREATE TABLE t(a); CREATE VIRTUAL TABLE f USING fts5(a, content='gone');", `a table cannot be read (table "f", "SQL logic error: no such table: main.gone`},
		{"name that is not UTF-8", "CREATE TABLE t(aXXb); INSERT INTO t VALUES (1);", `a table cannot be read (table "t", "the name of a column is not UTF-8")`},
	} {
		db := build(t, test.sql)
		if strings.Contains(test.name, "UTF-8") {
			db = []byte(strings.ReplaceAll(string(db), "aXXb", "a\xff\xfeb"))
		}
		_, summary, err := convert(sqlite.Converter{}, db)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		found := summary.Documents[0].Findings
		if test.want == "" && len(found) > 0 || test.want != "" && (len(found) != 1 || !strings.Contains(found[0].String(), test.want)) {
			t.Errorf("%s: findings %v, want %q", test.name, found, test.want)
		}
	}
}

// TestEvil has databases that keep Datasette 0.65.2 or 1.0a37 from starting, or from
// answering anything. The table or view to blame is named.
func TestEvil(t *testing.T) {
	const t1 = "CREATE TABLE t(a); "
	bomb := "CREATE VIEW v AS WITH c0(a) AS (SELECT 1)"
	for i := range 40 {
		bomb += fmt.Sprintf(", c%d(a) AS (SELECT x.a FROM c%d x, c%d y)", i+1, i, i)
	}
	for _, test := range []struct {
		name, sql string
		is        error
		want      string
	}{
		{"other format of an index", "CREATE VIRTUAL TABLE f USING fts5(a); UPDATE f_config SET v = 99;", converter.ErrUnsupported, `the table "f": SQL logic error: invalid fts5 file format`},
		{"damaged index", "CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f VALUES ('x'); UPDATE f_data SET block = x'0011223344';", converter.ErrCorrupt, `the table "f"`},
		{"damaged r-tree", "CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES (1, 2, 3); UPDATE r_node SET data = x'0011';", converter.ErrCorrupt, `the table "r"`},
		{"tokenizer behind another", "CREATE VIRTUAL TABLE f USING fts5(a);" + altered("f", "(a)", "(a, tokenize='porter mine')"), converter.ErrUnsupported, `tokenizer "mine"`},
		{"option of a tokenizer", "CREATE VIRTUAL TABLE f USING fts5(a);" + altered("f", "(a)", "(a, tokenize='unicode61 nosuch 1')"), converter.ErrUnsupported, `the table "f": SQL logic error: error in tokenizer constructor`},
		{"kind of a vocabulary", "CREATE VIRTUAL TABLE f USING fts5(a); CREATE VIRTUAL TABLE w USING fts5vocab(f, row);" + altered("w", "row", "sideways"), converter.ErrUnsupported, `the table "w": SQL logic error: fts5vocab: unknown table type`},
		{"view without sense", t1 + schema("view", "v", "CREATE VIEW v AS SLECT 1"), converter.ErrCorrupt, "malformed database schema (v)"},
		{"index of no column", t1 + "CREATE INDEX i ON t(a);" + altered("i", "(a)", "(zzz)"), converter.ErrCorrupt, "malformed database schema (i)"},
		{"view that unfolds", t1 + schema("view", "v", bomb+" SELECT a FROM c40"), converter.ErrLimit, `the view "v" unfolds into too many queries`},
		{"too many tables", t1 + "PRAGMA writable_schema=1; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) " +
			"INSERT INTO sqlite_master SELECT 'table', 't' || i, 't' || i, 0, 'CREATE VIRTUAL TABLE t' || i || ' USING fts4(a)' FROM n;", converter.ErrLimit, "10,001 tables and views"},
	} {
		db, _, err := convert(sqlite.Converter{}, build(t, test.sql))
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || db != nil {
			t.Errorf("%s: got %v, want %v with %q", test.name, err, test.is, test.want)
		}
		if err != nil && !converter.Permanent(err) {
			t.Errorf("%s: not permanent", test.name)
		}
	}
}
