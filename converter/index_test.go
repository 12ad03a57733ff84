package converter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/convertertest"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/internal/tries"
)

// anyValue returns values of all kinds, often the same or nearly so.
func anyValue(r *rand.Rand) converter.Value {
	switch r.Intn(12) {
	case 0:
		return converter.Value{}
	case 1, 2:
		return converter.Int(int64(r.Intn(7)) - 3)
	case 3:
		return converter.Int(r.Int63() >> r.Intn(63) * int64(1-2*r.Intn(2)))
	case 4:
		return converter.Real(float64(r.Intn(7)-3) / 2)
	case 5:
		return converter.Real([]float64{math.Copysign(0, -1), 1 << 53, 1 << 63, -1 << 63, 1 << 64, math.Inf(1), math.Inf(-1), 1e-300, math.MaxInt64}[r.Intn(9)])
	case 6:
		return converter.Real(r.NormFloat64() * math.Pow(10, float64(r.Intn(40)-20)))
	case 7:
		return converter.Untyped(fmt.Sprint(r.Intn(2000)))
	}
	b := make([]byte, r.Intn(5))
	for i := range b {
		b[i] = []byte{0, 1, 'a', 'b'}[r.Intn(4)]
	}
	if r.Intn(50) == 0 {
		b = append([]byte(strings.Repeat("long ", r.Intn(1500))), b...)
	}
	if r.Intn(3) == 0 {
		return converter.Blob(b)
	}
	return converter.Text(string(b))
}

// Indexes of whatever there is are as SQLite would have them, which integrity_check says, and
// so are the statistics.
func TestIndexes(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for i := range tries.Of(60) {
		width := 1 + r.Intn(4)
		var columns []string
		for c := range width {
			columns = append(columns, fmt.Sprintf("c%d", c))
		}
		var rows [][]converter.Value
		alike := r.Intn(3)
		for range r.Intn([]int{5, 300, 5000}[r.Intn(3)]) {
			row := make([]converter.Value, r.Intn(width+1))
			for c := range row {
				switch alike {
				case 0:
					row[c] = anyValue(r)
				case 1:
					row[c] = converter.Untyped(fmt.Sprintf("%d.%d", r.Intn(50), r.Intn(2)*5))
				default:
					row[c] = converter.Untyped([]string{"open", "closed", "", "open 2"}[r.Intn(4)])
				}
			}
			rows = append(rows, row)
		}
		var indexes []converter.Index
		for range 1 + r.Intn(3) {
			var index converter.Index
			for _, c := range r.Perm(width)[:1+r.Intn(width)] {
				index.Columns = append(index.Columns, converter.IndexColumn{Name: columns[c], Descending: r.Intn(3) == 0})
			}
			indexes = append(indexes, index)
		}
		opts := converter.Options{PageSize: 512 << r.Intn(8), Workers: r.Intn(4), Rule: converter.TableRule{Indexes: indexes}}
		_, db := convert(t, rowsOf(columns, rows...), "x", "x", opts)
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, db, 0o600); err != nil {
			t.Fatal(err)
		}
		oracle.IntegrityCheck(t, path)
		const statistics = "SELECT count(*) FROM sqlite_schema WHERE type = 'index'; SELECT * FROM sqlite_stat1 ORDER BY tbl, idx;"
		got := oracle.Exec(t, path, statistics)
		want := oracle.Exec(t, path, "DELETE FROM sqlite_stat1; ANALYZE; "+statistics)
		if got != want {
			t.Errorf("%d: %d rows, indexes %v, page size %d: statistics\n%s\nwant\n%s", i, len(rows), indexes, opts.PageSize, got, want)
		}
	}
}

