package sheets_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dumptest"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// convert returns the tables of a workbook and what is said of it.
func convert(t *testing.T, b *sheets.Book, o sheets.Reading) (string, error) {
	t.Helper()
	tables, s, err := dumptest.Convert(t, gridConverter{b, o}, converter.Options{}, dumptest.Input("towns.grid", "x"))
	if err != nil {
		return "", err
	}
	for _, f := range s.Documents[0].Findings {
		tables += f.String() + "\n"
	}
	return tables, nil
}

// What a format says of its rows becomes tables, whether the rows have numbers or not, and however
// they are cut into chunks.
func TestRows(t *testing.T) {
	values := &grid{rows: [][]any{
		{"Towns of the north"},
		nil,
		{"name", "n", "share", "on", "open", "site"},
		{index(0), 1, .5, serial(45000), true, "none"},
		{index(1), 2.0, 2.0, serial(45000.5), false, link{"home", "https://example.org/"}},
		{link{"Rome", ""}},
		{index(0), 1 << 60, math.Inf(1), serial(-5), fault("#N/A"), nil, nil, "beside"},
	}}
	groups := &grid{rows: [][]any{
		{nil, merged{"2020", 1, 0}, nil, merged{"2021", 1, 0}, nil},
		{"name", "q1", "q2", "q1", "q2"},
		{merged{"x", 0, 1}, 1, 2, 3, 4},
		{nil, 5, 6, 7, 8},
		{"y", 1, 2, 3, 4},
	}}
	hidden := &grid{hidden: []int{2}, columns: []int{1}, rows: [][]any{{"a", "b", "c"}, {1, 2, 3}, {4, 5, 6}}}
	several := &grid{rows: [][]any{{"a", "b"}, {1, 2}, {3, 4}, nil, {"id", "name", "n"}, {1, "x", 2}, {2, "y", 3}}}
	declared := &grid{
		rows:     [][]any{{"a", "b", nil, "c"}, {1, 2, nil, 3}, {4, 5, nil, 6}, {"Sum", 7}},
		declared: []sheets.Declared{{Name: "Points", Area: sheets.Range{Top: 1, Left: 0, Bottom: 4, Right: 1}, Headers: 1, Totals: 1, Names: []string{"a", "b"}}},
	}
	behind := &grid{rows: [][]any{{"a", "b"}, {"x", 1}, {"y", 2}}, linked: true,
		behind: sheets.Behind{Inside: 1, Links: []sheets.Link{{Cells: sheets.Range{Top: 2, Left: 0, Bottom: 3, Right: 0}, Target: "https://example.org/a"}, {}}}}
	for _, tt := range []struct {
		name    string
		grid    *grid
		options sheets.Reading
		want    string
	}{
		{"values", values, sheets.Reading{}, `S1(name TEXT, n INTEGER, share REAL, on, open INTEGER, site TEXT, site_url TEXT, _extra TEXT)
'Oslo'|1|0.5|'2023-03-15'|1|'none'|NULL|NULL
'Bonn'|2|2.0|'2023-03-15T12:00:00'|0|'home'|'https://example.org/'|NULL
'Rome'|NULL|NULL|NULL|NULL|NULL|NULL|NULL
'Oslo'|1152921504606846976|NULL|-5|NULL|NULL|NULL|'["beside"]'
_rejects(source TEXT, table TEXT, line INTEGER, byte INTEGER, column TEXT, type TEXT, raw TEXT, message TEXT)
'towns.grid'|'S1'|1|0|NULL|'above the table'|'Towns of the north'|'A1 of the sheet "S1"'
a row has more cells than there are columns; the surplus is in the column _extra (table "S1", row 4)
left out of the rows, and kept in the table _rejects: above the table (table "S1", line 1, "Towns of the north")
a cell with the error #N/A is NULL (sheet "S1", "E7")
a cell with the error #NUM! is NULL (sheet "S1", "C7")
a number is formatted as a date, but before or after all dates: it stays a number (sheet "S1", "D7")
a link to a place in the workbook itself is not kept (sheet "S1")
`},
		{"names of groups", groups, sheets.Reading{}, `S1(name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER)
'x'|1|2|3|4
NULL|5|6|7|8
'y'|1|2|3|4
`},
		{"merged cells filled", groups, sheets.Reading{FillMerged: true}, `S1(name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER)
'x'|1|2|3|4
'x'|5|6|7|8
'y'|1|2|3|4
`},
		{"no header", groups, sheets.Reading{Header: -1}, `S1(column_1 TEXT, column_2, column_3, column_4, column_5)
NULL|'2020'|NULL|'2021'|NULL
'name'|'q1'|'q2'|'q1'|'q2'
'x'|1|2|3|4
NULL|5|6|7|8
'y'|1|2|3|4
`},
		{"hidden", hidden, sheets.Reading{}, `S1(a INTEGER, b INTEGER, c INTEGER)
1|2|3
4|5|6
a hidden column is published like the others (sheet "S1", "b"); try --skip-hidden
a hidden row is published like the others (sheet "S1", "row 2"); try --skip-hidden
`},
		{"hidden skipped", hidden, sheets.Reading{SkipHidden: true}, `S1(a INTEGER, c INTEGER)
4|6
a hidden column is left out, as asked for (sheet "S1", "column B")
a hidden row is left out, as asked for (sheet "S1", "row 2")
`},
		{"several tables", several, sheets.Reading{}, `S1(a INTEGER, b INTEGER)
1|2
3|4
S1_2(id INTEGER, name TEXT, n INTEGER)
1|'x'|2
2|'y'|3
the sheet is taken for several tables (sheet "S1", "A1:B3, A5:C7"); try --skip 0
`},
		{"declared", declared, sheets.Reading{}, `S1(a INTEGER, b INTEGER)
1|2
4|5
_rejects(source TEXT, table TEXT, line INTEGER, byte INTEGER, column TEXT, type TEXT, raw TEXT, message TEXT)
'towns.grid'|'S1'|1|0|NULL|'outside of the tables'|'c'|'D1 of the sheet "S1"'
'towns.grid'|'S1'|2|0|NULL|'outside of the tables'|'3'|'D2 of the sheet "S1"'
'towns.grid'|'S1'|3|0|NULL|'outside of the tables'|'6'|'D3 of the sheet "S1"'
'towns.grid'|'S1'|4|0|NULL|'totals row'|'Sum	7'|'A4:B4 of the sheet "S1"'
left out of the rows, and kept in the table _rejects: outside of the tables (3 times, table "S1", line 1, "c")
left out of the rows, and kept in the table _rejects: totals row (table "S1", line 4, "Sum\t7")
`},
		{"links behind", behind, sheets.Reading{}, `S1(a TEXT, b INTEGER, a_url TEXT)
'x'|1|'https://example.org/a'
'y'|2|'https://example.org/a'
a link to a place in the workbook itself is not kept (sheet "S1")
`},
	} {
		for i, chunk := range []int{1, 2, 3, 1000} {
			t.Run(fmt.Sprintf("%s, %d rows at a time", tt.name, chunk), func(t *testing.T) {
				g := *tt.grid
				g.numbered, g.chunk = i%2 == 1, chunk
				if got, err := convert(t, gridBook(&g), tt.options); got != tt.want || err != nil {
					t.Errorf("%v, got\n%s\nwant\n%s", err, got, tt.want)
				}
			})
		}
	}
}

