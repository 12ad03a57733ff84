package xlsx

import (
	"bytes"
	"slices"
	"strings"
)

// A formulaLink is the target of a formula such as HYPERLINK("https://example.org","text").
type formulaLink struct {
	col    int32
	target string
}

const hyperlinkStart = "HYPERLINK("

// isHyperlink reports whether what stands at the start of a formula calls the function.
func isHyperlink(formula []byte) bool {
	return len(formula) > len(hyperlinkStart) && (formula[0] == 'H' || formula[0] == 'h') &&
		bytes.EqualFold(formula[:len(hyperlinkStart)], []byte(hyperlinkStart))
}

// link notes the target of the formula that t opened, if it is spelled out in it and leads
// out of the workbook.
func (s *rowScanner) link(t *tag, col int32) {
	formula, _, _, err := t.content(s.b, nil)
	if err != nil {
		return // whoever reads on will see it
	}
	rest := strings.TrimLeft(string(appendText(nil, formula))[len(hyperlinkStart):], " ")
	if !strings.HasPrefix(rest, `"`) {
		return
	}
	var target strings.Builder
	for rest = rest[1:]; ; {
		text, after, closed := strings.Cut(rest, `"`)
		target.WriteString(text)
		if !closed {
			return
		}
		if rest = after; !strings.HasPrefix(rest, `"`) {
			break
		}
		target.WriteByte('"')
		rest = rest[1:]
	}
	rest = strings.TrimLeft(rest, " ")
	if rest == "" || rest[0] != ',' && rest[0] != ')' { // the target is computed
		return
	}
	if link := target.String(); link != "" && link[0] != '#' {
		s.links = append(s.links, formulaLink{col, link})
	}
}

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
func (p *piece) targets(l *lane, scan *rowScanner, shown func(at int) []byte, add func(i int, target string)) {
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
	for link := range l.links.at(scan.number) {
		for col := max(link.left, l.first); col <= min(link.right, l.first+l.width-1); col++ {
			if col == link.left && scan.number == link.top || scan.holds(col) {
				found(col, link.of)
			}
		}
	}
	for _, link := range scan.links {
		found(int(link.col), link.target)
	}
}

// holds reports whether the row has a cell in the column.
func (s *rowScanner) holds(col int) bool {
	_, ok := slices.BinarySearchFunc(s.cells, int32(col), func(c cell, col int32) int { return int(c.col - col) })
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
	for _, r := range rows {
		if !l.area.rows(r.number) || r.number < l.from {
			continue
		}
		for link := range l.links.at(r.number) {
			for _, c := range r.cells {
				if link.has(c.col) && l.area.has(c.col) && c.col >= l.first && c.col < l.first+l.width && !shows([]byte(c.text), link.of) {
					l.linked = append(l.linked, c.col)
				}
			}
		}
	}
	slices.Sort(l.linked)
	l.linked = slices.Compact(l.linked)
}
