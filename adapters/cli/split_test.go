package cli_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// convertTo runs convert with these arguments in a folder of files. It returns the exit code and what is said.
func convertTo(t *testing.T, files map[string]string, args ...string) (folder string, code int, said string) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range files {
		writeFile(t, filepath.Join(folder, "in", filepath.FromSlash(name)), text)
	}
	var out bytes.Buffer
	p := cli.Program{Name: "dynasette", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "HERE", folder)
	}
	code = p.Run(t.Context(), append([]string{"convert"}, args...))
	return folder, code, out.String()
}

var splitFiles = map[string]string{
	"dynasette.yaml": `
resources:
  - {path: "sales/*.csv", into: {database: trade, table: sales}, source_column: file}
  - {path: "costs.*", into: {database: trade}}
  - {path: "b*.csv", into: {table: bees}}
`,
	"sales/1.csv": "id,n\n1,a\n", "sales/2.csv": "id,n\n2,b\n", "costs.csv": "x\n1\n",
	"b1.csv": "a\n1\n", "b2.csv": "a\n2\n",
	"own.csv":    "x\n1\n",
	"notes/a.md": "# A\n", "notes/deep/b.md": "# B\n", "notes/n.csv": "x\n1\n", "top.md": "# T\n",
	"p/datapackage.json": `{"name": "bundle", "resources": [{"name": "one", "path": "1.csv"}, {"name": "two", "data": [{"x": 1}]}]}`,
	"p/1.csv":            "a\n1\n", "p/README.md": "# About\n",
}

// A folder is converted to the databases that publishing makes of it.
func TestConvertToFolder(t *testing.T) {
	folder, code, said := convertTo(t, splitFiles, "HERE/in", "-o", "HERE/out/")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	var got []string
	files, err := filepath.Glob(filepath.Join(folder, "out", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.Base(file)+": "+tablesOf(t, db))
		db.Close()
	}
	p := &dynasette.Pipeline{Source: &sourcedir.Source{Root: filepath.Join(folder, "in"), Settle: -1}, Store: new(sinktest.Memory), Formats: all.Formats()}
	if _, err := p.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := p.Pointed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, d := range r.Manifest.Databases {
		var tables []string
		for _, table := range d.Tables {
			if !table.Hidden {
				tables = append(tables, fmt.Sprintf("%s %d", table.Name, table.Rows))
			}
		}
		slices.Sort(tables)
		want = append(want, d.Slug+".db: "+strings.Join(tables, ", "))
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("convert: %q\nup:      %q", got, want)
	}
	for _, some := range []string{"trade.db: costs 1, sales 2", "bees.db: bees 2", "bundle.db: one 1, two 1", "notes.db: documents 1", "p--readme.db: documents 1"} {
		if !slices.Contains(want, some) {
			t.Errorf("there is no %s in %q", some, want)
		}
	}
	if _, code, said := convertTo(t, splitFiles, "HERE/in/own.csv", "-o", "HERE/in/"); code != 0 {
		t.Errorf("to a folder that is there: %d: %s", code, said)
	}
}

