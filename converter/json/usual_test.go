package json

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/internal/tries"
)

// Rows that go on as the rows before, and such as stop doing so anywhere, are the rows that are
// made where nothing is taken for usual: with Flatten, which changes nothing of what is flat.
func TestUsualRows(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	pick := func(of ...string) string { return of[r.Intn(len(of))] }
	names := []string{`"a"`, `"b"`, `"a_b"`, `"\u0061"`, `"a_2"`, `"long name of a column"`, `"c\"d"`, `""`, `"value"`, `"column_1"`}
	value := func() string {
		return pick("1", "-0", "007", "2.50", "1e3", "-12345678901234567890", `"t"`, `"\n"`, "true", "false", "null", "[1, 2]", "NaN", "-Infinity", "tru", `"`, "-.5", "12.5.1")
	}
	for range tries.Of(2000) {
		var text strings.Builder
		var order []string
		for range 1 + r.Intn(30) {
			if r.Intn(4) == 0 {
				order = order[:0]
				for range r.Intn(6) {
					order = append(order, pick(names...))
				}
			}
			members := append([]string(nil), order...)
			if r.Intn(5) == 0 && len(members) > 0 {
				members = members[:r.Intn(len(members))]
			}
			if r.Intn(5) == 0 {
				members = append(members, pick(names...))
			}
			for i, name := range members {
				v := pick("1", "20", "1.25", `"text"`)
				if r.Intn(6) == 0 {
					v = value()
				}
				members[i] = name + pick(":", ":", ":", " : ") + v
			}
			text.WriteString("{" + strings.Join(members, pick(",", ",", " , ")) + pick("}", "}", "}", " }", "") + pick("\n", "\n", "\n", "\n7\n", "[3,4]\n"))
		}
		text.WriteString("{}\n{}\n")
		chunk := 0
		if r.Intn(2) == 0 {
			chunk = 16 + r.Intn(200)
		}
		usual, err := convert(t, Converter{chunk: chunk}, "x.ndjson", text.String())
		seldom, otherErr := convert(t, Converter{chunk: chunk, Flatten: true}, "x.ndjson", text.String())
		if fmt.Sprint(err) != fmt.Sprint(otherErr) {
			t.Fatalf("%s\n%v; with Flatten %v", &text, err, otherErr)
		}
		if err != nil {
			continue
		}
		for i, table := range seldom.summary.Tables {
			if got := usual.summary.Tables[i]; !reflect.DeepEqual(got.Columns, table.Columns) {
				t.Fatalf("%s\ncolumns %v; with Flatten %v", &text, got.Columns, table.Columns)
			}
			if got, want := usual.rows(t, i), seldom.rows(t, i); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s\n%v\nwith Flatten\n%v", &text, got, want)
			}
		}
		if got, want := said(usual), said(seldom); got != want {
			t.Fatalf("%s\n%s\nwith Flatten\n%s", &text, got, want)
		}
	}
}

// said is what a conversion found.
func said(db database) string {
	var list strings.Builder
	for table, f := range db.summary.Findings() {
		fmt.Fprintf(&list, "%s %+v\n", table, f)
	}
	return list.String()
}
