package converter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/tries"
)

// A ruledTable is a random table of untyped cells, and a random rule for it. Its first column
// numbers the rows.
type ruledTable struct {
	columns [][]string
	rule    converter.TableRule
}

// cellsOf make a column's cells: most are of one kind, and a few perhaps of another.
var cellsOf = []func(r *rand.Rand) string{
	func(r *rand.Rand) string { return fmt.Sprint(r.Intn(1000) - 100) },
	func(r *rand.Rand) string { return fmt.Sprintf("%.2f", r.Float64()*100) },
	func(r *rand.Rand) string {
		return fmt.Sprintf("%02d.%02d.20%02d", 1+r.Intn(28), 1+r.Intn(12), r.Intn(30))
	},
	func(r *rand.Rand) string { return []string{"true", "false"}[r.Intn(2)] },
	func(r *rand.Rand) string { return fmt.Sprintf("%03d", r.Intn(50)) },
	func(r *rand.Rand) string { return []string{"red", "green", "light blue", "NA", ""}[r.Intn(5)] },
}

func randomRuled(r *rand.Rand) ruledTable {
	n := []int{0, 7, 100, 300}[r.Intn(4)]
	t := ruledTable{columns: make([][]string, 2+r.Intn(5))}
	start, step := r.Intn(100), 1+r.Intn(3)
	for row := range n {
		t.columns[0] = append(t.columns[0], fmt.Sprint(start+row*step))
	}
	types := []converter.FieldType{converter.IntegerType, converter.NumberType, converter.DateType, converter.BooleanType, converter.IntegerType, converter.StringType, converter.AnyType}
	for i := 1; i < len(t.columns); i++ {
		k := r.Intn(len(cellsOf))
		kind, odd := cellsOf[k], cellsOf[r.Intn(len(cellsOf))]
		odds := []int{0, 0, 1, 30}[r.Intn(4)]
		for range n {
			cell := kind(r)
			if r.Intn(100) < odds {
				cell = odd(r)
			}
			t.columns[i] = append(t.columns[i], cell)
		}
		if r.Intn(3) > 0 {
			f := converter.FieldRule{Name: fmt.Sprint("c", i), Type: types[k], Misfit: converter.Misfit(r.Intn(4))} // mostly what the cells are
			if r.Intn(4) == 0 {
				f.Type = types[r.Intn(len(types))]
			}
			if f.Type == converter.DateType {
				f.Format = []string{"%d.%m.%Y", converter.FormatAny}[r.Intn(2)]
			}
			if r.Intn(4) == 0 {
				f.MissingValues = []string{"NA"}
			}
			t.rule.Fields = append(t.rule.Fields, f)
		}
	}
	if r.Intn(3) == 0 {
		t.rule.PrimaryKey = []string{"c0"}
	}
	if r.Intn(3) == 0 {
		t.rule.Extract = []converter.Extract{{Columns: []string{"c1"}, Table: "looked up", Column: "c1_id"}}
	}
	if r.Intn(3) == 0 {
		t.rule.Constants = []converter.Constant{{Column: "constant", Value: converter.Text("x")}}
	}
	if r.Intn(3) == 0 {
		t.rule.Order = []string{fmt.Sprint("c", len(t.columns)-1)}
	}
	return t
}

// Whatever a rule says: no row is lost, cells are as they were spelled or what the rule makes of
// them, the database is sound, and it is the same with any number of workers.
func TestApplied(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for try := range tries.Of(300) {
		table := randomRuled(r)
		batch := 1 + r.Intn(80)
		opts := converter.Options{Workers: 1, Rules: func(string) converter.Rule {
			return converter.Rule{Table: func(string, int) converter.TableRule { return table.rule }}
		}}
		summary, db := convert(t, columnsOf(batch, table.columns...), "x", "x", opts)
		opts.Workers = 4
		if _, again := convert(t, columnsOf(batch, table.columns...), "x", "x", opts); !bytes.Equal(db, again) {
			t.Fatalf("%d: another database with 4 workers: %+v", try, table.rule)
		}
		if try%10 == 0 {
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, db, 0o600); err != nil {
				t.Fatal(err)
			}
			oracle.IntegrityCheck(t, path)
		}
		if err := table.check(summary, db); err != nil {
			t.Fatalf("%d: %v: %+v", try, err, table.rule)
		}
	}
}

