package converter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/internal/tries"
)

// What is said of columns is what SQLite finds in the table, with any number of workers.
func TestDescribeColumns(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for i := range tries.Of(25) {
		width := 1 + r.Intn(4)
		var columns []string
		var kinds []int
		for c := range width {
			columns, kinds = append(columns, fmt.Sprintf("c%d", c)), append(kinds, r.Intn(7))
		}
		var rows [][]converter.Value
		many := 900 + r.Intn(200)
		for n := range r.Intn([]int{5, 300, 20000}[r.Intn(3)]) {
			row := make([]converter.Value, r.Intn(width+1))
			for c := range row {
				switch kinds[c] {
				case 0:
					row[c] = anyValue(r)
				case 1:
					row[c] = converter.Untyped(fmt.Sprintf("%d.%d", r.Intn(50), r.Intn(2)*5))
				case 2:
					row[c] = converter.Untyped([]string{"open", "closed", "", "öffnen"}[r.Intn(4)])
				case 3:
					row[c] = converter.Untyped(fmt.Sprint(n % many))
				case 4:
					row[c] = converter.Text(strings.Repeat("x", 95+r.Intn(10)) + strings.Repeat("ü", r.Intn(5)))
				case 5:
					row[c] = converter.Untyped(fmt.Sprint(n - 10))
				default:
					row[c] = []converter.Value{converter.Int(int64(n % 1000)), converter.Real(float64(n % 1000))}[r.Intn(2)]
				}
			}
			rows = append(rows, row)
		}
		opts := converter.Options{DescribeColumns: true, Workers: 1}
		_, db := convert(t, rowsOf(columns, rows...), "x", "x", opts)
		opts.Workers = 4
		if _, other := convert(t, rowsOf(columns, rows...), "x", "x", opts); !bytes.Equal(db, other) {
			t.Fatalf("%d: other bytes with 4 workers", i)
		}
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, db, 0o600); err != nil {
			t.Fatal(err)
		}
		oracle.IntegrityCheck(t, path)
		for _, c := range columns {
			checkColumn(t, path, c)
		}
	}
}

// cut is what is kept of a value, in SQL.
func cut(value string) string {
	return fmt.Sprintf(`CASE typeof(%[1]s) WHEN 'text' THEN CASE WHEN length(CAST(%[1]s AS BLOB)) > 100
		THEN substr(CAST(%[1]s AS BLOB), 1, 100) ELSE CAST(%[1]s AS BLOB) END WHEN 'blob' THEN CASE WHEN length(%[1]s) > 100 THEN substr(%[1]s, 1, 100) ELSE %[1]s END ELSE %[1]s END`, value)
}

func checkColumn(t *testing.T, path, column string) {
	t.Helper()
	said := oracle.Query(t, path, `SELECT nulls, "distinct", typeof(min), `+cut("min")+`, typeof(max), `+cut("max")+
		`, type, frequent FROM _dynasette_columns WHERE "table" = 't' AND "column" = '`+column+`'`)
	is := oracle.Query(t, path, fmt.Sprintf(`SELECT count(*) - count(%[1]s), CASE WHEN count(DISTINCT %[1]s) <= 1000 THEN count(DISTINCT %[1]s) END,
		typeof(min(%[1]s)), %[2]s, typeof(max(%[1]s)), %[3]s FROM t`, column, cut("min("+column+")"), cut("max("+column+")")))
	for i, want := range is[0] {
		if got := said[0][i]; !sameValue(got, want) {
			t.Errorf("%s %s: value %d is %s, want %s", column, said[0][6], i, got, want)
		}
	}
	text := strings.ReplaceAll(strings.Trim(said[0][7], "'"), "''", "'")
	if is[0][1] == "NULL" {
		if text != "NULL" {
			t.Errorf("%s: %s, of too many values", column, text)
		}
		return
	}
	var list []struct {
		Value any
		Blob  *string
		Cut   bool
		Count int64
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&list); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	want := oracle.Query(t, path, fmt.Sprintf(`SELECT %[2]s, count(*), coalesce(length(CAST(%[1]s AS BLOB)) > 100 AND typeof(%[1]s) IN ('text', 'blob'), 0)
		FROM t WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY 2 DESC, %[1]s LIMIT 10`, column, cut(column)))
	if len(list) != len(want) {
		t.Fatalf("%s: %d values, want %d", column, len(list), len(want))
	}
	for i, w := range want {
		got := list[i]
		literal := fmt.Sprint(got.Value)
		switch v := got.Value.(type) {
		case string:
			literal = fmt.Sprintf("x'%x'", v)
		case nil:
			literal = "x'" + *got.Blob + "'"
		}
		if !sameValue(literal, w[0]) || fmt.Sprint(got.Count) != w[1] || got.Cut != (w[2] == "1") {
			t.Errorf("%s: value %d is %v, want %s", column, i, got, w)
		}
	}
}

// sameValue reports whether two literals are of the same value, where 1 and 1.0 are, and what
// is cut within a character is without it.
func sameValue(a, b string) bool {
	if a == b || len(b) > 200 && len(a) == len(b)-2 && strings.HasPrefix(b, strings.TrimSuffix(a, "'")) && strings.HasSuffix(b, "c3'") {
		return true
	}
	if a == "'integer'" && b == "'real'" || a == "'real'" && b == "'integer'" {
		return true // their values are compared
	}
	x, err := strconv.ParseFloat(a, 64)
	if err != nil && x == 0 {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return (err == nil || y != 0) && x == y
}
