package ods_test

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/ods"
	"github.com/dynasette/dynasette/converter/xlsx"
	"github.com/dynasette/dynasette/internal/tries"
)

// The same cells make the same tables as a workbook and as a document, whichever rows and cells
// are said once for many.
func TestSameAsXLSX(t *testing.T) {
	for seed := range uint64(tries.Of(25)) {
		r := rand.New(rand.NewPCG(seed, 1))
		grid := randomGrid(r)
		hidden := r.IntN(len(grid))
		want, wantErr := converted(t, xlsx.Converter{}, "x.xlsx", workbook(t, grid, hidden))
		got, gotErr := converted(t, ods.Converter{}, "x.fods", flat(sheet("S", gridRows(r, grid, hidden))))
		if got != want || gotErr != wantErr {
			t.Fatalf("seed %d: got\n%s%s\nwant\n%s%s", seed, got, gotErr, want, wantErr)
		}
	}
}

// converted returns the tables as list does, or the error.
func converted(t *testing.T, c converter.Converter, name string, document []byte) (tables, fault string) {
	t.Helper()
	if _, _, err := convert(t, c, input(name, document)); err != nil {
		return "", err.Error()
	}
	tables, summary := list(t, c, input(name, document))
	for _, f := range summary.Findings() {
		tables += fmt.Sprintln(f.Code, f.Count, f.Example)
	}
	return tables, ""
}

// randomGrid is a table or two, with notes and blank rows and columns.
func randomGrid(r *rand.Rand) [][]any {
	var grid [][]any
	cell := func() any {
		switch r.IntN(8) {
		case 0:
			return nil
		case 1:
			return r.IntN(2) == 0
		case 2:
			return []string{"some <b>", " a  b ", "c & d", "e\nf"}[r.IntN(4)]
		case 3:
			return r.Float64()
		}
		return r.IntN(3)
	}
	for range 1 + r.IntN(2) {
		left, width := make([]any, r.IntN(2)), 1+r.IntN(4)
		if r.IntN(3) == 0 {
			grid = append(grid, []any{"a title"})
		}
		names := left
		for i := range width {
			names = append(names[:len(names):len(names)], "n"+strconv.Itoa(i))
		}
		grid = append(grid, names)
		for range 1 + r.IntN(150) {
			row := left
			for range width {
				row = append(row[:len(row):len(row)], cell())
			}
			for range 1 + r.IntN(3) {
				grid = append(grid, row)
			}
		}
		grid = append(grid, make([][]any, r.IntN(3))...)
	}
	return grid
}

// workbook is the grid for Excel.
func workbook(t *testing.T, grid [][]any, hidden int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	err := f.SetSheetName("Sheet1", "S")
	for i, row := range grid {
		for col, v := range row {
			name, wrong := excelize.CoordinatesToCellName(col+1, i+1)
			if err == nil {
				err = wrong
			}
			if err == nil && v != nil {
				err = f.SetCellValue("S", name, v)
			}
		}
	}
	if err == nil {
		err = f.SetRowVisible("S", hidden+1, false)
	}
	var out bytes.Buffer
	if err == nil {
		_, err = f.WriteTo(&out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// gridRows is the grid as the rows of a sheet: of those that are the same, some are said once.
func gridRows(r *rand.Rand, grid [][]any, hidden int) string {
	var b strings.Builder
	times := func(what string, n int) string {
		if n == 1 {
			return ""
		}
		return fmt.Sprintf(` table:number-%s-repeated="%d"`, what, n)
	}
	for i := 0; i < len(grid); {
		n, visibility := 1, ""
		if i == hidden {
			visibility = ` table:visibility="collapse"`
		} else {
			for i+n < len(grid) && i+n != hidden && fmt.Sprintf("%#v", grid[i+n]) == fmt.Sprintf("%#v", grid[i]) && r.IntN(3) > 0 {
				n++
			}
		}
		fmt.Fprintf(&b, "<table:table-row%s%s>", times("rows", n), visibility)
		row := grid[i]
		for col := 0; col < len(row); {
			n := 1
			for col+n < len(row) && row[col+n] == row[col] && r.IntN(3) > 0 {
				n++
			}
			switch v := row[col].(type) {
			case nil:
				fmt.Fprintf(&b, "<table:table-cell%s/>", times("columns", n))
			case bool:
				fmt.Fprintf(&b, `<table:table-cell office:value-type="boolean" office:boolean-value="%v"%s/>`, v, times("columns", n))
			case string:
				text := strings.ReplaceAll(html.EscapeString(v), "\n", "<text:line-break/>")
				fmt.Fprintf(&b, `<table:table-cell office:value-type="string"%s><text:p>%s</text:p></table:table-cell>`, times("columns", n), text)
			default:
				fmt.Fprintf(&b, `<table:table-cell%s office:value-type="float" office:value="%v"><text:p>about %v</text:p></table:table-cell>`, times("columns", n), v, v)
			}
			col += n
		}
		fmt.Fprintf(&b, `<table:table-cell%s/></table:table-row>`, times("columns", 16384-len(row)))
		i += n
	}
	return b.String()
}
