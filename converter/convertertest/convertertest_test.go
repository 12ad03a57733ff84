package convertertest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
)

// A converter of NAME=value lines, to try the suite with.
var (
	envFormat = converter.Format{Name: "env", Extensions: []string{".env"}}
	env       = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		return convertEnv(in.Reader(), out)
	})
)

func convertEnv(r io.Reader, out *converter.Writer) error {
	settings := out.Table("settings", "name", "value")
	lines := bufio.NewScanner(r)
	n := int64(0)
	for lines.Scan() {
		n++
		name, value, ok := strings.Cut(lines.Text(), "=")
		if !ok {
			return &converter.SyntaxError{Line: n, Err: errors.New("want NAME=value")}
		}
		if err := settings.Append(converter.Text(name), converter.Untyped(value)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func TestRun(t *testing.T) { Run(t, envFormat, env, os.DirFS("testdata")) }

func FuzzEnv(f *testing.F) { Fuzz(f, env, os.DirFS("testdata")) }

func BenchmarkEnv(b *testing.B) {
	Benchmark(b, env, document{name: "x.env", bytes: bytes.Repeat([]byte("NAME=value\n"), 10_000)}.input(nil))
}

// SQL makes the same database again when it is piped into the real SQLite.
func TestSQL(t *testing.T) {
	for _, script := range []string{
		`CREATE TABLE t(a, b); INSERT INTO t VALUES (NULL, 1), (-9223372036854775808, 9223372036854775807), (0.1, 1e300), (2.0, -9e999), (5e-324, 9e999),
			('it''s', 'a' || char(0) || 'b'), (char(10) || 'é𝄞', CAST(x'ff00fe' AS TEXT)), (x'', x'00ff'), (zeroblob(1000), '');`,
		`PRAGMA encoding='UTF-16le'; CREATE TABLE "ä ""t"""(a); INSERT INTO "ä ""t""" VALUES ('é𝄞'), (char(0)), ('x' || char(0, 0) || 'y');`,
		`CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, g AS (id * 2), b REAL); INSERT INTO t(b) VALUES (1), (2); DELETE FROM t WHERE id = 1; CREATE INDEX i ON t(b); ANALYZE; CREATE VIEW v AS SELECT * FROM t;`,
	} {
		dir := t.TempDir()
		from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
		oracle.Exec(t, from, script)
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		sql, err := SQL(b)
		if err != nil {
			t.Fatal(err)
		}
		oracle.Exec(t, to, sql)
		oracle.IntegrityCheck(t, to)
		// Indexes come last.
		if got, want := sorted(oracle.Dump(t, to)), sorted(oracle.Dump(t, from)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if _, err := SQL([]byte("nothing")); err == nil {
		t.Error("SQL of no database")
	}
}

func sorted(s string) string {
	lines := strings.Split(s, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestMemory(t *testing.T) {
	m := new(Memory)
	if m.Bytes() != nil {
		t.Error("a database before Commit")
	}
	if _, err := m.Write(make([]byte, 100)); err == nil {
		t.Error("took a piece of a page")
	}
	m.Write(make([]byte, 512))
	m.Reset()
	m.Write(make([]byte, 1024))
	if err := m.Commit(make([]byte, 1024)); err != nil || len(m.Bytes()) != 2048 {
		t.Errorf("%v, %d bytes", err, len(m.Bytes()))
	}
	if _, err := m.Write(make([]byte, 512)); err == nil || m.Commit(make([]byte, 1024)) == nil {
		t.Error("took pages after Commit")
	}
}