// Rows that no chunk has numbers for are counted across all chunks.
func TestCountedRows(t *testing.T) {
	g := &grid{rows: [][]any{{"a", "b"}}}
	want := "S1(a INTEGER, b INTEGER)\n"
	for n := range 500 {
		g.rows = append(g.rows, []any{n, 2 * n})
		want += fmt.Sprintf("%d|%d\n", n, 2*n)
	}
	g.rows = append(g.rows, []any{1, fault("#REF!")})
	want += "1|NULL\na cell with the error #REF! is NULL (sheet \"S1\", \"B502\")\n"
	if got, err := convert(t, gridBook(g), sheets.Reading{}); got != want || err != nil {
		t.Errorf("%v, got %s", err, got)
	}
}

func TestSheets(t *testing.T) {
	table := func() *grid { return &grid{rows: [][]any{{"a"}, {1}}} }
	b := gridBook(table(), table(), table(), table(), &grid{})
	b.Sheets[1].State = "hidden"
	b.Sheets[2].Kind = "chartsheet"
	b.Sheets[3].Missing = "the part x is missing"
	want := "S1(a INTEGER)\n1\n" +
		"a sheet is skipped: the workbook lists it, but does not have it (sheet \"S4\")\n" +
		"a hidden sheet is left out (sheet \"S2\"); try --sheet S2\n"
	if got, err := convert(t, b, sheets.Reading{}); got != want || err != nil {
		t.Errorf("%v, got %s", err, got)
	}
	if got, err := convert(t, b, sheets.Reading{Sheets: []string{"S2"}}); got != "S2(a INTEGER)\n1\n" || err != nil {
		t.Errorf("%v, got %s", err, got)
	}
	twice := gridBook(table(), table())
	twice.Sheets[0].Part, twice.Sheets[1].Part = "p", "P"
	many := make([]*grid, 11)
	for i := range many {
		many[i] = table()
	}
	for name, tt := range map[string]struct {
		book *sheets.Book
		want error
		says string
	}{
		"no cells":      {gridBook(&grid{}), converter.ErrEmpty, "no sheet has cells"},
		"one part":      {twice, converter.ErrCorrupt, "are one part"},
		"a broken row":  {gridBook(&grid{rows: [][]any{{"a"}, {1}, {2}, {3}}, broken: 3}), converter.ErrCorrupt, "it is broken"},
		"a wrong index": {gridBook(&grid{rows: [][]any{{"a"}, {index(7)}}}), converter.ErrCorrupt, "no shared string"},
		"many sheets":   {gridBook(many...), converter.ErrLimit, "more than 10 sheets"},
	} {
		if _, err := convert(t, tt.book, sheets.Reading{}); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v: … %s", name, err, tt.want, tt.says)
		}
	}
}
