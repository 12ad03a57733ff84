package sheets

import (
	"slices"
	"strings"
)

// shows reports whether a cell's text says where its link leads, but for what a program
// adds to an address that is typed.
func shows(text []byte, target string) bool {
	plain := func(s string) string {
		s = strings.ToLower(strings.TrimSpace(s))
		for _, scheme := range []string{"https://", "http://", "mailto:"} {
			s = strings.TrimPrefix(s, scheme)
		}
		return strings.TrimSuffix(s, "/")
	}
	return plain(string(text)) == plain(target)
}

// targets calls add for the links of a row that have a column, with its place among those
// and the target. shown returns what a cell of the table shows.
func (p *piece) targets(l *lane, row *Row, shown func(at int) []byte, add func(i int, target string)) {
	found := func(col int, target string) {
		at := col - l.first
		if at < 0 || at >= l.width {
			return
		}
		if i, has := slices.BinarySearch(l.linked, col); has {
			p.size += len(target)
			add(i, target)
		} else if !shows(shown(at-l.dropped(at)), target) {
			p.tally.link(col)
		}
	}
	for link := range l.links.at(row.Number) {
		for col := max(link.Left, l.first); col <= min(link.Right, l.first+l.width-1); col++ {
			if col == link.Left && row.Number == link.Top || row.holds(col) {
				found(col, link.of)
			}
		}
	}
	for _, link := range row.Links {
		if link.Target != "" {
			found(int(link.Col), link.Target)
		} else if at := int(link.Col) - l.first; at >= 0 && at < l.width {
			p.tally.inside++
		}
	}
}

// holds reports whether the row has a cell in the column.
func (r *Row) holds(col int) bool {
	_, ok := slices.BinarySearchFunc(r.Cells, int32(col), func(c Cell, col int32) int { return int(c.Col - col) })
	return ok
}

// findLinked notes the columns that need one for the targets of links: those that an earlier
// run found, and those in which the sample has one that its cell doesn't show.
func (l *lane) findLinked(rows []sampleRow) {
	for _, col := range l.known.Linked {
		if l.area.has(col) && col >= l.first && col < l.first+l.width {
			l.linked = append(l.linked, col)
		}
	}
	note := func(c *sampleCell, target string) {
		if l.area.has(c.col) && c.col >= l.first && c.col < l.first+l.width && !shows([]byte(c.text), target) {
			l.linked = append(l.linked, c.col)
		}
	}
	for _, r := range rows {
		if !l.area.rows(r.number) || r.number < l.from {
			continue
		}
		for link := range l.links.at(r.number) {
			for i := range r.cells {
				if link.has(r.cells[i].col) {
					note(&r.cells[i], link.of)
				}
			}
		}
		for _, link := range r.links {
			if c := r.at(int(link.Col)); c != nil && link.Target != "" {
				note(c, link.Target)
			}
		}
	}
	slices.Sort(l.linked)
	l.linked = slices.Compact(l.linked)
}
