package values_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/adapters/values"
	"github.com/dynasette/dynasette/internal/tries"
)

// plainly is how a value counts in a comparison.
func plainly(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case float64:
		if v == math.Trunc(v) {
			return fmt.Sprintf("=%.0f", v)
		}
		return fmt.Sprintf("=%v", v)
	}
	return fmt.Sprintf("=%v", v)
}

// A naive is a table as maps and strings have it.
type naive struct {
	columns []values.Column
	rows    [][]string // by columns
}

func naively(t *testing.T, db *values.Database) naive {
	t.Helper()
	columns, err := db.Columns(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	n := naive{columns: columns}
	rows, err := db.Head(t.Context(), "t", columns, 1e6, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		texts := make([]string, len(row))
		for i, v := range row {
			texts[i] = plainly(v)
		}
		n.rows = append(n.rows, texts)
	}
	return n
}

// only returns the values of some columns.
func (n naive) only(columns []string) (rows [][]string) {
	for _, row := range n.rows {
		var texts []string
		for _, name := range columns {
			texts = append(texts, row[slices.IndexFunc(n.columns, func(c values.Column) bool { return c.Name == name })])
		}
		rows = append(rows, texts)
	}
	return rows
}

func unique(rows [][]string, i int) bool {
	seen := map[string]bool{"NULL": true, "=": true}
	for _, row := range rows {
		if seen[row[i]] {
			return false
		}
		seen[row[i]] = true
	}
	return true
}

func numbered(rows [][]string, i int) bool {
	first, err := strconv.Atoi(rows[0][i][1:])
	for n, row := range rows {
		if err != nil || row[i] != fmt.Sprintf("=%d", first+n) {
			return false
		}
	}
	return true
}

// byKey counts what differs if the column tells rows apart, and how many are in both.
func byKey(before, after [][]string, i int) (added, removed, changed, common int) {
	was := map[string][]string{}
	for _, row := range before {
		was[row[i]] = row
	}
	for _, row := range after {
		if old, ok := was[row[i]]; !ok {
			added++
		} else {
			common++
			if !slices.Equal(old, row) {
				changed++
			}
		}
	}
	return added, len(before) - common, changed, common
}

func countsOf(rows [][]string) map[string]int {
	counts := map[string]int{}
	for _, row := range rows {
		counts[strings.Join(row, "\x00")]++
	}
	return counts
}

func surplus(of, from map[string]int) (n int64) {
	for key, count := range of {
		n += int64(max(count-from[key], 0))
	}
	return n
}

// check holds a difference against what maps say.
func check(t *testing.T, d *values.Difference, a, b naive) {
	t.Helper()
	before, after := a.only(d.Columns), b.only(d.Columns)
	best, inBoth, want := -1, 0, [3]int{}
	for i, name := range d.Columns {
		real := func(c values.Column) bool { return c.Name == name && c.Type == "REAL" }
		if slices.ContainsFunc(a.columns, real) || slices.ContainsFunc(b.columns, real) || !unique(before, i) || !unique(after, i) {
			continue
		}
		added, removed, changed, common := byKey(before, after, i)
		if common == 0 || 2*common < min(len(before), len(after)) {
			continue
		}
		now, so := added+removed+changed, want[0]+want[1]+want[2]
		if best < 0 || now < so || now == so && 2*want[2] > inBoth && numbered(before, best) && numbered(after, best) && !(numbered(before, i) && numbered(after, i)) {
			inBoth = common
			best, want = i, [3]int{added, removed, changed}
		}
	}
	if best >= 0 {
		got := [3]int{int(d.Added), int(d.Removed), int(d.Changed)}
		if !reflect.DeepEqual(d.Key, []string{d.Columns[best]}) || got != want || len(d.Values) > 0 {
			t.Errorf("by %v: %v, want by %s: %v", d.Key, got, d.Columns[best], want)
		}
		checkExamples(t, d, before, after, best)
		return
	}
	was, is := countsOf(before), countsOf(after)
	if d.Key != nil || d.Added != surplus(is, was) || d.Removed != surplus(was, is) || d.Changed != 0 {
		t.Errorf("%+v, want %d added, %d removed", d, surplus(is, was), surplus(was, is))
	}
	for i, name := range d.Columns {
		was, is := map[string]int{}, map[string]int{}
		for _, row := range before {
			was[row[i]]++
		}
		for _, row := range after {
			is[row[i]]++
		}
		at := slices.IndexFunc(d.Values, func(v values.ValuesDifference) bool { return v.Column == name })
		var v values.ValuesDifference
		if at >= 0 {
			v = d.Values[at]
		}
		listed := func(list []values.Occurrence, more int, of, from map[string]int) {
			n := 0
			for value := range of {
				if from[value] == 0 {
					n++
				}
			}
			if len(list)+more != n || len(list) != min(n, 5) {
				t.Errorf("%s: %d and %d more, want %d", name, len(list), more, n)
			}
			for _, o := range list {
				if text := plainly(o.Value); from[text] > 0 || int64(of[text]) != o.Rows {
					t.Errorf("%s: %q is in %d rows, want %d, and not in %d", name, text, o.Rows, of[text], from[text])
				}
			}
		}
		listed(v.Gone, v.MoreGone, was, is)
		listed(v.New, v.MoreNew, is, was)
	}
}

func checkExamples(t *testing.T, d *values.Difference, before, after [][]string, key int) {
	t.Helper()
	of := func(rows [][]string, row []any) []string {
		for _, r := range rows {
			if r[key] == plainly(row[key]) {
				for i := range r {
					if r[i] != plainly(row[i]) {
						t.Errorf("the row %q is shown as %v", r, row)
					}
				}
				return r
			}
		}
		return nil
	}
	for _, row := range d.AddedRows {
		if of(after, row) == nil || of(before, row) != nil {
			t.Errorf("%v is not added", row)
		}
	}
	for _, row := range d.RemovedRows {
		if of(before, row) == nil || of(after, row) != nil {
			t.Errorf("%v is not removed", row)
		}
	}
	for _, c := range d.ChangedRows {
		if was, is := of(before, c.Before), of(after, c.After); was == nil || is == nil || slices.Equal(was, is) {
			t.Errorf("%v is not changed to %v", c.Before, c.After)
		} else {
			for i := range was {
				if (was[i] != is[i]) != slices.Contains(c.Columns, i) {
					t.Errorf("%v to %v: %v differ", was, is, c.Columns)
				}
			}
		}
	}
	if len(d.AddedRows) != min(5, int(d.Added)) || len(d.RemovedRows) != min(5, int(d.Removed)) || len(d.ChangedRows) != min(5, int(d.Changed)) {
		t.Errorf("%d, %d and %d examples of %d, %d and %d", len(d.AddedRows), len(d.RemovedRows), len(d.ChangedRows), d.Added, d.Removed, d.Changed)
	}
}

// TestDifference: what differs between random tables is what maps of texts say.
func TestDifference(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	keyed := 0
	for range tries.Of(300) {
		columns := []string{"id", "name", "kind", "price"}[:1+rnd.IntN(4)]
		distinct := 1 + rnd.IntN(60)
		cell := func(c string) string {
			n := rnd.IntN(distinct)
			switch {
			case c == "kind" && rnd.IntN(5) == 0, c == "name" && rnd.IntN(40) == 0:
				return ""
			case c == "kind":
				return fmt.Sprintf("k%d", n%7)
			case c == "name" && rnd.IntN(9) == 0:
				return fmt.Sprintf("%d", n)
			case c == "name":
				return fmt.Sprintf("name %d", n)
			case c == "price" && rnd.IntN(3) == 0:
				return fmt.Sprintf("%d.5", n)
			}
			return fmt.Sprint(n)
		}
		var rows [][]string
		for n := range 1 + rnd.IntN(30) {
			row := make([]string, len(columns))
			for i, c := range columns {
				row[i] = cell(c)
			}
			if rnd.IntN(6) > 0 {
				row[0] = fmt.Sprint(n)
			}
			rows = append(rows, row)
		}
		text := func(rows [][]string) string {
			all := strings.Join(columns, "|") + "|end\n"
			for _, row := range rows {
				all += strings.Join(row, "|") + "|.\n"
			}
			return all
		}
		before := text(rows)
		for range rnd.IntN(8) {
			i := rnd.IntN(len(rows))
			switch rnd.IntN(4) {
			case 0:
				rows = slices.Delete(rows, i, i+1)
			case 1:
				row := slices.Clone(rows[i])
				row[0] = fmt.Sprint(1000 + rnd.IntN(9))
				rows = append(rows, row)
			case 2:
				k := rnd.IntN(len(columns))
				rows[i] = slices.Clone(rows[i])
				rows[i][k] = cell(columns[k])
			case 3:
				rows[0], rows[i] = rows[i], rows[0]
			}
			if len(rows) == 0 {
				rows = [][]string{make([]string, len(columns))}
			}
		}
		a, b := made(t, "t.csv", before), made(t, "t.csv", text(rows))
		d, err := values.Compare(t.Context(), a, b, "t")
		if err != nil {
			t.Fatal(err)
		}
		if d.Key != nil {
			keyed++
		}
		check(t, d, naively(t, a), naively(t, b))
		if t.Failed() {
			t.Fatalf("before:\n%s\nafter:\n%s\n%+v", before, text(rows), d)
		}
	}
	if keyed == 0 {
		t.Error("no table has a key")
	}
}

// Of several columns that tell rows apart, that one is taken by which the least differs: not a running number
// when a row comes in at the top. A column that is text now is as it was.
func TestDifferenceOfKeys(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{"a row at the top", "no,code,x\n1,a,5\n2,b,6\n3,c,7\n", "no,code,x\n1,z,4\n2,a,5\n3,b,6\n4,c,7\n", "[code] +1 -0 ~3"},
		{"it comes in", "code,x\na,5\nb,6\nc,7\n", "code,x\nz,4\na,5\nb,6\nc,7\n", "[code] +1 -0 ~0"},
		{"a number is text", "code,x\na,5\nb,6\n", "code,x\na,5\nb,n/a\n", "[code] +0 -0 ~1"},
		{"whole numbers are REAL", "code,x\na,5\nb,6\n", "code,x\na,5\nb,6.5\n", "[code] +0 -0 ~1"},
		{"no key", "x,y\n1,1\n1,1\n2,2\n", "x,y\n1,1\n2,2\n2,3\n", "[] +1 -1 ~0 y:[]+0[3]+0"},
		{"other rows altogether", "id,x\n1,5\n2,5\n", "id,x\n3,5\n4,5\n", "[] +2 -2 ~0 id:[1 2]+0[3 4]+0"},
		{"another order", "id,x\n1,5\n2,5\n", "id,x\n2,5\n1,5\n", "[id] +0 -0 ~0"},
		{"another column", "id,x\n1,5\n2,5\n", "id,y\n2,5\n1,5\n", "[id] +0 -0 ~0"},
	} {
		d, err := values.Compare(t.Context(), made(t, "t.csv", c.before), made(t, "t.csv", c.after), "t")
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%v +%d -%d ~%d", d.Key, d.Added, d.Removed, d.Changed)
		for _, v := range d.Values {
			list := func(all []values.Occurrence) (texts []string) {
				for _, o := range all {
					texts = append(texts, values.Spell(o.Value))
				}
				return texts
			}
			got += fmt.Sprintf(" %s:%v+%d%v+%d", v.Column, list(v.Gone), v.MoreGone, list(v.New), v.MoreNew)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What is more than is compared, or takes too long, is an error.
func TestDifferenceIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("many rows")
	}
	large := made(t, "t.csv", "x\n"+strings.Repeat("1\n", 300_001))
	small := made(t, "t.csv", "x\n1\n")
	if _, err := values.Compare(t.Context(), large, small, "t"); !errors.Is(err, values.ErrRows) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := values.Compare(ctx, small, small, "t"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var many strings.Builder
	many.WriteString("x,y\n")
	for i := range 60_000 {
		fmt.Fprintf(&many, "%d.5,k\n", i)
	}
	d, err := values.Compare(t.Context(), made(t, "t.csv", many.String()), made(t, "t.csv", strings.Replace(many.String(), "k", "l", 1)), "t")
	if err != nil || len(d.Values) != 2 || !d.Values[0].Many || len(d.Values[1].New) != 1 || d.Values[1].New[0].Rows != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}
