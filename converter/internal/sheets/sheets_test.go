package sheets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/oracle"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// file is a Destination in a folder of the test's own.
type file struct {
	path  string
	pages []byte
}

func (f *file) Write(p []byte) (int, error) { f.pages = append(f.pages, p...); return len(p), nil }
func (f *file) Reset() error                { f.pages = f.pages[:0]; return nil }
func (f *file) Commit(first []byte) error {
	return os.WriteFile(f.path, append(slices.Clone(first), f.pages...), 0o600)
}

// convert returns the tables of a workbook, a line a row, each value as an SQL literal; what
// is in _rejects; and the findings, each a line.
func convert(t *testing.T, b *sheets.Book, o sheets.Options) (tables, rejects, found string) {
	t.Helper()
	dst := &file{path: filepath.Join(t.TempDir(), "out.db")}
	in := &converter.Input{Name: "towns.grid", Size: 1, ReaderAt: bytes.NewReader([]byte("x"))}
	s, err := converter.Convert(context.Background(), gridConverter{b, o}, in, dst, converter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	oracle.IntegrityCheck(t, dst.path)
	var list strings.Builder
	for _, table := range s.Tables {
		var columns []string
		for _, c := range table.Columns {
			columns = append(columns, strings.TrimSpace(c.Name+" "+c.Type))
		}
		fmt.Fprintf(&list, "%s: %s\n", table.Name, strings.Join(columns, ", "))
		for _, row := range oracle.Query(t, dst.path, `SELECT * FROM "`+table.Name+`"`) {
			list.WriteString(strings.Join(row, " ") + "\n")
		}
	}
	if s.Rejects > 0 {
		for _, row := range oracle.Query(t, dst.path, `SELECT line, type, raw FROM _rejects ORDER BY rowid`) {
			rejects += row[0] + " " + strings.Trim(row[1], "'") + ": " + strings.Trim(row[2], "'") + "\n"
		}
	}
	for _, f := range s.Documents[0].Findings {
		found += f.String() + "\n"
	}
	return list.String(), rejects, found
}

// What a format says of its rows becomes tables, whether the rows have numbers or not.
func TestRows(t *testing.T) {
	values := &grid{rows: [][]any{
		{"Towns of the north"},
		nil,
		{"name", "n", "share", "on", "open", "site"},
		{index(0), 1, .5, serial(45000), true, "none"},
		{index(1), 2.0, 2.0, serial(45000.5), false, link{"home", "https://example.org/"}},
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
		name                   string
		grid                   *grid
		options                sheets.Options
		tables, rejects, found string
	}{
		{"values", values, sheets.Options{},
			"S1: name TEXT, n INTEGER, share REAL, on, open INTEGER, site TEXT, site_url TEXT, _extra TEXT\n" +
				"'Oslo' 1 0.5 '2023-03-15' 1 'none' NULL NULL\n" +
				"'Bonn' 2 2.0 '2023-03-15T12:00:00' 0 'home' 'https://example.org/' NULL\n" +
				"'Oslo' 1152921504606846976 NULL -5 NULL NULL NULL '[\"beside\"]'\n",
			"1 above the table: Towns of the north\n",
			"a row has more cells than there are columns; the surplus is in the column _extra (table \"S1\", row 3)\n" +
				"left out of the rows, and kept in the table _rejects: above the table (table \"S1\", line 1, \"Towns of the north\")\n" +
				"a cell with the error #N/A is NULL (sheet \"S1\", \"E6\")\n" +
				"a cell with the error #NUM! is NULL (sheet \"S1\", \"C6\")\n" +
				"a number is formatted as a date, but before or after all dates: it stays a number (sheet \"S1\", \"D6\")\n"},
		{"names of groups", groups, sheets.Options{},
			"S1: name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER\n'x' 1 2 3 4\nNULL 5 6 7 8\n'y' 1 2 3 4\n", "", ""},
		{"merged cells filled", groups, sheets.Options{FillMerged: true},
			"S1: name TEXT, 2020 q1 INTEGER, 2020 q2 INTEGER, 2021 q1 INTEGER, 2021 q2 INTEGER\n'x' 1 2 3 4\n'x' 5 6 7 8\n'y' 1 2 3 4\n", "", ""},
		{"hidden", hidden, sheets.Options{}, "S1: a INTEGER, b INTEGER, c INTEGER\n1 2 3\n4 5 6\n", "",
			"a hidden column is published like the others (sheet \"S1\", \"b\"); try --skip-hidden\n" +
				"a hidden row is published like the others (sheet \"S1\", \"row 2\"); try --skip-hidden\n"},
		{"hidden skipped", hidden, sheets.Options{SkipHidden: true}, "S1: a INTEGER, c INTEGER\n4 6\n", "",
			"a hidden column is left out, as asked for (sheet \"S1\", \"column B\")\n" +
				"a hidden row is left out, as asked for (sheet \"S1\", \"row 2\")\n"},
		{"no header", groups, sheets.Options{Header: -1}, "S1: column_1 TEXT, column_2, column_3, column_4, column_5\nNULL '2020' NULL '2021' NULL\n" +
			"'name' 'q1' 'q2' 'q1' 'q2'\n'x' 1 2 3 4\nNULL 5 6 7 8\n'y' 1 2 3 4\n", "", ""},
		{"several tables", several, sheets.Options{},
			"S1: a INTEGER, b INTEGER\n1 2\n3 4\nS1_2: id INTEGER, name TEXT, n INTEGER\n1 'x' 2\n2 'y' 3\n", "",
			"the sheet is taken for several tables (sheet \"S1\", \"A1:B3, A5:C7\"); try --skip 0\n"},
		{"declared", declared, sheets.Options{}, "S1: a INTEGER, b INTEGER\n1 2\n4 5\n",
			"1 outside of the tables: c\n2 outside of the tables: 3\n3 outside of the tables: 6\n4 totals row: Sum\t7\n",
			"left out of the rows, and kept in the table _rejects: outside of the tables (3 times, table \"S1\", line 1, \"c\")\n" +
				"left out of the rows, and kept in the table _rejects: totals row (table \"S1\", line 4, \"Sum\\t7\")\n"},
		{"links behind", behind, sheets.Options{}, "S1: a TEXT, b INTEGER, a_url TEXT\n'x' 1 'https://example.org/a'\n'y' 2 'https://example.org/a'\n", "",
			"a link to a place in the workbook itself is not kept (sheet \"S1\")\n"},
	} {
		for _, numbered := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, numbered %v", tt.name, numbered), func(t *testing.T) {
				g := *tt.grid
				g.numbered = numbered
				b := gridBook(&g)
				b.Strings.Add([]byte("Oslo"))
				b.Strings.Add([]byte("Bonn"))
				tables, rejects, found := convert(t, b, tt.options)
				if tables != tt.tables || rejects != tt.rejects || found != tt.found {
					t.Errorf("got\n%s%s%s\nwant\n%s%s%s", tables, rejects, found, tt.tables, tt.rejects, tt.found)
				}
			})
		}
	}
}

