package converter

import (
	"fmt"
	"maps"
	"strings"

	"github.com/dustin/go-humanize"
)

// An advice is how a column of text would be one of numbers.
type advice struct {
	declared string   // the type it would have
	but      []string // what keeps it from that
	counted  []string // the same with how often
	try      []string // what to say to have it so
	first    spots    // of all that keeps it from that: the first, and how many
}

// add adds a reason.
func (a *advice) add(but string, where spots) {
	a.but = append(a.but, but)
	a.counted = append(a.counted, humanize.Comma(where.count)+" × "+but)
	if a.first.count == 0 || where.row < a.first.row {
		a.first.row, a.first.text = where.row, where.text
	}
	a.first.count += where.count
}

// missing are words for a value that is not known, however many of them there are.
var missing = func() map[string]bool {
	known := map[string]bool{}
	for _, w := range strings.Fields(`na n/a n.a. n.a n.v. k.a. #n/a #na nan null nil none \n (null) <na> <null> #null! - -- --- – — . .. ... … : ? * ~
		missing unknown unbekannt inconnu desconocido n.d. nd s/d #value! #ref! #div/0! nr tba tbd void blank empty`) {
		known[w] = true
	}
	return known
}()

// advise says how the column of that name would be one of numbers, if little keeps it from
// that. Where the document has decimal commas, it reads what can be read so or so with them.
func (m *nearMiss) advise(column string, commas bool) (advice, bool) {
	strange := m.strange()
	if m.hopeless || m.numbers == 0 {
		return advice{}, false
	}
	known := int64(0)
	for _, w := range m.words {
		if missing[strings.ToLower(w.text)] {
			known += w.count
		}
	}
	if rest := strange - known; rest*2 > m.numbers {
		return advice{}, false // it is rather a column of words
	}
	if m.united > 0 && (m.united < 2 || m.united*10 < m.numbers*9 && !(isSign(m.unit) && m.united*2 >= m.numbers)) {
		return advice{}, false
	}
	at := m.way(commas)
	if at < 0 {
		return advice{}, false
	}
	way, bit := ways[at], waySet(1)<<at
	a := advice{declared: "INTEGER"}
	if m.reals&bit != 0 {
		a.declared = "REAL"
	}
	option := func(flag, value string) {
		if value == " " {
			value = "space"
		}
		a.try = append(a.try, flag, column+"="+value)
	}
	comma, groups := bit&commaWays != 0 && (m.reals&bit != 0 || way.Group == "." && m.grouped&bit != 0), m.grouped&bit != 0
	var reasons []string
	if comma {
		reasons = append(reasons, "decimal commas")
		option("--decimal", way.Decimal)
	}
	if groups {
		reasons = append(reasons, map[string]string{",": "commas", " ": "blanks", "'": "apostrophes", ".": "points"}[way.Group]+" between thousands")
		option("--group", way.Group)
	}
	if m.unit != "" {
		reasons = append(reasons, fmt.Sprintf("the unit %q", m.unit))
		option("--unit", m.unit)
	}
	odd := m.odd
	if bit == dottedWays {
		odd.merge(m.dots, 0)
		if m.odd.count > 0 && m.dots.count > 0 && m.dots.row < odd.row {
			odd.row, odd.text = m.dots.row, m.dots.text
		}
	}
	if odd.count > 0 {
		a.add(join(reasons), odd)
	}
	for _, w := range m.words {
		but := fmt.Sprintf("%q", w.text)
		if w.row == 1 && w.count == 1 && isUnit([]byte(w.text)) && !missing[strings.ToLower(w.text)] {
			but += " in the first row"
		}
		a.add(but, w.spots)
		a.try = append(a.try, "--null", w.text)
	}
	return a, a.first.count > 0
}

// way returns the way in which all numbers are spelled; -1 if there is none.
func (m *nearMiss) way(commas bool) int {
	order := [...]int{0, 1, 2, 3, 4, 5}
	if commas {
		order = [...]int{3, 4, 5, 0, 1, 2}
	}
	for _, i := range order {
		if m.possible&^(m.reals&m.bigs)&(1<<i) != 0 {
			return i
		}
	}
	return -1
}

// decimalCommas reports whether the column's numbers have decimal commas for certain.
func (m *nearMiss) decimalCommas() bool {
	return !m.hopeless && m.possible&pointWays == 0 && m.odd.count >= m.strange() && m.odd.count*10 >= m.numbers
}

// decimalCommas returns those whose numbers have decimal commas, of all that wrote tables.
func (db *database) decimalCommas() map[*Writer]bool {
	commas := map[*Writer]bool{}
	for _, t := range db.tables {
		for i := range t.columns {
			c := &t.columns[i]
			if c.near != nil && c.near.decimalCommas() || c.spelled != nil && c.spelled.Decimal == "," {
				maps.Copy(commas, t.writers)
			}
		}
	}
	return commas
}

// doubtPoints looks for numbers as 1.234 in documents that have decimal commas elsewhere:
// the point may stand between thousands, so they must stay as they are spelled, which
// takes another run.
func (db *database) doubtPoints() {
	var commas map[*Writer]bool
	for _, t := range db.tables {
		for i := range t.columns {
			c := &t.columns[i]
			if c.declared != "" || c.pointsKnown || c.seen&(untypedReal|untypedPoint) != untypedReal || c.seen.textual() {
				continue
			}
			if commas == nil {
				commas = db.decimalCommas()
			}
			if t.anyOf(commas) {
				c.seen |= untypedDotted
				db.again.Store(true)
			}
		}
	}
}

// anyOf reports whether one of the writers wrote to the table.
func (t *table) anyOf(writers map[*Writer]bool) bool {
	for w := range t.writers {
		if writers[w] {
			return true
		}
	}
	return false
}

// adviseAll tells people which columns are text for little, and what to do about it.
func (db *database) adviseAll() {
	commas := db.decimalCommas()
	for _, t := range db.tables {
		for i := range t.columns {
			if c := &t.columns[i]; c.near != nil && c.declared == "" && (c.field == nil || c.field.declared() == "") {
				c.advise(t, t.anyOf(commas))
			}
		}
	}
}

func (c *column) advise(t *table, commas bool) {
	f := Finding{Code: "text-but-for", Severity: Note, Table: t.name, Column: c.name}
	if c.seen&untypedDotted != 0 {
		m := c.near
		f.Code, f.Severity = "points-doubtful", Doubt
		f.Count, f.Row, f.Example = m.dots.count, m.dots.row, m.dots.text
		f.Message = fmt.Sprintf("a number is kept as text: its point may stand between thousands, as other columns have decimal commas; --decimal %q reads it as a decimal point", c.name+"=.")
		f.Try = []string{"--decimal", c.name + "=,", "--group", c.name + "=."}
		c.by.Report(f)
		return
	}
	a, ok := c.near.advise(c.name, commas)
	if !ok || c.seen&untypedText == 0 {
		return
	}
	c.but = fmt.Sprintf("; %s but for %s: %s", a.declared, join(a.counted), strings.Join(a.try, " "))
	f.Message = fmt.Sprintf("the column would be %s but for %s", a.declared, join(a.but))
	f.Count, f.Row, f.Example, f.Try = a.first.count, a.first.row, a.first.text, a.try
	c.by.Report(f)
}

// isSign reports whether a unit is a sign rather than a word.
func isSign(unit string) bool { return isCurrency(unit) || strings.ContainsAny(unit, "%‰°") }

// join joins texts as people do.
func join(texts []string) string {
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
	return strings.Join(texts, "")
}
