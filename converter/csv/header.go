package csv

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A heading is what is known of a table's first row.
type heading struct {
	named bool   // it has the names of the columns
	why   string // it has, or has not
	proof bool   // the rows below say so, rather than that nothing speaks against it
	doubt bool   // the rows below do not agree
}

// headingOf tells whether the first row has the names of the columns: not if it has
// numbers, dates or addresses where the rows below have them too, or what stands in them.
func headingOf(rows []sampleRow) heading {
	if len(rows) > 0 && len(rows[0].cells) > 1 { // but for those that repeat the first
		first := rows[0].cells
		repeats := func(r sampleRow) bool { return slices.Equal(r.cells, first) }
		if slices.ContainsFunc(rows[1:], repeats) {
			rows = append(slices.Clone(rows[:1]), slices.DeleteFunc(slices.Clone(rows[1:]), repeats)...)
		}
	}
	switch {
	case len(rows) == 0:
		return heading{named: true, why: "the first row is taken for it"}
	case len(rows) == 1:
		for _, c := range rows[0].cells {
			if shapeOf(c) != textual {
				return heading{why: "the only row has numbers, dates or addresses", doubt: true}
			}
		}
		return heading{named: true, why: "the first row is taken for it", doubt: true}
	case counting(rows):
		return heading{named: true, why: "the first row counts the columns", proof: true}
	}
	if named, certain := rising(rows); named {
		return heading{named: true, why: "numbers or dates that rise behind a text", proof: true, doubt: !certain}
	}
	names, values, again := 0, 0, 0
	for i, name := range rows[0].cells {
		of := below(rows, i)
		switch shaped := shapeOf(name); {
		case of == textual:
			if shaped == textual && recurs(rows, i) {
				again++
			}
		case shaped == textual:
			if strings.TrimSpace(name) != "" {
				names++
			}
		case shaped != of:
			names++
		case shaped == numeric && year(name):
			// A column may well be called 2019.
		default:
			values++
		}
	}
	switch {
	case values > names:
		return heading{why: "the first row has numbers, dates or addresses where the others have them", doubt: names > 0, proof: true}
	case names > 0:
		return heading{named: true, why: "text above numbers or dates", doubt: values > 0, proof: true}
	case again > 0:
		return heading{why: "what stands in the first row stands in the others too", doubt: true}
	}
	return heading{named: true, why: "the first row is taken for it"}
}

// recurs reports whether what the first row has in a column stands among other texts there
// once more.
func recurs(rows []sampleRow, column int) bool {
	name, others, found := rows[0].cells[column], false, false
	if strings.TrimSpace(name) == "" {
		return false
	}
	for _, r := range rows[1:] {
		switch {
		case column >= len(r.cells) || strings.TrimSpace(r.cells[column]) == "":
		case r.cells[column] != name:
			others = true
		default:
			found = true
		}
	}
	return found && others
}

// counting reports whether the first row numbers the columns, as in ",0,1,2": behind a
// blank cell above cells that are not, or above decimals.
func counting(rows []sampleRow) bool {
	var last int64
	counted, decimals := 0, 0
	for i, name := range rows[0].cells {
		n, ok := converter.ParseInt([]byte(strings.TrimSpace(name)))
		switch {
		case !ok && counted == 0:
			continue
		case !ok, counted == 0 && n > 1, counted > 0 && n != last+1:
			return false
		}
		last = n
		counted++
		if i < len(rows[1].cells) && strings.Contains(rows[1].cells[i], ".") {
			decimals++
		}
	}
	corner := rows[0].cells[0] == "" && rows[1].cells[0] != ""
	return counted > 2 && (corner || decimals*2 > counted)
}

func year(s string) bool { return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") }