// Indexes of a rule, and of options, by either name of a column; what can't be made is refused.
func TestIndexesAsSaid(t *testing.T) {
	index := func(columns ...string) converter.Index {
		x := converter.Index{Origin: converter.Origin{File: "dynasette.yaml", Line: 3}}
		for _, c := range columns {
			name, desc := strings.CutPrefix(c, "-")
			x.Columns = append(x.Columns, converter.IndexColumn{Name: name, Descending: desc})
		}
		return x
	}
	for _, test := range []struct {
		name    string
		options []converter.Index
		rule    []converter.Index
		want    string
	}{
		{"none", nil, nil, ""},
		{"options", []converter.Index{index("a"), index("B ", "-a")}, nil,
			`CREATE INDEX "idx_t_a" ON "t" ("a")|CREATE INDEX "idx_t_b_a" ON "t" ("b", "a" DESC)`},
		{"a rule", nil, []converter.Index{index("b")}, `CREATE INDEX "idx_t_b" ON "t" ("b")`},
		{"the same", []converter.Index{index("a")}, []converter.Index{index("a")},
			`CREATE INDEX "idx_t_a" ON "t" ("a")`},
		{"missing", []converter.Index{index("a", "c")}, nil, "dynasette.yaml:3: no table has the columns of an index on a, c"},
		{"missing in a rule", nil, []converter.Index{index("a", "c")}, "dynasette.yaml:3: table t: an index on a, c can't be: there is no column c (there are a, b)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			opts := converter.Options{Rule: converter.TableRule{Indexes: test.options}, Rules: func(string) converter.Rule {
				return converter.Rule{Table: func(string, int) converter.TableRule { return converter.TableRule{Indexes: test.rule} }}
			}}
			dst := new(convertertest.Memory)
			_, err := converter.Convert(t.Context(), lines, input("t", "a,b\n1,x\n2,y\n"), dst, opts)
			if err != nil {
				if err.Error() != test.want {
					t.Errorf("%v, want %s", err, test.want)
				}
				return
			}
			got := sqlite3(t, dst.Bytes(), "SELECT group_concat(sql, '|') FROM (SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY rowid)")
			if strings.TrimSpace(got) != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

// A column that turns up late is NULL in the rows before, in indexes as well.
func TestIndexesOfLateColumns(t *testing.T) {
	c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
		table := out.Table("t")
		for i := range 20000 {
			err := table.AppendFunc(func(b *converter.Batch) error {
				b.Set(b.Column("a"), converter.Int(int64(i)))
				if i >= 10000 && i%3 == 0 {
					b.Set(b.Column("late"), converter.Int(int64(i%100)))
				}
				b.EndRow()
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	_, db := convert(t, c, "x", "x", converter.Options{Statistics: true, Rule: converter.TableRule{Indexes: []converter.Index{{Columns: []converter.IndexColumn{{Name: "late"}}}}}})
	got := sqlite3(t, db, "SELECT stat FROM sqlite_stat1 WHERE tbl = 't'; SELECT count(*) FROM t INDEXED BY idx_t_late WHERE late = 51")
	if want := "20000 199\n33\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Indexes that are sorted in a file, or in memory only, are the same; what does not fit where it may be
// is an error that says so.
func TestSortedWhereItMayBe(t *testing.T) {
	var rows [][]converter.Value
	for i := range 30000 {
		rows = append(rows, []converter.Value{converter.Int(int64(i * 7919 % 30011)), converter.Text(fmt.Sprint("some words of row ", i))})
	}
	sorted := func(file, memory int64) ([]byte, error) {
		opts := converter.Options{SortFile: file, SortMemory: memory, Statistics: true, Rule: converter.TableRule{
			Indexes: []converter.Index{{Columns: []converter.IndexColumn{{Name: "n"}}, Origin: converter.Origin{Flag: "--index n"}}},
			Search:  &converter.Search{Columns: []string{"text"}, Origin: converter.Origin{Flag: "--search text"}}}}
		dst := new(convertertest.Memory)
		_, err := converter.Convert(t.Context(), rowsOf([]string{"n", "text"}, rows...), input("t", "x"), dst, opts)
		return dst.Bytes(), err
	}
	want, err := sorted(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, limits := range [][2]int64{{0, -1}, {-1, 8 << 20}, {1 << 30, 200 << 10}} {
		if got, err := sorted(limits[0], limits[1]); err != nil || !bytes.Equal(got, want) {
			t.Errorf("with %d bytes of a file and %d of memory it is another database, or %v", limits[0], limits[1], err)
		}
	}
	_, err = sorted(-1, 100<<10)
	const message = ": there is more to sort than memory and the temporary file may take: 0 MiB and 0 MiB: over the limit"
	if !errors.Is(err, converter.ErrLimit) || !strings.HasPrefix(err.Error(), "--index n: ") || !strings.HasSuffix(err.Error(), message) {
		t.Errorf("where it does not fit: %v", err)
	}
}
