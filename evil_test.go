package dynasette_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/dynasette/dynasette"
)

// made returns a database that SQLite has made.
func made(t testing.TB, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// newer is a database that this SQLite reads, and an older one, as in a server, does not: it
// takes 1_000 for no number.
func newer(t testing.TB) string {
	return made(t, "CREATE TABLE t(a); CREATE VIEW v AS SELECT 1_000 AS n")
}

// older is a server with such an older SQLite.
func older(t testing.TB, store dynasette.Store) func(dynasette.Release) error {
	return func(r dynasette.Release) error {
		for _, d := range r.Manifest.Databases {
			if bytes.Contains(read(t, store, d.Object), []byte("SELECT 1_000")) {
				return errors.New(`datasette: exit status 1: malformed database schema (v) - unrecognized token: "1_000"`)
			}
		}
		return nil
	}
}

// TestEvilUpload: among 20 sound uploads, one whose database starts no server keeps nothing
// back but itself, whether that is found out before a server is asked or by it.
func TestEvilUpload(t *testing.T) {
	for _, test := range []struct{ name, data, why string }{
		{"an index of a format to come", made(t, "CREATE VIRTUAL TABLE f USING fts5(a); UPDATE f_config SET v = 99"), `the table "f": SQL logic error: invalid fts5 file format`},
		{"a module that nobody has", file(t, "testdata/sqlite/vectors.db"), "which Datasette does not have"},
		{"a schema that is none", file(t, "testdata/sqlite/schema.db"), "duplicate column name"},
		{"a view that only a newer SQLite reads", newer(t), "evil.db: its database can't be served, and is left out: datasette: exit status 1: malformed database schema (v)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFolders(t, t.TempDir())
			f.server.fail = older(t, f.Store)
			for i := range 10 {
				f.put(fmt.Sprintf("c%d.csv", i), "a\n1\n")
				f.put(fmt.Sprintf("d%d.db", i), made(t, "CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT sum(a) FROM t"))
			}
			f.put("evil.db", test.data)
			if report, err := f.Reconcile(t.Context()); err != nil {
				t.Fatalf("%+v, %v", report, err)
			}
			if m := servedNow(t, f.Store); len(m.Databases) != 20 || strings.Contains(names(m), "evil") {
				t.Errorf("served: %s", names(m))
			}
			var recorded []dynasette.Failure
			if err := f.Failures(t.Context(), func(f dynasette.Failure) error { recorded = append(recorded, f); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(recorded) != 1 || recorded[0].Source != "evil.db" || !strings.Contains(recorded[0].Message, test.why) {
				t.Errorf("recorded: %+v", recorded)
			}
			// Mended, it is served.
			f.put("evil.db", made(t, "CREATE TABLE mended(a)"))
			if _, err := f.Reconcile(t.Context()); err != nil {
				t.Fatal(err)
			}
			if m := servedNow(t, f.Store); len(m.Databases) != 21 || len(failures(t, f.Pipeline)) > 0 {
				t.Errorf("served: %s, recorded: %q", names(m), failures(t, f.Pipeline))
			}
		})
	}
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
