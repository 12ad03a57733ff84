// Package headerrows has what formats share whose columns may be named by several rows
// together.
package headerrows

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Most is how many rows may name the columns together.
const Most = 10

// RowsOption returns the option that says which rows these are.
func RowsOption() converter.Option {
	return converter.Option{Name: "header-rows", Usage: "`ROWS` that name the columns together, from 1, as in 3,4", Values: []string{"1,2", "3,4"}}
}

// JoinOption returns the option that says what is between their names.
func JoinOption() converter.Option {
	return converter.Option{Name: "header-join", Usage: "`TEXT` between the names of several header rows (default a space)", Values: []string{" ", "_", " / "}}
}

// Parse reads numbers of rows, with commas between them.
func Parse(value string) (rows []int, err error) {
	for _, text := range strings.Split(value, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || len(rows) > 0 && n <= rows[len(rows)-1] || len(rows) == Most {
			return nil, fmt.Errorf("want at most %d numbers of rows that go up, as in 3,4", Most)
		}
		rows = append(rows, n)
	}
	return rows, nil
}

// A Name is what rows say of one column.
type Name []string

// Add adds what the next row says: nothing, if it is blank or what the row before says, as where
// cells are merged.
func (n *Name) Add(text string) {
	if text != "" && (len(*n) == 0 || (*n)[len(*n)-1] != text) {
		*n = append(*n, text)
	}
}

// Join returns the name; "" for join is a space.
func (n Name) Join(join string) string {
	if join == "" {
		join = " "
	}
	return strings.Join(n, join)
}
