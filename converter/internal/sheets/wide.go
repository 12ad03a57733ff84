package sheets

import (
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// maxPlaces is how many columns a table may have whose rows are made by position, with a
// place for each cell that is not there. In wider ones a cell goes by the name of its column.
const maxPlaces = 2000

// distinct returns names of columns that can be told apart by what they are.
func distinct(names []string) []string {
	taken := make(map[string]bool)
	for i, name := range names {
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		unique := name
		for n := 2; taken[unique]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
		}
		taken[unique] = true
		names[i] = unique
	}
	return names
}

// wide adds a row of a table that is too wide for places.
func (p *piece) wide(l *lane, b *converter.Batch, row *Row, cells []Cell) error {
	for i := range cells {
		out, _, err := p.values.cell(b, &cells[i])
		if err != nil {
			return err
		}
		at := int(cells[i].Col) - l.first
		name := columnName(int(cells[i].Col)) // beside the table
		if at >= 0 && at < l.width {
			name = l.named[at-l.dropped(at)]
		}
		b.SetCell(b.Column(name), out)
	}
	p.targets(l, row, func(int) []byte { return nil }, func(i int, target string) {
		b.SetCell(b.Column(l.named[l.width-len(l.drop)+i]), appendCell(b, []byte(target)))
	})
	b.EndRow()
	return nil
}
