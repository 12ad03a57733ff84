package converter_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
)

func input(name, text string) *converter.Input {
	return &converter.Input{Name: name, Size: int64(len(text)), ReaderAt: strings.NewReader(text)}
}

// sqlite3 runs SQL on a database with the real program, after an integrity check.
func sqlite3(t *testing.T, db []byte, sql string) string {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("looks for sqlite3 on PATH: ", err)
	}
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	check, err := exec.Command(program, path, "PRAGMA integrity_check").CombinedOutput()
	if err != nil || strings.TrimSpace(string(check)) != "ok" {
		t.Fatalf("integrity_check: %s %v", check, err)
	}
	out, err := exec.Command(program, "-readonly", path, sql).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return string(out)
}

// lines is a converter of our own: cells between commas, a table a document.
var lines = converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := in.Head(int(in.Size))
	if err != nil {
		return err
	}
	rows := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	table := out.Table(in.Stem(), strings.Split(rows[0], ",")...)
	for _, row := range rows[1:] {
		var values []converter.Value
		for _, cell := range strings.Split(row, ",") {
			values = append(values, converter.Untyped(cell))
		}
		if err := table.Append(values...); err != nil {
			return err
		}
	}
	return nil
})

func convert(t *testing.T, c converter.Converter, name, text string, opts converter.Options) (converter.Summary, []byte) {
	t.Helper()
	dst := new(convertertest.Memory)
	summary, err := converter.Convert(context.Background(), c, input(name, text), dst, opts)
	if err != nil {
		t.Fatal(err)
	}
	return summary, dst.Bytes()
}

func TestTypes(t *testing.T) {
	for _, test := range []struct{ cells, declared, stored string }{
		{"1,2,3", "INTEGER", "1|2|3"},
		{"1,,3", "INTEGER", "1|NULL|3"},
		{"1,1.5", "REAL", "1.0|1.5"},
		{"1.10,2.0", "REAL", "1.1|2.0"},
		{"007,1", "TEXT", "'007'|'1'"},
		{"1,2,x", "TEXT", "'1'|'2'|'x'"},
		{" 5 ,6", "INTEGER", "5|6"},
		{" 5 ,x", "TEXT", "' 5 '|'x'"},
		{"9007199254740993,1.5", "TEXT", "'9007199254740993'|'1.5'"},
		{"1.5,9007199254740993", "TEXT", "'1.5'|'9007199254740993'"},
		{"9007199254740993,1", "INTEGER", "9007199254740993|1"},
		{"12345678901234567890", "TEXT", "'12345678901234567890'"},
		{"12e4,1", "TEXT", "'12e4'|'1'"},
		{",,", "TEXT", "NULL|NULL|NULL"},
		{"  ,x", "TEXT", "'  '|'x'"},
		{"  ,1", "INTEGER", "NULL|1"},
		{"1,  ", "INTEGER", "1|NULL"},
		{"true,false", "TEXT", "'true'|'false'"},
		{"-0,1", "TEXT", "'-0'|'1'"},
		{"1e-5,100", "REAL", "1.0e-05|100.0"},
		{"nan,1", "TEXT", "'nan'|'1'"},
	} {
		for _, bulk := range []int{0, 70000} { // alone, and behind several batches of ordinary cells
			cells := strings.Split(test.cells, ",")
			text := "c,d\n" + strings.Repeat(cells[0]+",\n", bulk) + strings.Join(cells, ",\n") + ",\n"
			summary, db := convert(t, lines, "t.csv", text, converter.Options{})
			if got := summary.Tables[0].Columns[0].Type; got != test.declared {
				t.Errorf("%q behind %d: declared %s, want %s", test.cells, bulk, got, test.declared)
			}
			got := sqlite3(t, db, fmt.Sprintf("SELECT group_concat(quote(c), '|') FROM (SELECT c FROM t ORDER BY rowid LIMIT -1 OFFSET %d)", bulk))
			if strings.TrimSpace(got) != test.stored {
				t.Errorf("%q behind %d: stored %s, want %s", test.cells, bulk, got, test.stored)
			}
		}
	}
}
