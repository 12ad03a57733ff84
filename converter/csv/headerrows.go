package csv

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/headerrows"
)

// nameBy names the columns after several rows of the text before the data, and returns what
// of it is none of them.
func (d *dialect) nameBy(rows []int, join string, before []byte, delimiter string) (rest string) {
	var names []headerrows.Name
	var others strings.Builder
	found := d.try(before, true, delimiter).rows
	for i, r := range found {
		if !slices.Contains(rows, r.line+1) {
			end := len(before)
			if i+1 < len(found) {
				end = found[i+1].at
			}
			others.Write(before[r.at:end])
			continue
		}
		for at, cell := range r.cells {
			if at == len(names) {
				names = append(names, nil)
			}
			names[at].Add(strings.TrimSpace(cell))
		}
	}
	for _, n := range names {
		d.names = append(d.names, n.Join(join))
	}
	return others.String()
}

// rowNumbers returns numbers of rows as an option has them.
func rowNumbers(rows []int) string {
	var list []string
	for _, n := range rows {
		list = append(list, strconv.Itoa(n))
	}
	return strings.Join(list, ",")
}
