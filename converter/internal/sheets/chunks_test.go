package sheets_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/dynasette/dynasette/converter/internal/sheets"
	"github.com/dynasette/dynasette/internal/tries"
)

// What a grid becomes does not depend on how it is cut into chunks, nor on whether its rows have
// numbers.
func TestChunksDoNotMatter(t *testing.T) {
	for seed := range uint64(tries.Of(60)) {
		g := randomGrid(rand.New(rand.NewPCG(seed, 0)))
		o := sheets.Reading{FillMerged: seed%3 == 0, SkipHidden: seed%5 == 0}
		var want, by string
		for chunk := range 6 {
			g := g
			g.numbered, g.chunk = chunk%2 == 0, 1+chunk*chunk
			is := fmt.Sprintf("%d rows at a time, numbered %v", g.chunk, g.numbered)
			got, err := convert(t, gridBook(&g), o)
			if err != nil {
				got = err.Error()
			}
			if want == "" {
				want, by = got, is
			}
			if got != want {
				t.Fatalf("seed %d: by %s\n%s\nby %s\n%s", seed, by, want, is, got)
			}
		}
	}
}

// randomGrid is one of tables with notes, blank rows and columns, and all kinds of cells.
func randomGrid(r *rand.Rand) grid {
	g := grid{linked: r.IntN(3) == 0}
	cell := func() any {
		switch r.IntN(16) {
		case 0:
			return index(r.IntN(2))
		case 1:
			return "text"
		case 2:
			return r.Float64()
		case 3:
			return serial(r.IntN(50_000))
		case 4:
			return r.IntN(2) == 0
		case 5:
			return fault("#N/A")
		case 6:
			return link{"shown", fmt.Sprintf("https://example.org/%d", r.IntN(3))}
		case 7:
			return merged{"m", r.IntN(2), r.IntN(3)}
		case 8:
			return nil
		}
		return r.IntN(100)
	}
	for range 1 + r.IntN(3) {
		width := 1 + r.IntN(5)
		var names []any
		for col := range width {
			names = append(names, fmt.Sprintf("n%d", col))
		}
		left := make([]any, r.IntN(2))
		g.rows = append(g.rows, append(left, names...))
		for range r.IntN(12) {
			row := append([]any{}, left...)
			for range width {
				row = append(row, cell())
			}
			g.rows = append(g.rows, row)
		}
		g.rows = append(g.rows, make([][]any, r.IntN(3))...)
		if r.IntN(3) == 0 {
			g.rows = append(g.rows, []any{"a note"})
		}
	}
	for row := range g.rows {
		if r.IntN(10) == 0 {
			g.hidden = append(g.hidden, row+1)
		}
	}
	if r.IntN(3) == 0 {
		g.columns = []int{r.IntN(4)}
	}
	if g.linked {
		top := 1 + r.IntN(len(g.rows))
		g.behind.Links = []sheets.Link{{Cells: sheets.Range{Top: top, Bottom: top + 2, Right: 1}, Target: "https://example.org/behind"}}
	}
	return g
}
