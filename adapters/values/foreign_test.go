package values_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/dynasette/dynasette/adapters/values"
)

// foreign is a database that somebody has uploaded.
func foreign(t *testing.T, text string) *values.Database {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.db")
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	d, err := values.Open(t.Context(), f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Views, virtual tables and what is computed are never run; dates stay the texts that they are, and names may
// be any.
func TestForeignDatabases(t *testing.T) {
	text := `CREATE TABLE t (d DATETIME, b BOOLEAN, "rowid" TEXT, slow AS (hex(zeroblob(20000000))), blob BLOB);
		INSERT INTO t VALUES ('2024-01-01 10:00:00', 1, 'x', x'0102'), ('2024-01-02 10:00:00', 0, 'y', NULL);
		CREATE VIEW forever AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x+1 FROM n) SELECT x FROM n WHERE x < 0;
		CREATE VIRTUAL TABLE v USING fts5(x);
		CREATE TABLE "a""b.c]" ("k""ey" TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO "a""b.c]" VALUES ('p', 1), ('q', x'00');
		CREATE TABLE pair (a INTEGER, b INTEGER, v, PRIMARY KEY (b, a)); INSERT INTO pair VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')`
	db := foreign(t, text)
	for _, table := range []string{"forever", "v", "none", "sqlite_sequence"} {
		if _, err := db.Columns(t.Context(), table); !errors.Is(err, values.ErrNoTable) {
			t.Errorf("%s: %v", table, err)
		}
	}
	columns, err := db.Columns(t.Context(), "t")
	if err != nil || len(columns) != 4 {
		t.Fatalf("%+v, %v", columns, err)
	}
	rows, err := db.Head(t.Context(), "t", columns, 5, 100)
	if got := fmt.Sprint(rows); err != nil || got != "[[2024-01-01 10:00:00 1 x 2] [2024-01-02 10:00:00 0 y <nil>]]" {
		t.Errorf("%s, %v", got, err)
	}
	if _, ok := rows[0][3].(values.Bytes); !ok {
		t.Errorf("%T", rows[0][3])
	}
	d, err := db.Distributions(t.Context(), "t", columns, 100_000) // as if it were large
	if err != nil || d.Rows != 2 || fmt.Sprint(d.Columns[0].Bars) != "[{1 Jan 2024 1} {2 Jan 2024 1}]" || d.Columns[3].Nulls != 1 || d.Columns[3].Others != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	for _, table := range []string{`a"b.c]`, "t"} { // one of them has no rowid
		columns, err := db.Columns(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := db.Distributions(t.Context(), table, columns, 100_000); err != nil || d.Rows != 2 {
			t.Errorf("%s: %+v, %v", table, d, err)
		}
	}

	// A primary key of two columns is one, although a single column would differ less.
	changed := foreign(t, text+`; UPDATE pair SET b = 3, v = 'w' WHERE v = 'y'; UPDATE "a""b.c]" SET v = x'01' WHERE v = x'00'`)
	diff, err := values.Compare(t.Context(), db, changed, "pair")
	if err != nil || fmt.Sprint(diff.Key, diff.Added, diff.Removed, diff.Changed, diff.AddedRows) != "[b a] 1 1 0 [[1 3 w]]" {
		t.Errorf("%+v, %v", diff, err)
	}
	diff, err = values.Compare(t.Context(), db, changed, `a"b.c]`)
	if err != nil || fmt.Sprint(diff.Key, diff.Changed) != `[k"ey] 1` {
		t.Errorf("%+v, %v", diff, err)
	}
	if diff, err = values.Compare(t.Context(), db, changed, "t"); err != nil || !diff.Same() {
		t.Errorf("%+v, %v", diff, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := db.Distributions(ctx, "t", columns, 2); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time: %v", err)
	}
}
