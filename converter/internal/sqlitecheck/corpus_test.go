package sqlitecheck

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "modernc.org/sqlite"
)

const corpusRows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
INSERT INTO t SELECT i * 3 - 100, 'name ' || (i * 7919 %% 1000), i / 8.0, CASE WHEN i %% 50 = 0 THEN zeroblob(i %% 997 * 40) END FROM n;`

// corpus is databases of all kinds, by name: the script that makes each.
var corpus = map[string]string{
	"empty":     `CREATE TABLE t(a); DROP TABLE t;`,
	"no rows":   `CREATE TABLE t(a, b); CREATE INDEX i ON t(b);`,
	"values":    `CREATE TABLE t(a); INSERT INTO t VALUES (NULL), (0), (1), (127), (-128), (32767), (8388607), (2147483647), (140737488355327), (9223372036854775807), (-9223372036854775808), (1.5), (9e999), (''), ('é'), (x''), (x'00'); CREATE INDEX i ON t(a); CREATE INDEX d ON t(a DESC);`,
	"deep":      `PRAGMA page_size=512; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 3000) + ` CREATE INDEX i ON t(b, c);`,
	"freelist":  `PRAGMA page_size=512; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 2000) + ` DELETE FROM t WHERE a % 5 < 4 AND a > 1000; DROP TABLE IF EXISTS u; CREATE INDEX i ON t(b); DROP INDEX i;`,
	"fragments": `CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 500) + ` DELETE FROM t WHERE a % 3 = 0; UPDATE t SET b = substr(b, 1, a % 9) WHERE a % 4 = 0; UPDATE t SET b = b || 'xyz' WHERE a % 7 = 0;`,
	"auto":      `PRAGMA auto_vacuum=FULL; PRAGMA page_size=512; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 1500) + ` CREATE INDEX i ON t(b); CREATE TABLE u(x); DROP TABLE u;`,
	"increment": `PRAGMA auto_vacuum=INCREMENTAL; PRAGMA page_size=1024; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 1500) + ` CREATE INDEX i ON t(b); DELETE FROM t WHERE a > 2000;`,
	"utf16le":   `PRAGMA encoding='UTF-16le'; CREATE TABLE "tä𝄞"(a, b TEXT COLLATE NOCASE); INSERT INTO "tä𝄞" VALUES ('é', 'B'), ('z𝄞', 'a'), ('', '12'); CREATE INDEX i ON "tä𝄞"(b); CREATE INDEX j ON "tä𝄞"(a);`,
	"utf16be":   `PRAGMA encoding='UTF-16be'; CREATE TABLE t(a, b TEXT UNIQUE); INSERT INTO t VALUES ('é', 'B'), ('z𝄞', 'a'), ('', '12'); CREATE INDEX j ON t(a DESC);`,
	"norowid":   `CREATE TABLE t(a TEXT, b INTEGER, c, PRIMARY KEY(b DESC, a COLLATE NOCASE)) WITHOUT ROWID; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 900) INSERT INTO t SELECT char(65 + i % 26, 97 + i * 7 % 26) || i, i / 3, CASE WHEN i % 90 = 0 THEN hex(zeroblob(i*9)) ELSE i END FROM n; CREATE INDEX i ON t(c, a); CREATE UNIQUE INDEX j ON t(a);`,
	"indexes":   `CREATE TABLE t(a TEXT COLLATE NOCASE UNIQUE, b TEXT COLLATE RTRIM, c, d UNIQUE); INSERT INTO t VALUES ('b', 'x  ', 1, 2), ('A', 'x', 1.0, 3), ('C', 'x ', 'q', 4), (NULL, NULL, NULL, NULL), (NULL, '', x'00', NULL); CREATE INDEX i1 ON t(a); CREATE INDEX i2 ON t(b, c DESC); CREATE INDEX i3 ON t(c) WHERE c > 0; CREATE INDEX i4 ON t(lower(a), a || b COLLATE BINARY); CREATE UNIQUE INDEX i5 ON t(c COLLATE NOCASE DESC, a);`,
	"wal":       `PRAGMA journal_mode=WAL; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); ` + fmt.Sprintf(corpusRows, 200) + ` PRAGMA wal_checkpoint(TRUNCATE);`,
	"schema":    `CREATE TABLE "a ""t"" [x]"("x,y" INT DEFAULT(1+(2)), 'q' VARCHAR(10, 2) CHECK (q IN (1,')')), [z] -- a comment, with a comma` + "\n" + `, ` + "`w`" + ` /* , */ DECIMAL, PRIMARY KEY("x,y")); INSERT INTO "a ""t"" [x]" VALUES (1, '1', 2, 3.5); CREATE VIEW v AS SELECT 1; CREATE TRIGGER tr AFTER INSERT ON "a ""t"" [x]" BEGIN SELECT 1; END; CREATE TABLE auto(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO auto VALUES (5); ANALYZE;`,
	"altered":   `CREATE TABLE t(a, g AS (a + 1), s AS (a * 2) STORED); INSERT INTO t(a) VALUES (1); ALTER TABLE t ADD COLUMN n INTEGER DEFAULT -7; ALTER TABLE t ADD COLUMN r REAL DEFAULT 2; ALTER TABLE t ADD COLUMN x TEXT DEFAULT 5; ALTER TABLE t ADD COLUMN y; ALTER TABLE t ADD COLUMN b DEFAULT x'00ff'; INSERT INTO t(a) VALUES (2); ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME COLUMN y TO "y z"; CREATE TABLE st(a INT, b ANY) STRICT; INSERT INTO st VALUES (1, '1'); CREATE INDEX i ON u(g);`,
	"virtual":   `CREATE VIRTUAL TABLE f USING fts5(a, b); INSERT INTO f VALUES ('one two', 'three'); CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); INSERT INTO r VALUES (1, 2, 3);`,
	"rowids":    `CREATE TABLE t(a); INSERT INTO t(rowid, a) VALUES (-9223372036854775808, 1), (-1, 2), (0, 3), (9223372036854775807, 4);`,
	"large":     `CREATE TABLE t(a, b); INSERT INTO t VALUES (hex(zeroblob(100000)), zeroblob(1000000)), (zeroblob(4058), zeroblob(0)), (zeroblob(4057), NULL), (zeroblob(4056), NULL), (zeroblob(8152), NULL); CREATE INDEX i ON t(a);`,
	"wide":      wideTable(),

	"pages of 512":   pagesOf(512),
	"pages of 1024":  pagesOf(1024),
	"pages of 2048":  pagesOf(2048),
	"pages of 8192":  pagesOf(8192),
	"pages of 16384": pagesOf(16384),
	"pages of 32768": pagesOf(32768),
	"pages of 65536": pagesOf(65536),
}

func pagesOf(size int) string {
	return fmt.Sprintf("PRAGMA page_size=%d; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB); %s CREATE INDEX i ON t(b);", size, fmt.Sprintf(corpusRows, 400))
}

func wideTable() string {
	columns, values := "c0", "0"
	for i := 1; i < 2000; i++ {
		columns += fmt.Sprintf(", c%d", i)
		values += fmt.Sprintf(", %d", i*i)
	}
	return "CREATE TABLE t(" + columns + "); INSERT INTO t VALUES(" + values + "); INSERT INTO t VALUES(" + values + ");"
}

// built keeps the databases by their scripts: each is made once.
var built sync.Map

// build makes a database and returns its path.
func build(t testing.TB, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	if b, ok := built.Load(script); ok {
		if err := os.WriteFile(path, b.([]byte), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	built.Store(script, b)
	return path
}

func buildBytes(t testing.TB, script string) []byte {
	t.Helper()
	build(t, script)
	b, _ := built.Load(script)
	return bytes.Clone(b.([]byte))
}
