package rules_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/dynasette/dynasette/converter/rules"
	"github.com/dynasette/dynasette/internal/tries"
)

func TestGuard(t *testing.T) {
	const text = `resources:
  - path: "**/*"
    guard: {columns: keep, rejects: 1%}
  - path: "b/*.xlsx"
    guard: {rows: -50%}
  - path: b/x.xlsx
    table: Prices
    guard: {rows: +100}
`
	files := fstest.MapFS{
		rules.FileName:           {Data: []byte(text)},
		"b/datapackage.json":     {Data: []byte(`{"resources": [{"name": "y", "path": "y.xlsx", "guard": {"rows": "-1%"}}]}`)},
		"b/inner/" + "readme.md": {Data: []byte("x")},
	}
	s := rules.Read(files, []string{rules.FileName, "b/datapackage.json"}, nil)
	if len(s.Faults) > 0 {
		t.Fatal(s.Faults)
	}
	for _, c := range []struct {
		document, table string
		want            rules.Guard
	}{
		{"a.csv", "a", rules.Guard{Columns: true, Rejects: "1%"}},
		{"b/y.xlsx", "Sheet1", rules.Guard{Columns: true, Rejects: "1%", Rows: "-50%"}}, // another one's word holds nothing back
		{"b/x.xlsx", "Sheet1", rules.Guard{Columns: true, Rejects: "1%", Rows: "-50%"}},
		{"b/x.xlsx", "Prices", rules.Guard{Columns: true, Rejects: "1%", Rows: "+100"}},
		{"b/x.xlsx", "", rules.Guard{Columns: true, Rejects: "1%", Rows: "-50%"}},
		{"b/z.zip/c.csv", "c", rules.Guard{Columns: true, Rejects: "1%"}},
	} {
		if got := s.Guard(c.document, c.table, 0); got != c.want {
			t.Errorf("%s, table %q: %v, want %v", c.document, c.table, got, c.want)
		}
	}
}

// TestLimits holds what a guard allows against whole numbers.
func TestLimits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range tries.Of(20_000) {
		before, now := random.Int64N(1000), random.Int64N(2000)
		n, sign := random.Int64N(300), []string{"-", "+"}[random.IntN(2)]
		change := now - before
		if sign == "-" {
			change, n = -change, n%101
		}
		absolute := rules.Guard{Rows: rules.Limit(fmt.Sprint(sign, n))}
		if got := absolute.RowsMay(before, now); got != (change <= n) {
			t.Fatalf("%v: %d → %d rows: %v", absolute, before, now, got)
		}
		percent := rules.Guard{Rows: absolute.Rows + "%"}
		want := change*100 <= n*before || sign == "+" && before == 0
		if got := percent.RowsMay(before, now); got != want {
			t.Fatalf("%v: %d → %d rows: %v", percent, before, now, got)
		}
		tenths := rules.Guard{Rejects: rules.Limit(fmt.Sprintf("%d.%d%%", n%100, n%10))}
		share := big.NewRat(n%100*10+n%10, 1000)
		want = big.NewRat(before, 1).Cmp(share.Mul(share, big.NewRat(before+now, 1))) <= 0
		if got := tenths.RejectsMay(before, now); got != want {
			t.Fatalf("%v: %d rejected, %d not: %v", tenths, before, now, got)
		}
	}
	if (rules.Guard{}).RowsMay(1000, 0) == false || !(rules.Guard{}).RejectsMay(1000, 0) {
		t.Error("no guard holds something back")
	}
}
