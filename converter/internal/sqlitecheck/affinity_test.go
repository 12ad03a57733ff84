package sqlitecheck

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The affinity check agrees with PRAGMA integrity_check about every value in every type.
// Each type is in a table of its own, as SQLite misses some faults behind others in a row.
func TestAffinity(t *testing.T) {
	values := []string{"NULL", "1", "1.5", "-0.0", "'1'", "' 1 '", "'1.'", "'.5'", "'.'", "''", "' '", "'+1'", "'-1e5'", "'1e'", "'1e+'", "'e5'", "'1e5x'",
		"'0x10'", "'1_000'", "'nan'", "'inf'", "'1 2'", "char(9) || '7' || char(10)", "char(160) || '7'", "'12345678901234567890'", "'1' || char(0)", "'1' || char(0) || 'x'", "char(0) || '1'", "x'31'", "'١'"}
	types := []string{"", "TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", "VARCHAR(10)", "DECIMAL(10, 2)", "BOOLEAN", "DOUBLE PRECISION", "CHARINT", "FLOATING POINT", "\"long text\"", "NATIVE CHARACTER(70)", "DATE", "ANY"}
	for _, encoding := range []string{"UTF-8", "UTF-16le"} {
		t.Run(encoding, func(t *testing.T) {
			script := fmt.Sprintf("PRAGMA encoding='%s';", encoding)
			for i, typ := range types {
				script += fmt.Sprintf("CREATE TABLE t%d(a); INSERT INTO t%d VALUES (%s);", i, i, strings.Join(values, "), ("))
				script += fmt.Sprintf("PRAGMA writable_schema=1; UPDATE sqlite_master SET sql='CREATE TABLE t%d(a %s)' WHERE name = 't%d';", i, typ, i)
			}
			path := build(t, script)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range checkBytes(t, b, Options{Affinity: true, MaxProblems: 10_000}).Problems {
				kind := "NUMERIC"
				if strings.Contains(p.Text, "text that is a number") {
					kind = "TEXT"
				}
				got = append(got, kind+" value in "+p.Text[strings.LastIndexByte(p.Text, ' ')+1:])
			}
			want := integrityCheck(t, path)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
			if len(want) < 50 {
				t.Errorf("only %d faults to compare", len(want))
			}
			if r := checkBytes(t, b, Options{}); r.Err() != nil {
				t.Errorf("not asked for: %v", r.Err())
			}
		})
	}
}

func integrityCheck(t *testing.T, path string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("PRAGMA integrity_check(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var faults []string
	for rows.Next() {
		var fault string
		if err := rows.Scan(&fault); err != nil {
			t.Fatal(err)
		}
		faults = append(faults, fault)
	}
	return faults
}
