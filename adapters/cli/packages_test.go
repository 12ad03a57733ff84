package cli_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// A package becomes the tables and rows that are expected of it: of those in expected.json the
// first rows.
func TestPackages(t *testing.T) {
	packages, err := filepath.Glob("../../testdata/rules/packages/*")
	if err != nil || len(packages) == 0 {
		t.Fatal(packages, err)
	}
	for _, folder := range packages {
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			if err := expected(t, folder); err != nil {
				t.Error(err)
			}
		})
	}
}

// expected returns an error if a package does not become what is expected.
func expected(t *testing.T, folder string) error {
	out := filepath.Join(t.TempDir(), "out.db")
	if code, _, said := run(t.Context(), "convert", filepath.Join(folder, "in"), "-o", out); code != 0 {
		return fmt.Errorf("exit %d: %s", code, said)
	}
	open := func(name string) *sql.DB {
		db, err := sql.Open("sqlite", name)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { db.Close() })
		return db
	}
	db, want := open(out), open(":memory:")
	script, err := os.ReadFile(filepath.Join(folder, "expected.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := want.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	for _, row := range rowsOf(t, want, `select name from sqlite_master where type = 'table' and name not like '%\_fts%' escape '\' and name not like '\_%' escape '\'`) {
		table := row[0].(string)
		for _, query := range []string{
			`select name, type, pk from pragma_table_info('%s') order by cid`,
			`select "table", "from", "to" from pragma_foreign_key_list('%s') order by 1, 2, 3`,
		} {
			query = fmt.Sprintf(query, table)
			if got, want := rowsOf(t, db, query), rowsOf(t, want, query); !reflect.DeepEqual(got, want) {
				return fmt.Errorf("%s is %v, want %v", table, got, want)
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string][]json.RawMessage
	if err := json.Unmarshal(text, &tables); err != nil {
		t.Fatal(err)
	}
	for table, rows := range tables {
		for i, row := range rows {
			columns, values := members(t, row)
			got := rowsOf(t, db, fmt.Sprintf(`select "%s" from "%s" order by rowid limit 1 offset %d`, strings.Join(columns, `", "`), table, i))
			if len(got) != 1 || !reflect.DeepEqual(got[0], values) {
				return fmt.Errorf("%s, row %d is %v, want %v", table, i+1, got, values)
			}
		}
	}
	return nil
}

// rowsOf returns the rows of a query.
func rowsOf(t *testing.T, db *sql.DB, query string) (list [][]any) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Logf("%s: %v", query, err)
		return nil
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells := make([]any, len(columns))
		to := make([]any, len(columns))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		list = append(list, cells)
	}
	return list
}

// members returns the names and values of an object, as SQLite has them.
func members(t *testing.T, object []byte) (names []string, values []any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	next := func() any {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for next(); d.More(); {
		names = append(names, next().(string))
		value := next()
		if n, ok := value.(json.Number); ok {
			if whole, err := n.Int64(); err == nil {
				value = whole
			} else if f, err := n.Float64(); err == nil {
				value = f
			}
		}
		values = append(values, value)
	}
	return names, values
}
