package values_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/internal/tries"
)

func distributed(t *testing.T, text string, rows int64) *values.Distributions {
	t.Helper()
	db := made(t, "t.csv", text)
	columns, err := db.Columns(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Distributions(t.Context(), "t", columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestHistograms: bars have the numbers that their labels say, one after another, and all of them.
func TestHistograms(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range tries.Of(200) {
		digits := rnd.IntN(4)
		var text strings.Builder
		text.WriteString("x,y\n")
		size := []int{5, 30, 1000, 1_000_000, 1e12}[rnd.IntN(5)]
		var numbers []float64
		for range 1 + rnd.IntN(80) {
			x := float64(rnd.IntN(size)-rnd.IntN(size)/2) / []float64{1, 10, 100, 1000}[digits]
			numbers = append(numbers, x)
			fmt.Fprintf(&text, "%s,.\n", strconv.FormatFloat(x, 'f', -1, 64))
		}
		c := distributed(t, text.String(), int64(len(numbers))).Columns[0]
		if c.Kind != values.Numbers && c.Kind != values.Each || len(c.Bars) > 14 || c.Others != 0 {
			t.Errorf("%+v", c)
		}
		for i, b := range c.Bars {
			least, most, isRange := strings.Cut(b.Label, " to ")
			from, _ := strconv.ParseFloat(least, 64)
			to, _ := strconv.ParseFloat(most, 64)
			n := int64(0)
			for _, x := range numbers {
				if !isRange && x == from || isRange && x >= from && (x < to || c.Column.Type == "INTEGER" && x == to) {
					n++
				}
			}
			if n != b.Rows || isRange && to <= from || i > 0 && c.Kind == values.Numbers && c.Column.Type == "REAL" && !strings.HasSuffix(c.Bars[i-1].Label, " to "+least) {
				t.Errorf("%s: %d rows, want %d, in %v", b.Label, b.Rows, n, c.Bars)
			}
		}
		if t.Failed() {
			t.Fatal(text.String())
		}
	}
}

func TestDistributions(t *testing.T) {
	d := distributed(t, "kind,date,name,empty,stars\nb,2024-01-30,x,,1\na,2024-02-01 10:00,y,,5\nb,2024-02-02,z,,5\n,2024-04-01,w,,5\n", 4)
	var got []string
	for _, c := range d.Columns {
		got = append(got, fmt.Sprintf("%s %d %d %d %v %d", c.Column.Name, c.Kind, c.Nulls, c.Different, c.Bars, c.Others))
	}
	want := []string{"kind 0 1 2 [{b 2} {a 1}] 0", "date 3 0 4 [{Jan 2024 1} {Feb 2024 2} {Mar 2024 0} {Apr 2024 1}] 0", "name 0 0 4 [] 4", "empty 0 4 0 [] 0", "stars 1 0 2 [{1 1} {5 3}] 0"}
	if fmt.Sprint(got) != fmt.Sprint(want) || d.Estimated || d.Rows != 4 {
		t.Errorf("%q\nwant %q", got, want)
	}
	for text, want := range map[string]string{
		"2024-02-28|2024-02-29|2024-03-01": "[{28 Feb 2024 1} {29 Feb 2024 1} {1 Mar 2024 1}]",
		"1999-12-31|2003-01-01":            "[{1999 1} {2000 0} {2001 0} {2002 0} {2003 1}]",
		"1850-01-01|1999-01-01":            "[{1850 to 1859 1}",
		"0001-01-01|9999-01-01":            "[{0000 to 0499 1}",
		"1969-12-31|1970-01-01":            "[{31 Dec 1969 1} {1 Jan 1970 1}]",
		"2024-02-30|2024-02-30":            "[{2024-02-30 2}]", // is no date
		"2024-01-01x|2024-01-01":           "[]",
	} {
		d := distributed(t, "d,e\n"+strings.ReplaceAll(text, "|", ",.\n")+",.\n", 2)
		if got := fmt.Sprint(d.Columns[0].Bars); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A large table is looked at here and there, and the whole in the right proportions.
func TestDistributionOfALargeTable(t *testing.T) {
	if testing.Short() {
		t.Skip("many rows")
	}
	const rows = 200_000
	var text strings.Builder
	text.WriteString("n,half,d\n")
	for i := range rows {
		fmt.Fprintf(&text, "%d,%s,%s\n", i, []string{"first", "second"}[2*i/rows], time.Unix(int64(i)*3600*24/100, 0).UTC().Format("2006-01-02"))
	}
	d := distributed(t, text.String(), rows)
	if !d.Estimated || d.Rows != 50_000 || len(d.Columns[0].Bars) != 10 || len(d.Columns[2].Bars) != 6 {
		t.Fatalf("%+v", d)
	}
	for i, want := range []int64{5000, 25_000} {
		for _, b := range d.Columns[i].Bars {
			if b.Rows < want*9/10 || b.Rows > want*11/10 {
				t.Errorf("%s: %d rows, want about %d", b.Label, b.Rows, want)
			}
		}
	}
}
