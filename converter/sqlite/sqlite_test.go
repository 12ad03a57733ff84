package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/sqlite"
)

const documents = "../../testdata/sqlite"

func TestDocuments(t *testing.T) {
	convertertest.Run(t, sqlite.Format, sqlite.Converter{}, os.DirFS(documents))
}

func FuzzConvert(f *testing.F) {
	convertertest.Fuzz(f, sqlite.Converter{}, os.DirFS(documents))
}

func BenchmarkConvert(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.db")
	oracle.Exec(b, path, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO t SELECT i, 'name ' || i, i / 7.0 FROM n;")
	db, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	convertertest.Benchmark(b, sqlite.Converter{}, input(db))
}

func input(db []byte) *converter.Input {
	return &converter.Input{Name: "x.db", Size: int64(len(db)), ReaderAt: bytes.NewReader(db)}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	db, err := os.ReadFile(filepath.Join(documents, name))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// build makes a database with the real SQLite.
func build(t *testing.T, script string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	oracle.Exec(t, path, script)
	db, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func convert(c sqlite.Converter, db []byte) ([]byte, converter.Summary, error) {
	var dst convertertest.Memory
	summary, err := converter.Convert(context.Background(), c, input(db), &dst, converter.Options{})
	return dst.Bytes(), summary, err
}

// A database is passed through byte for byte, but for the journal mode and what follows
// its last page.
func TestBytes(t *testing.T) {
	for _, name := range []string{"values.db", "wal.sqlite", "norowid.sqlite3", "utf16.db", "vacuum.db3", "search.db", "places.gpkg"} {
		db := read(t, name)
		want := bytes.Clone(db)
		want[18], want[19] = 1, 1
		for _, trailing := range []int{0, 1, 5000} {
			got, _, err := convert(sqlite.Converter{}, append(bytes.Clone(db), make([]byte, trailing)...))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s with %d more bytes: changed", name, trailing)
			}
		}
	}
}

// The copy holds what the real SQLite reads from the upload.
func TestDump(t *testing.T) {
	for _, name := range []string{"values.db", "norowid.sqlite3", "utf16.db", "vacuum.db3", "altered.db"} {
		got, _, err := convert(sqlite.Converter{}, read(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		oracle.IntegrityCheck(t, path)
		if got, want := oracle.Dump(t, path), oracle.Dump(t, filepath.Join(documents, name)); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestSummary(t *testing.T) {
	_, summary, err := convert(sqlite.Converter{}, read(t, "search.db"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int64{}
	for _, table := range summary.Tables {
		rows[table.Name] = table.Rows
	}
	for name, want := range map[string]int64{"docs": 2, "docs_fts": 2, "docs_fts_idx": 1, "old": 1, "boxes": 1} {
		if rows[name] != want {
			t.Errorf("table %s has %d rows, want %d", name, rows[name], want)
		}
	}
	want := []converter.ColumnSummary{{Name: "id", Type: "INTEGER", Why: "as declared"}, {Name: "body", Type: "TEXT", Why: "as declared"}}
	if got := summary.Tables[0].Columns; !reflect.DeepEqual(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
	if facts := summary.Documents[0].Facts; !slices.Contains(facts, converter.Fact{Key: "encoding", Value: "UTF-8", Why: "file header"}) {
		t.Errorf("facts %v", facts)
	}
}

// What loses nothing is a finding.
func TestFindings(t *testing.T) {
	for _, test := range []struct {
		name string
		c    sqlite.Converter
		db   []byte
		want string // "" is none
	}{
		{"sound", sqlite.Converter{}, read(t, "values.db"), ""},
		{"GeoPackage", sqlite.Converter{}, read(t, "places.gpkg"), ""},
		{"WAL", sqlite.Converter{}, read(t, "wal.sqlite"), "was in WAL mode"},
		{"STRICT", sqlite.Converter{}, read(t, "altered.db"), "STRICT tables need SQLite 3.37"},
		{"trailing", sqlite.Converter{}, append(read(t, "values.db"), 0), "behind the last page are 1 B"},
		{"no time", sqlite.Converter{Budget: time.Nanosecond}, read(t, "values.db"), "was stopped after 1ns"},
		{"rule", sqlite.Converter{}, build(t, "CREATE TABLE t(a); INSERT INTO t VALUES (NULL); PRAGMA writable_schema=1; UPDATE sqlite_master SET sql='CREATE TABLE t(a NOT NULL)';"), "NULL value in t.a"},
		{"view", sqlite.Converter{}, build(t, "CREATE TABLE t(a); CREATE VIEW v AS SELECT st_area(a) FROM t;"), `a view cannot be read (table "v", "SQL logic error: no such function: st_area`},
		{"collation", sqlite.Converter{}, build(t, "CREATE TABLE t(a, b); CREATE INDEX i ON t(b); PRAGMA writable_schema=1; UPDATE sqlite_master SET sql=replace(sql, 't(b)', 't(b COLLATE polish)');"), "no such collation sequence: polish"},
		{"own module", sqlite.Converter{Modules: []string{"VEC0"}}, read(t, "vectors.db"), ""},
	} {
		_, summary, err := convert(test.c, test.db)
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

// What could keep Datasette from starting is refused, and the error says what it is.
func TestRefused(t *testing.T) {
	module := func(sql string) []byte {
		return build(t, "CREATE TABLE t(a); PRAGMA writable_schema=1; INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '"+strings.ReplaceAll(sql, "'", "''")+"');")
	}
	set := func(db []byte, value byte, at ...int) []byte {
		for _, i := range at {
			db[i] = value
		}
		return db
	}
	for _, test := range []struct {
		name string
		db   []byte
		is   error
		want string
	}{
		{"nothing", nil, converter.ErrEmpty, "0 bytes"},
		{"encrypted", bytes.Repeat([]byte{0xa7, 0x13, 0x9c, 0x55}, 1024), converter.ErrUnsupported, "encrypted"},
		{"only the header", read(t, "values.db")[:100], converter.ErrCorrupt, "too short"},
		{"cut off", read(t, "values.db")[:5120], converter.ErrCorrupt, "cut off: it has 10 whole pages of 12"},
		{"a page of another kind", set(read(t, "values.db"), 7, 512), converter.ErrCorrupt, "byte 512: "},
		{"no tables", read(t, "dropped.db"), converter.ErrEmpty, "no tables"},
		{"WAL without tables", set(read(t, "dropped.db"), 2, 18, 19), converter.ErrEmpty, "wal_checkpoint"},
		{"schema", read(t, "schema.db"), converter.ErrCorrupt, "duplicate column name"},
		{"newer SQL", build(t, "CREATE TABLE t(a); PRAGMA writable_schema=1; UPDATE sqlite_master SET sql='CREATE TABLE t(a) SHARDED';"), converter.ErrCorrupt, "malformed database schema"},
		{"vec0", module("CREATE VIRTUAL TABLE x USING vec0(a float[4])"), converter.ErrUnsupported, `"vec0" of sqlite-vec`},
		{"SpatiaLite", module("CREATE VIRTUAL TABLE x USING VirtualSpatialIndex()"), converter.ErrUnsupported, "of SpatiaLite"},
		{"other module", module(`CREATE VIRTUAL TABLE "x" USING [own thing](a)`), converter.ErrUnsupported, `module "own thing", which`},
		{"tokenizer of fts4", module("CREATE VIRTUAL TABLE x USING fts4(a, tokenize=icu en_AU)"), converter.ErrUnsupported, `tokenizer "icu"`},
		{"tokenizer of fts5", module("CREATE VIRTUAL TABLE x USING fts5(a, tokenize='mine')"), converter.ErrUnsupported, `tokenizer "mine"`},
		{"quote in a table's name", build(t, `CREATE TABLE "a""b" (x)`), converter.ErrUnsupported, `"a\"b" has a quote`},
		{"bracket in a table's name", build(t, `CREATE TABLE "a]b" (x)`), converter.ErrUnsupported, `"a]b" has a quote or a bracket`},
		{"broken fts5", build(t, "CREATE VIRTUAL TABLE x USING fts5(a); INSERT INTO x VALUES ('one'); DELETE FROM x_data WHERE id > 10;"), converter.ErrCorrupt, "fts5"},
	} {
		db, _, err := convert(sqlite.Converter{}, test.db)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) || db != nil {
			t.Errorf("%s: got %v, want %v with %q", test.name, err, test.is, test.want)
		}
		if !converter.Permanent(err) {
			t.Errorf("%s: not permanent", test.name)
		}
	}
}

// A database may come without its size.
func TestUnknownSize(t *testing.T) {
	db := read(t, "values.db")
	in := input(db)
	in.Size = -1
	var dst convertertest.Memory
	_, err := converter.Convert(context.Background(), sqlite.Converter{}, in, &dst, converter.Options{})
	if err != nil || !bytes.Equal(dst.Bytes(), db) {
		t.Errorf("%d bytes of %d: %v", len(dst.Bytes()), len(db), err)
	}
}

// Schema reads the beginning of a database and says of its columns what a conversion does.
func TestSchema(t *testing.T) {
	db := build(t, `CREATE TABLE "a b" (x INTEGER PRIMARY KEY, y DECIMAL(10,2), z); CREATE TABLE big (t TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO big SELECT 'some text ' || i FROM n;`)
	_, summary, err := convert(sqlite.Converter{}, db)
	if err != nil {
		t.Fatal(err)
	}
	from := &counted{ReaderAt: bytes.NewReader(db)}
	got, err := sqlite.Schema(from, int64(len(db)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range summary.Tables {
		summary.Tables[i].Rows = 0
	}
	if !reflect.DeepEqual(got, summary.Tables) {
		t.Errorf("%+v\nwant %+v", got, summary.Tables)
	}
	if from.n > 100_000 || len(db) < 1_000_000 {
		t.Errorf("%d of %d bytes were read", from.n, len(db))
	}
	for _, bad := range [][]byte{nil, db[:50], bytes.Repeat([]byte("x"), 10_000), db[:len(db)/2]} {
		if _, err := sqlite.Schema(bytes.NewReader(bad), int64(len(bad))); !errors.Is(err, converter.ErrCorrupt) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

// counted counts the bytes that are read.
type counted struct {
	io.ReaderAt
	n int
}

func (c *counted) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(b, off)
	c.n += n
	return n, err
}
