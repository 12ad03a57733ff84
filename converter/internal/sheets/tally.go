package sheets

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A tally counts what people should hear of, and what the limits are about.
type tally struct {
	errors  map[string]places // cells with an error, by its spelling
	missing places            // formulas without a stored result
	undated places            // numbers formatted as dates that can't be any
	hidden  places            // rows
	links   map[int]bool      // columns with links that their cells don't show
	inside  int               // links that lead to places in the workbook
	odd     int               // rows that may be something else than those before them
	bytes   int64             // of chunks
	text    int64             // bytes in cells
	cells   int64
}

// places are how many cells there are of some kind, and where the first one is.
type places struct {
	n   int64
	row int
	col int32
}

func (p *places) count(row int, col int32) { p.add(places{1, row, col}) }

func (p *places) add(q places) {
	if p.n == 0 {
		p.row, p.col = q.row, q.col
	}
	p.n += q.n
}

func (p *places) move(rows int) {
	if p.n > 0 {
		p.row += rows
	}
}

const maxErrorKinds = 20 // there are 14

func (t *tally) addError(value []byte, row int, col int32) {
	t.addErrors(string(value[:min(len(value), 20)]), places{1, row, col})
}

func (t *tally) addErrors(name string, p places) {
	if t.errors == nil {
		t.errors = make(map[string]places)
	}
	if _, known := t.errors[name]; !known && len(t.errors) >= maxErrorKinds {
		name = "other errors"
	}
	sum := t.errors[name]
	sum.add(p)
	t.errors[name] = sum
}

// move adds to the numbers of all rows.
func (t *tally) move(rows int) {
	for name, p := range t.errors {
		p.move(rows)
		t.errors[name] = p
	}
	t.missing.move(rows)
	t.undated.move(rows)
	t.hidden.move(rows)
}

func (t *tally) add(u *tally) {
	for _, name := range slices.Sorted(maps.Keys(u.errors)) {
		t.addErrors(name, u.errors[name])
	}
	t.missing.add(u.missing)
	t.undated.add(u.undated)
	t.hidden.add(u.hidden)
	for col := range u.links {
		t.link(col)
	}
	t.inside += u.inside
	t.odd += u.odd
	t.bytes += u.bytes
	t.text += u.text
	t.cells += u.cells
}

func (t *tally) link(col int) {
	if t.links == nil {
		t.links = make(map[int]bool)
	}
	t.links[col] = true
}

// linked returns the columns with links, and those that are known to have some.
func (t *tally) linked(known []int) []int {
	if len(t.links) == 0 {
		return known
	}
	columns := slices.AppendSeq(slices.Clone(known), maps.Keys(t.links))
	slices.Sort(columns)
	return slices.Compact(columns)
}

// How much text a sheet may become whatever its size, and how many cells.
const (
	minGrowth = 256 << 20
	minCells  = 64 << 20
)

// within returns an error if the text in the cells, which may refer to one string many
// times over, is more than so many times the bytes of the chunks, or if the cells are, of which
// some formats can say one for many.
func (t *tally) within(b *Book) error {
	times := b.Limits.Growth
	if t.cells > minCells && t.cells/times > t.bytes {
		return fmt.Errorf("%w: it has more than %d times as many cells as bytes of %s, %d million and more: "+
			"they repeat each other", converter.ErrLimit, times, b.encoding(), t.cells/1e6)
	}
	if t.text <= minGrowth || t.text/times <= t.bytes {
		return nil
	}
	return fmt.Errorf("%w: its cells hold more than %d times as much text as its %s has, %d MiB and more: "+
		"they repeat long strings", converter.ErrLimit, times, b.encoding(), t.text>>20)
}

// findings says it to people, of a sheet.
func (t *tally) findings(sheet string, skipped bool) []converter.Finding {
	var list []converter.Finding
	add := func(f converter.Finding, n int64) {
		if n > 0 {
			f.Sheet, f.Count = sheet, n
			list = append(list, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.errors)) {
		p := t.errors[name]
		code := strings.ToLower(strings.Trim(strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
				return r
			}
			return '-'
		}, name), "-"))
		add(converter.Finding{Code: "cell-error-" + code, Message: "a cell with the error " + name + " is NULL",
			Example: cellName(p.row, int(p.col))}, p.n)
	}
	add(converter.Finding{Code: "formulas-without-result", Severity: converter.Loss, Example: cellName(t.missing.row, int(t.missing.col)),
		Message: "a formula without a stored result is NULL: " +
			"open the workbook in a spreadsheet program and save it, so that it is calculated"}, t.missing.n)
	add(converter.Finding{Code: "dates-out-of-range", Example: cellName(t.undated.row, int(t.undated.col)),
		Message: "a number is formatted as a date, but before or after all dates: it stays a number"}, t.undated.n)
	hidden := converter.Finding{Code: "rows-hidden", Example: fmt.Sprintf("row %d", t.hidden.row),
		Message: "a hidden row is published like the others", Try: []string{"--skip-hidden"}}
	if skipped {
		hidden.Message, hidden.Try = "a hidden row is left out, as asked for", nil
	}
	add(hidden, t.hidden.n)
	return list
}
