package sheets

import "slices"

// Ascending brings the cells of a row in order; of those in one place the last one counts.
func Ascending(cells []Cell) []Cell {
	rising := true
	for i := 1; i < len(cells) && rising; i++ {
		rising = cells[i-1].Col < cells[i].Col
	}
	if rising {
		return cells
	}
	slices.SortStableFunc(cells, func(a, b Cell) int { return int(a.Col) - int(b.Col) })
	kept := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || cells[i+1].Col != c.Col {
			kept = append(kept, c)
		}
	}
	return kept
}
