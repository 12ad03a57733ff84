package cli

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter/all"
)

// A large database is a file for the time of the query, and the rows are the same.
func TestScratch(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,name\n")
	for i := range 20000 {
		fmt.Fprintf(&text, "%d,name %[1]d\n", i)
	}
	in := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(in, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	for _, memory := range []int64{0, 100 << 10, scratchMemory} {
		a := &app{Program: Program{Name: "dynasette", Formats: all.Formats(), Stderr: os.Stderr}}
		c := &conversion{app: a}
		documents, _, err := c.locate(t.Context(), []string{in})
		if err != nil {
			t.Fatal(err)
		}
		s := &scratch{memory: memory}
		if _, err := c.run(t.Context(), documents, s, acceptAny); err != nil {
			t.Fatal(err)
		}
		if inFile := s.file != nil; inFile != (memory < scratchMemory) {
			t.Errorf("with %d bytes: in a file: %t", memory, inFile)
		}
		db, conn, err := s.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := printQuery(t.Context(), conn, "SELECT count(*), sum(id), max(name) FROM t1", &separated{comma: ','}, &stoppable{w: &out}); err != nil {
			t.Error(err)
		}
		if _, want, _ := strings.Cut(out.String(), "\n"); want != "20000,199990000,name 9999\n" {
			t.Errorf("with %d bytes: %q", memory, out.String())
		}
		db.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("%s is left", left[0])
	}
}

// A query ends when it is to, also where SQLite looks for the next row, and prints nothing then.
func TestQueryInterrupted(t *testing.T) {
	in := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(in, []byte("a\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	const long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000000) "
	for _, query := range []string{long + "SELECT i FROM n", long + "SELECT hex(zeroblob(100000)) UNION ALL SELECT count(*) FROM n"} {
		ctx, cancel := context.WithCancel(t.Context())
		written := 0
		out := writerFunc(func(p []byte) (int, error) { cancel(); written++; return len(p), nil })
		var said bytes.Buffer
		p := Program{Name: "dynasette", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: out, Stderr: &said}
		if code := p.Run(ctx, []string{"query", query, in}); code != exitFailed || said.String() != "dynasette: interrupted\n" {
			t.Errorf("%s: exit code %d, %s", query, code, said.String())
		}
		if written != 1 { // the piece of which the writing interrupted it
			t.Errorf("%s: written %d times", query, written)
		}
		cancel()
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// What ends a statement is not part of it.
func TestStatement(t *testing.T) {
	for given, want := range map[string]string{
		"select 1": "select 1", "select 1 ; \n": "select 1", "select 1; -- x": "select 1", "select 1 /* ; */ ;": "select 1",
		"select ';--' -- ;": "select ';--'", `select "a;"";" from [b;];`: `select "a;"";" from [b;]`, "select 'a": "select 'a",
		"select 4 - 2 / 1": "select 4 - 2 / 1", "-- only": "", "select `;` /* x": "select `;`", "; select 1": "select 1", "select 1 -- a; b": "select 1",
	} {
		first, behind := statement(given)
		if next, _ := statement(behind); first != want || next != "" {
			t.Errorf("%q: %q and %q, want %q", given, first, next, want)
		}
	}
	first, behind := statement("select 1 /* ; */; select 2; ")
	if next, _ := statement(behind); first != "select 1" || next != "select 2" {
		t.Errorf("%q and %q", first, next)
	}
}

// What a database declares as a date is printed as it is spelled there.
func TestQueryDates(t *testing.T) {
	in := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", in)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE d(day DATE, at DATETIME, n TIMESTAMP); INSERT INTO d VALUES('2024-01-02', '2024-01-02 03:04', 5), ('2024-1-2', '', NULL)"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := Program{Name: "dynasette", Formats: all.Formats(), Stdout: &out, Stderr: os.Stderr}
	if code := p.Run(t.Context(), []string{"query", "SELECT * FROM d ORDER BY day DESC; -- as text", in}); code != exitDone {
		t.Fatal(code)
	}
	if want := "day,at,n\n2024-1-2,\"\",\n2024-01-02,2024-01-02 03:04,5\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// What describes the columns has no alias, but a document's table of that name has.
func TestQueryAliases(t *testing.T) {
	in := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(in, []byte(`{"_dynasette_columns": [{"a": 1}], "x": [{"c": 3}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{nil, {"--columns"}} {
		var out, said bytes.Buffer
		p := Program{Name: "dynasette", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said}
		args := append([]string{"query", "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_temp_master ORDER BY name)", in}, flags...)
		if code := p.Run(t.Context(), args); code != 0 || !strings.HasSuffix(out.String(), "\nt t1 t2\n") {
			t.Errorf("%v: exit code %d: %s%s", flags, code, out.String(), said.String())
		}
	}
}
