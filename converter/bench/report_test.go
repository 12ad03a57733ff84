package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand"
	"strings"
	"testing"
	"time"
)

var some = &result{name: "wide", what: "text & <quotes>", rows: 1_000_000, bytes: 165_300_000, outcomes: []outcome{
	{program: "dynasette", cost: cost{500 * time.Millisecond, 900 * time.Millisecond, 40e6}, runs: 5, wall: 1, cpu: 1},
	{program: "sqlite3 3.40.1", cost: cost{5 * time.Second, 4500 * time.Millisecond, 6e6}, runs: 5, wall: 10, cpu: 5, differs: []string{"zip: 4 characters, not 5"}},
	{program: "other", failed: errors.New("out of memory")},
}}

func TestReport(t *testing.T) {
	const plain = `wide: text & <quotes>; 1,000,000 rows, 165 MB
program           time     CPU  MB/s     rows/s  memory  × time  × CPU  runs
dynasette       0.50 s  0.90 s   331  2,000,000   40 MB     1.0    1.0     5
sqlite3 3.40.1  5.00 s  4.50 s    33    200,000    6 MB    10.0    5.0     5
sqlite3 3.40.1 makes something else of it: zip: 4 characters, not 5
other failed: out of memory
`
	if got := some.report(false); got != plain {
		t.Errorf("got\n%s", got)
	}
	const markdown = `| program        |   time |    CPU |
|----------------|-------:|-------:|
| dynasette      | 0.50 s | 0.90 s |
`
	if got := grid([][]string{{"program", "time", "CPU"}, {"dynasette", "0.50 s", "0.90 s"}, {"sqlite3 3.40.1", "", ""}}, true); !strings.HasPrefix(got, markdown) {
		t.Errorf("got\n%s", got)
	}
}

// Of what differs in many columns, a few are named.
func TestFirst(t *testing.T) {
	for want, of := range map[string][]string{"": nil, "a; b; c": {"a", "b", "c"}, "a; b; and 3 more": {"a", "b", "c", "d", "e"}} {
		if got := first(2, of); got != want {
			t.Errorf("%q is %q, want %q", of, got, want)
		}
	}
}

// A summary has a column for each program, also for those that not every document is for.
func TestSummary(t *testing.T) {
	const want = `document   MB  dynasette  sqlite3 3.40.1  other
wide      165     0.50 s   5.00 s × 10.0  fails
lines     165     0.50 s
`
	lines := *some
	lines.name, lines.outcomes = "lines", some.outcomes[:1]
	if got := summary([]*result{some, &lines}, false); got != want {
		t.Errorf("got\n%s", got)
	}
}

// The chart is well-formed, said in words, and has a bar for each program that did not fail.
func TestChart(t *testing.T) {
	var b strings.Builder
	if err := chart(&b, "Speeds & sizes", []*result{some, some}); err != nil {
		t.Fatal(err)
	}
	elements, words := map[string]int{}, map[string]string{}
	var in string
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			in = token.Name.Local
			elements[in]++
		case xml.CharData:
			words[in] += string(token)
		}
	}
	if elements["rect"] != 4 || elements["title"] != 1 || elements["desc"] != 1 {
		t.Errorf("elements: %v", elements)
	}
	if !strings.Contains(words["title"], "Speeds & sizes") || !strings.Contains(words["desc"], "sqlite3 3.40.1 33 MB/s, 10.0 times as long") {
		t.Errorf("words: %q", words)
	}
	if strings.Contains(b.String(), "NaN") || b.Len() > 4000 {
		t.Errorf("%d bytes:\n%s", b.Len(), b.String())
	}
}

func TestGrowth(t *testing.T) {
	all, err := growth("size", 1e9)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d, %v", len(all), err)
	}
	const most = 2e6
	for _, what := range []table{wide, many(1), many(2000)} { // of few columns many rows
		var n counter
		if _, err := what.write(&n, "csv", rowsOf(what, most)); err != nil || n < .93*most || n > 1.07*most {
			t.Errorf("%d bytes, want %.0f (%v)", n, most, err)
		}
	}
	if all, err = growth("columns", 1e8); err != nil || len(all) != 5 {
		t.Fatalf("%d, %v", len(all), err)
	}
	for i, n := range []int{1, 10, 100, 1000, 2000} {
		if got := len(all[i].table.row(nil, rand.New(rand.NewSource(1)), 0)); got != n || len(all[i].table.columns()) != n {
			t.Errorf("%d columns, want %d", got, n)
		}
	}
	if _, err = growth("memory", 1e8); err == nil {
		t.Error("any growth is known")
	}
}