// check looks for each cell in the database.
func (t *ruledTable) check(summary converter.Summary, db []byte) error {
	report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{})
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		return err
	}
	looked := map[int64]any{}
	names := map[string]int{}
	types := map[string]string{}
	for _, s := range summary.Tables {
		for i, c := range s.Columns {
			types[c.Name] = c.Type
			if s.Name == "t" {
				names[c.Name] = i
			}
		}
		if s.Name == "looked up" {
			err = report.Rows(s.Name, func(rowid int64, row []any) error { looked[rowid] = row[1]; return nil })
		}
	}
	if err != nil {
		return err
	}
	rows := map[string]map[string]any{} // by their number
	err = report.Rows("t", func(rowid int64, row []any) error {
		cells := map[string]any{}
		for name, i := range names {
			if cells[name] = row[i]; name == "c1_id" {
				cells["c1"] = looked[0]
				if id, ok := row[i].(int64); ok {
					cells["c1"] = looked[id]
				}
			}
		}
		if len(t.rule.PrimaryKey) > 0 {
			cells["c0"] = rowid
		}
		rows[fmt.Sprint(cells["c0"])] = cells
		return nil
	})
	if err != nil {
		return err
	}
	rejected := map[string]map[string]string{}
	cleared := map[string]int{}
	if strings.Contains(string(db), `"_rejects" (`) {
		err = report.Rows(converter.RejectsTable, func(_ int64, row []any) error {
			if strings.HasPrefix(row[5].(string), "cell") {
				cleared[fmt.Sprint(row[4], "\x00", row[6])]++
				return nil
			}
			raw := map[string]string{}
			if err := json.Unmarshal([]byte(row[6].(string)), &raw); err != nil {
				return err
			}
			rejected[raw["c0"]] = raw
			return nil
		})
	}
	if err != nil {
		return err
	}
	if got := len(rows) + len(rejected); got != len(t.columns[0]) || int64(len(rejected)) != summary.Rejects || int64(len(rows)) != summary.Documents[0].Rows {
		return fmt.Errorf("%d rows and %d rejected of %d; the summary says %d and %d", len(rows), len(rejected), len(t.columns[0]), summary.Documents[0].Rows, summary.Rejects)
	}
	for row, number := range t.columns[0] {
		for i := 1; i < len(t.columns); i++ {
			name, cell := fmt.Sprint("c", i), t.columns[i][row]
			if raw, ok := rejected[number]; ok {
				if raw[name] != cell {
					return fmt.Errorf("row %s, %s: %q was %q", number, name, raw[name], cell)
				}
				continue
			}
			got := rows[number][name]
			if got == nil && cell != "" && cleared[name+"\x00"+cell] > 0 {
				cleared[name+"\x00"+cell]--
				continue
			}
			if want := t.want(name, types[name], cell); !reflect.DeepEqual(got, want) {
				return fmt.Errorf("row %s, %s %s: %q became %v, want %v", number, name, types[name], cell, got, want)
			}
		}
	}
	return nil
}

// want returns what a cell is to be in a column that has become one of that type.
func (t *ruledTable) want(column, declared, cell string) any {
	var f converter.FieldRule
	for _, said := range t.rule.Fields {
		if said.Name == column {
			f = said
		}
	}
	if cell == "" || f.MissingValues != nil && cell == "NA" {
		return nil
	}
	switch {
	case declared == "INTEGER" && f.Type == converter.BooleanType && (cell == "true" || cell == "false"):
		return map[string]int64{"true": 1, "false": 0}[cell]
	case declared == "INTEGER" || declared == "INT":
		var n int64
		fmt.Sscanf(cell, "%d", &n)
		return n
	case declared == "REAL":
		var n float64
		fmt.Sscanf(cell, "%g", &n)
		return n
	}
	if f.Type == converter.DateType && t.allDates(column, f) {
		if d, err := time.Parse("02.01.2006", cell); err == nil {
			return d.Format("2006-01-02")
		}
	}
	return cell
}

// allDates reports whether the dates of the column are converted: all of them are some, and it
// is known in which order.
func (t *ruledTable) allDates(column string, f converter.FieldRule) bool {
	var at int
	fmt.Sscanf(column, "c%d", &at)
	proved, differ := f.Format != converter.FormatAny, false
	for _, cell := range t.columns[at] {
		d, err := time.Parse("02.01.2006", cell)
		missing := cell == "" || f.MissingValues != nil && cell == "NA"
		if err != nil && !missing && (f.Misfit == converter.MisfitKeep || f.Misfit == converter.MisfitCast) {
			return false
		}
		if err == nil {
			proved = proved || d.Day() > 12
			differ = differ || d.Day() != int(d.Month())
		}
	}
	return proved || !differ
}

// A rule that says nothing of cells makes the same bytes as none.
func TestRuleOfDefaults(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	for range tries.Of(50) {
		table := randomRuled(r)
		c := columnsOf(1+r.Intn(80), table.columns...)
		_, plain := convert(t, c, "x", "x", converter.Options{})
		for name, rule := range map[string]converter.TableRule{
			"nothing": {},
			"fields":  {Fields: []converter.FieldRule{{Name: "c0"}, {Name: "c1", Type: converter.AnyType, Title: "One"}}},
			"missing": {MissingValues: []string{""}},
			"order":   {Order: []string{"c0", "c1"}},
		} {
			_, ruled := convert(t, c, "x", "x", converter.Options{Rules: func(string) converter.Rule {
				return converter.Rule{Table: func(string, int) converter.TableRule { return rule }}
			}})
			if !bytes.Equal(plain, ruled) {
				t.Errorf("%s: a rule of defaults makes another database", name)
			}
		}
	}
}
