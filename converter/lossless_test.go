package converter_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/sqlitecheck"
	"github.com/dynasette/dynasette/internal/tries"
)

// A number is a cell of a column of numbers.
type number struct {
	value   converter.Value
	spelled string // shortest
	real    bool
	big     bool // an integer that a REAL column would round
}

func (n number) String() string {
	if n.value.Kind() == converter.KindUntyped {
		return strconv.Quote(n.spelled)
	}
	return n.spelled
}

// numbersAtEdges are the integers at which a float64 ceases to hold each one, and those at the
// ends of 64 bits, and decimals: typed, and as text.
func numbersAtEdges() (list []number) {
	for _, n := range []int64{1<<53 - 1, 1 << 53, 1<<53 + 1, math.MaxInt64, -1 << 53, -1<<53 - 1, math.MinInt64, 7} {
		s := strconv.FormatInt(n, 10)
		big := n > 1<<53 || n < -1<<53
		list = append(list, number{converter.Int(n), s, false, big}, number{converter.Untyped(s), s, false, big})
	}
	for _, f := range []float64{1.5, -0.1} {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		list = append(list, number{converter.Real(f), s, true, false}, number{converter.Untyped(s), s, true, false})
	}
	return list
}

// is reports whether a stored value is the number, to the last digit.
func (n number) is(stored any) bool {
	switch v := stored.(type) {
	case int64:
		return strconv.FormatInt(v, 10) == n.spelled
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64) == n.spelled
	case string:
		return v == n.spelled && n.value.Kind() == converter.KindUntyped
	}
	return false
}

// Whatever numbers a column mixes, in whatever order, in one batch or in several, each is
// stored as it is; and the column is REAL where that holds all of them, and INTEGER without
// decimals.
func TestNumbersKept(t *testing.T) {
	edges := numbersAtEdges()
	var columns [][]number
	for _, a := range edges {
		columns = append(columns, []number{a})
		for _, b := range edges {
			columns = append(columns, []number{a, b})
		}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range tries.Of(1000) {
		var column []number
		for range 3 + rng.IntN(3) {
			column = append(column, edges[rng.IntN(len(edges))])
		}
		columns = append(columns, column)
	}
	for _, apart := range []bool{false, true} {
		for _, column := range columns {
			c := converter.Func(func(ctx context.Context, in *converter.Input, out *converter.Writer) error {
				table := out.Table("t", "c")
				for _, n := range column {
					add := func(b *converter.Batch) error { b.Add(n.value); b.EndRow(); return nil }
					var err error
					if apart {
						err = table.AppendFunc(add)
					} else {
						err = table.Append(n.value)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			summary, db := convert(t, c, "x", "x", converter.Options{Workers: 1, PageSize: 512})
			report, err := sqlitecheck.Check(bytes.NewReader(db), int64(len(db)), sqlitecheck.Options{Affinity: true})
			if err == nil {
				err = report.Err()
			}
			if err != nil {
				t.Fatalf("%v: %v", column, err)
			}
			i, declared := 0, summary.Tables[0].Columns[0].Type
			err = report.Rows("t", func(_ int64, row []any) error {
				if !column[i].is(row[0]) {
					t.Errorf("%v, in several batches %v: row %d is %T %v in a column of type %q", column, apart, i+1, row[0], row[0], declared)
				}
				i++
				return nil
			})
			if err != nil || i != len(column) {
				t.Fatalf("%v: %d rows, %v", column, i, err)
			}
			var reals, bigs bool
			for _, n := range column {
				reals, bigs = reals || n.real, bigs || n.big
			}
			if want := declaredFor(reals, bigs); !strings.Contains(want, "|"+declared+"|") {
				t.Errorf("%v: declared %q, want one of %s", column, declared, want)
			}
			if t.Failed() {
				return
			}
		}
	}
}

func declaredFor(reals, bigs bool) string {
	switch {
	case !reals:
		return "|INTEGER|"
	case !bigs:
		return "|REAL|"
	}
	return "|TEXT||"
}