// What rules put into several databases is not made one; what they put into one is.
func TestConvertInto(t *testing.T) {
	several := map[string]string{"a.csv": "x\n1\n", "b.csv": "x\n1\n",
		"dynasette.yaml": "resources:\n  - {path: a.csv, into: {database: first}}\n  - {path: b.csv, into: {database: second}}\n"}
	folder, code, said := convertTo(t, several, "HERE/in", "-o", "HERE/x.db")
	if code == 0 || !strings.Contains(said, "rules put these documents into 2 databases (into: first, second): name a folder with -o") {
		t.Errorf("%d: %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(folder, "x.db")); err == nil {
		t.Error("something was written")
	}
	if _, code, said := convertTo(t, several, "HERE/in/a.csv", "-o", "HERE/x.db"); code != 0 {
		t.Errorf("one of them: %d: %s", code, said)
	}
	if _, code, said := convertTo(t, splitFiles, "HERE/in/sales", "HERE/in/costs.csv", "-o", "HERE/x.db"); code != 0 {
		t.Errorf("into one: %d: %s", code, said)
	}
	tables := map[string]string{"a.csv": "x\n1\n", "b.csv": "x\n1\n",
		"dynasette.yaml": "resources:\n  - {path: a.csv, into: {table: first}}\n  - {path: b.csv, into: {table: second}}\n"}
	if _, code, said := convertTo(t, tables, "HERE/in", "-o", "HERE/x.db"); code != 0 {
		t.Errorf("into tables: %d: %s", code, said)
	}
}

// However many databases are made at a time, they are the same, and what is said comes in the order of
// the documents, where large ones and such that fail are among them.
func TestConvertToFolderBeside(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		text := fmt.Sprintf("id,n\n%d,a\n%d,b\n", i, i+1)
		switch {
		case i%7 == 3:
			text = "\x00\x01\x02 no table"
		case i%10 == 5:
			text += strings.Repeat(text[5:], 40_000)
		case i%10 == 8:
			text = ""
		}
		files[fmt.Sprintf("f%02d.csv", i)] = text
	}
	seconds := regexp.MustCompile(` in [0-9.]+ s \([0-9.]+ .B/s\)`)
	all := func(workers string) (string, map[string][]byte) {
		folder, code, said := convertTo(t, files, "HERE/in", "-o", "HERE/out/", "--workers", workers)
		if code != 1 {
			t.Errorf("exit code %d: %s", code, said)
		}
		made := map[string][]byte{}
		for _, name := range filesIn(t, filepath.Join(folder, "out")) {
			data, err := os.ReadFile(filepath.Join(folder, "out", name))
			if err != nil {
				t.Fatal(err)
			}
			made[name] = data
		}
		return seconds.ReplaceAllString(strings.ReplaceAll(said, folder, "HERE"), ""), made
	}
	said, made := all("1")
	if len(made) == 0 || len(made) == len(files) {
		t.Fatalf("%d databases of %d files: %s", len(made), len(files), said)
	}
	for _, workers := range []string{"2", "8"} {
		said2, made2 := all(workers)
		if said2 != said {
			t.Errorf("--workers %s says\n%s\nwant\n%s", workers, said2, said)
		}
		if !maps.EqualFunc(made, made2, bytes.Equal) {
			t.Errorf("--workers %s makes other databases", workers)
		}
	}
}

// filesIn returns the names of all files of a folder.
func filesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What is interrupted leaves whole databases, and nothing else.
func TestConvertToFolderInterrupted(t *testing.T) {
	folder := t.TempDir()
	for i := range 40 {
		writeFile(t, filepath.Join(folder, "in", fmt.Sprintf("f%02d.x", i)), "x")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	formats := new(converter.Registry)
	formats.Register(converter.Format{Name: "x", Extensions: []string{".x"}}, converter.Func(
		func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
			if strings.HasSuffix(in.Name, "f20.x") {
				cancel()
			}
			if err := out.Table("t", "x").Append(converter.Int(1)); err != nil {
				return err
			}
			return ctx.Err()
		}))
	var said bytes.Buffer
	p := cli.Program{Name: "dynasette", Formats: formats, Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said}
	code := p.Run(ctx, []string{"convert", filepath.Join(folder, "in"), "-o", filepath.Join(folder, "out") + "/", "--workers", "4"})
	if code != 1 || !strings.Contains(said.String(), "interrupted") {
		t.Errorf("exit code %d: %s", code, &said)
	}
	names := filesIn(t, filepath.Join(folder, "out"))
	for _, name := range names {
		if !strings.HasSuffix(name, ".db") {
			t.Errorf("%s is left", name)
		}
	}
	if len(names) == 0 || len(names) == 40 {
		t.Errorf("%d databases were made", len(names))
	}
}
