package converter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// oddities are what is counted of a batch's cells, by the column of the batch.
type oddities struct {
	kinds  map[oddKind]*spots // rows are counted from 1
	units  map[int]*units
	differ map[int]bool // columns with cells that are not as they were
}

type oddKind struct {
	local int
	what  string // misfitting, or the constraint that does not hold
}

const (
	misfitting = "misfit"
	otherUnit  = "unit"
)

func (o *oddities) add(local int, what string, row int, text string) {
	if o.kinds == nil {
		o.kinds = map[oddKind]*spots{}
	}
	k := oddKind{local, what}
	if o.kinds[k] == nil {
		o.kinds[k] = new(spots)
	}
	o.kinds[k].add(int64(row)+1, []byte(text))
}

// unit notes what stands beside a number.
func (o *oddities) unit(local int, unit string, row int, text string) {
	if o.units == nil {
		o.units = map[int]*units{}
	}
	u := o.units[local]
	if u == nil {
		u = &units{first: unit}
		o.units[local] = u
		u.spots.add(int64(row)+1, []byte(text))
		return
	}
	if unit != u.first && u.other.count == 0 {
		u.other.add(int64(row)+1, []byte(text))
	}
}

// units are what stands beside the numbers of a batch's column.
type units struct {
	first string
	spots       // where that is
	other spots // where something else is
}

// changed notes that a cell is not as it was.
func (o *oddities) changed(local int) {
	if o.differ == nil {
		o.differ = map[int]bool{}
	}
	o.differ[local] = true
}

// sorted returns the kinds in an order that does not depend on anything else.
func (o *oddities) sorted() []oddKind {
	return slices.SortedFunc(maps.Keys(o.kinds), func(a, b oddKind) int {
		return cmp.Or(cmp.Compare(a.local, b.local), strings.Compare(a.what, b.what))
	})
}

// An oddity is what is counted of a document's column.
type oddity struct {
	spots
	line int64 // of the first; 0 is not known
}

// report says what of the rule did not hold for the document's columns.
func (s *shape) report() {
	for at, f := range s.rule.Fields {
		switch i := s.match.field(at); {
		case i < 0 && (s.found[at] || at >= len(s.rule.Fields)-s.rule.always): // missingColumn says what no table has
		case i < 0 && len(s.columns) > 0:
			s.w.Report(Finding{Code: "rule-unused", Table: s.table.name, Rule: f.Said["name"].place(),
				Message: fmt.Sprintf("there is no column %s (there are %s): what is said of it is not used", f.Name, s.names())})
		case i >= 0 && s.match.ByPlace[at] && f.Name != s.columns[i].name:
			s.w.Report(Finding{Code: "column-by-place", Table: s.table.name, Column: s.columns[i].name, Rule: f.Said["name"].place(),
				Message: fmt.Sprintf("the column is called %s where it is described, at the same place: taken for the same", f.Name)})
		}
	}
	for _, x := range s.extracts {
		if at := slices.Index(x.columns, -1); at >= 0 && len(s.columns) > 0 {
			s.w.Report(Finding{Code: "rule-unused", Table: s.table.name, Rule: x.rule.Origin.place(),
				Message: fmt.Sprintf("there is no column %s to extract (there are %s)", x.rule.Columns[at], s.names())})
		}
	}
	for i := range s.columns {
		c := &s.columns[i]
		for _, what := range slices.Sorted(maps.Keys(c.counts)) {
			c.report(s, what, c.counts[what])
		}
		if c.proof.seen && c.reader != nil && c.reader.any && c.reader.order == 0 {
			c.reportProof(s)
		}
	}
}

// names returns the document's columns, for people.
func (s *shape) names() string {
	if s.match == nil {
		return ""
	}
	return bounded(strings.Join(s.match.plain, ", "), 200)
}

// report says how often something does not hold, and what to do.
func (c *shaped) report(s *shape, what string, o *oddity) {
	f := Finding{Table: s.table.name, Column: cmp.Or(c.name, c.of.columns[c.place].name), Count: o.count, Line: o.line, Row: o.row, Example: o.text}
	said := c.field.Said["type"]
	switch what {
	case misfitting:
	case otherUnit:
		f.Code, f.Severity, f.Rule = "units", Doubt, c.field.Said["bareNumber"].place()
		f.Message = fmt.Sprintf("a number has another unit than %q, which the first has, and nobody could tell them apart without: kept as TEXT", *c.unit)
		s.w.Report(f)
		return
	default:
		f.Code, f.Rule = "constraint-"+findingCode(what), c.field.Said[what].place()
		f.Message = "a value does not keep to what is said of it: " + c.field.constraint(what)
		s.w.Report(f)
		return
	}
	f.Code, f.Severity, f.Rule = "misfit", Doubt, said.place()
	declared := c.of.columns[c.place].summary().Type
	kept := "kept as " + cmp.Or(declared, "it is")
	f.Message = fmt.Sprintf("a cell is not %s, which the column was to be: %s. Try missingValues: [%q], or misfit: clear", c.field.noun(), kept, o.text)
	if c.field.casts(o.text) {
		f.Message = fmt.Sprintf("a cell would lose digits as %s, which the column was to be: %s. If its spelling means nothing: misfit: cast", c.field.noun(), kept)
	}
	s.w.Report(f)
}

// casts reports whether a cell that is a misfit would be none if only its number counted.
func (f *FieldRule) casts(cell string) bool {
	if f.Type != IntegerType && f.Type != NumberType && f.Type != YearType || f.Misfit == MisfitCast {
		return false
	}
	cast := *f
	cast.Misfit = MisfitCast
	_, ok := newReader(&cast, nil).read(nil, KindUntyped, []byte(cell))
	return ok
}

// constraint says what one word asks for.
func (f *FieldRule) constraint(what string) string {
	switch what {
	case "minimum":
		return "minimum: " + f.Minimum
	case "maximum":
		return "maximum: " + f.Maximum
	case "minLength":
		return "minLength: " + humanize.Comma(int64(*f.MinLength))
	case "maxLength":
		return "maxLength: " + humanize.Comma(int64(*f.MaxLength))
	}
	return what + ": " + bounded(strings.Join(f.Enum, ", "), 200)
}

// reportProof says that nobody knows which of a date's numbers is what.
func (c *shaped) reportProof(s *shape) {
	f := Finding{Code: "dates-doubtful", Severity: Doubt, Table: s.table.name, Column: c.name, Rule: c.field.Said["format"].place(), Example: c.proof.first}
	switch p := &c.proof; {
	case p.ruled == allOrders:
		f.Message = "dates are kept as text: no one order of day, month and year fits all of them"
	case p.short.count > 0:
		f.Count, f.Row, f.Example = p.short.count, p.short.row, p.short.text
		f.Message = `a date is kept as text: its year has two digits. Say which they are, as in format: "%d/%m/%y"`
	default:
		f.Message = `dates are kept as text: nothing proves which number is the day, and which the month. Say so, as in format: "%d/%m/%Y" or "%m/%d/%Y"`
	}
	s.w.Report(f)
}

// field returns the column of a field; -1 if there is none.
func (m *Match) field(at int) int {
	if m == nil {
		return -1
	}
	return m.Fields[at]
}

// place is where a rule stands, if it stands anywhere.
func (o Origin) place() string {
	if o == (Origin{}) {
		return ""
	}
	return o.String()
}