// Rows that no chunk has numbers for are counted across all chunks.
func TestCountedRows(t *testing.T) {
	g := &grid{rows: [][]any{{"a", "b"}}}
	want := "S1: a INTEGER, b INTEGER\n"
	for n := range 500 {
		g.rows = append(g.rows, []any{n, 2 * n})
		want += fmt.Sprintf("%d %d\n", n, 2*n)
	}
	g.rows = append(g.rows, []any{1, fault("#REF!")})
	tables, _, found := convert(t, gridBook(g), sheets.Options{})
	if tables != want+"1 NULL\n" {
		t.Error(tables)
	}
	if said := "a cell with the error #REF! is NULL (sheet \"S1\", \"B502\")\n"; found != said {
		t.Errorf("%s, want %s", found, said)
	}
}

func TestSheets(t *testing.T) {
	table := func() *grid { return &grid{rows: [][]any{{"a"}, {1}}} }
	b := gridBook(table(), table(), table(), table(), &grid{})
	b.Sheets[1].State = "hidden"
	b.Sheets[2].Kind = "chartsheet"
	b.Sheets[3].Missing = "the part x is missing"
	tables, _, found := convert(t, b, sheets.Options{})
	if want := "S1: a INTEGER\n1\n"; tables != want {
		t.Errorf("%s, want %s", tables, want)
	}
	if want := "a sheet is skipped: the workbook lists it, but does not have it (sheet \"S4\")\n" +
		"a hidden sheet is left out (sheet \"S2\"); try --sheet S2\n"; found != want {
		t.Errorf("%s, want %s", found, want)
	}
	if tables, _, _ = convert(t, b, sheets.Options{Sheets: []string{"S2"}}); tables != "S2: a INTEGER\n1\n" {
		t.Error(tables)
	}
	twice := gridBook(table(), table())
	twice.Sheets[0].Part, twice.Sheets[1].Part = "p", "P"
	for name, tt := range map[string]struct {
		book *sheets.Book
		want error
		says string
	}{
		"no cells":      {gridBook(&grid{}), converter.ErrEmpty, "no sheet has cells"},
		"one part":      {twice, converter.ErrCorrupt, "are one part"},
		"a broken row":  {gridBook(&grid{rows: [][]any{{"a"}, {1}, {2}, {3}}, broken: 3}), converter.ErrCorrupt, "it is broken"},
		"a wrong index": {gridBook(&grid{rows: [][]any{{"a"}, {index(7)}}}), converter.ErrCorrupt, "no shared string"},
		"many tables":   {gridBook(table(), table(), table(), table(), table(), table(), table(), table(), table(), table(), table()), converter.ErrLimit, "more than 10 sheets"},
	} {
		in := &converter.Input{Name: "x.grid", Size: 1, ReaderAt: bytes.NewReader([]byte("x"))}
		_, err := converter.Convert(context.Background(), gridConverter{book: tt.book}, in, new(converter.Bounded), converter.Options{})
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %v: … %s", name, err, tt.want, tt.says)
		}
	}
}
