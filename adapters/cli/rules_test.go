package cli_test

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/converter/all"
)

// convertFolder converts a folder of files, and returns what is said to people and the
// database.
func convertFolder(t *testing.T, files map[string]string) (string, *sql.DB) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, "in", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	out := filepath.Join(folder, "out.db")
	p := cli.Program{Name: "dynasette", Formats: all.Formats(), Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &stderr}
	if code := p.Run(t.Context(), []string{"convert", filepath.Join(folder, "in"), "-o", out}); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(out)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return stderr.String(), db
}

// tablesOf returns the tables of a database and how many rows they have.
func tablesOf(t *testing.T, db *sql.DB) string {
	t.Helper()
	rows, err := db.Query(`select name from sqlite_master where type = 'table' and name not like '\_%' escape '\' order by name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow(`select count(*) from "` + name + `"`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %d", name, n))
	}
	return strings.Join(list, ", ")
}

func archiveOf(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An archive is a folder: rules outside of it speak of what is in it, and those inside of it
// of nothing else.
func TestRulesOfArchives(t *testing.T) {
	said, db := convertFolder(t, map[string]string{
		"dynasette.yaml": "resources:\n  - path: \"x.zip/in/*.csv\"\n    dialect: {delimiter: \"|\"}\n  - path: \"x.zip/in/no.csv\"\n    skip: true\n",
		"x.zip":          archiveOf(t, "in/a.csv", "p|q,r\n1|2\n", "in/no.csv", "a\n1\n", "b.csv", "p|q,r\n1|2\n"),
		"y.zip": archiveOf(t, "datapackage.json", `{"resources": [{"name": "why", "path": "b.csv"}, {"name": "a", "path": "../a.csv"},]}`,
			"b.csv", "n\n1\n2\n"),
		"b.csv": "n\n1\n",
	})
	if got, want := tablesOf(t, db), "a 1, b 1, b_2 1, why 2"; got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
	var columns string
	if err := db.QueryRow(`select group_concat(name) from pragma_table_info('a')`).Scan(&columns); err != nil || columns != "p,q,r" {
		t.Errorf("a has %s, %v", columns, err)
	}
	for _, want := range []string{
		"note: y.zip: the comma before the ] is one too many (rule y.zip/datapackage.json:1:83)",
		"note: y.zip: resource a: ../a.csv is not used: it is outside of the folder",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%s is not said in:\n%s", want, said)
		}
	}
}
