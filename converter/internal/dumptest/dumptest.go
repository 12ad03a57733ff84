// Package dumptest shows tests of converters what they wrote.
package dumptest

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	_ "modernc.org/sqlite" // the SQLite that reads what was written
)

// Input is a document that holds text.
func Input(name, text string) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
}

// Golden compares text with a file, or writes it with -update.
func Golden(t testing.TB, file, got string) {
	t.Helper()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is otherwise now (-update writes it):\n%s", file, got)
	}
}

// A Database is a Destination in memory.
type Database struct{ pages, first bytes.Buffer }

// Write takes pages from the second on.
func (d *Database) Write(p []byte) (int, error) { return d.pages.Write(p) }

// Reset throws the pages away.
func (d *Database) Reset() error { d.pages.Reset(); return nil }

// Commit takes the first page.
func (d *Database) Commit(first []byte) error { d.first.Write(first); return nil }

// Bytes returns the database file.
func (d *Database) Bytes() []byte { return append(bytes.Clone(d.first.Bytes()), d.pages.Bytes()...) }

// Convert converts documents into one database and returns what is in it, see Dump.
func Convert(t testing.TB, c converter.Converter, opts converter.Options, docs ...*converter.Input) (string, converter.Summary, error) {
	t.Helper()
	jobs := make([]converter.Job, len(docs))
	for i, in := range docs {
		jobs[i] = converter.Job{Input: in, Converter: c}
	}
	var db Database
	summary, err := converter.ConvertAll(context.Background(), jobs, &db, opts)
	if err != nil {
		return "", summary, err
	}
	return Dump(t, db.Bytes()), summary, nil
}

// Dump returns the tables of a database and their rows, a line each:
//
//	name(column TYPE, …)
//	1|'text'|NULL
//
// without the table of sources. It fails the test if SQLite finds the database malformed.
func Dump(t testing.TB, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if check := query(t, db, "PRAGMA integrity_check"); len(check) != 1 || check[0] != "ok" {
		t.Fatalf("integrity_check: %s", strings.Join(check, "\n"))
	}
	var out strings.Builder
	for _, table := range query(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_dynasette_sources'`) {
		columns := query(t, db, `SELECT name || rtrim(' ' || type) FROM pragma_table_info(?)`, table)
		values := query(t, db, `SELECT 'quote("' || replace(name, '"', '""') || '")' FROM pragma_table_info(?)`, table)
		fmt.Fprintf(&out, "%s(%s)\n", table, strings.Join(columns, ", "))
		for _, row := range query(t, db, fmt.Sprintf(`SELECT %s FROM "%s"`, strings.Join(values, "||'|'||"), strings.ReplaceAll(table, `"`, `""`))) {
			out.WriteString(row + "\n")
		}
	}
	return out.String()
}

// query returns the first column.
func query(t testing.TB, db *sql.DB, text string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}
