package converter

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// A shape is what a rule makes of a document's table: which columns of the database its own
// become, and how their cells are read. It is changed in order only.
type shape struct {
	w        *Writer
	table    *table
	name     string // as the document has it
	rule     *TableRule
	columns  []shaped
	byName   map[string][]int32 // into columns
	match    *Match
	added    []fixed // columns that are not the document's
	extracts []*extraction
	found    []bool // of fields that are no column of the document: one has the name in the database
	settled  bool   // the columns that the rule adds have their places
	begun    bool   // the table knows
	err      error

	plan atomic.Pointer[shapePlan]
}

// shaped is a column of the document.
type shaped struct {
	name   string
	field  *FieldRule // nil: nothing is said of it
	of     *table     // where its cells go: the document's table, a lookup table; nil: nowhere
	place  int32      // there
	reader *reader    // nil: its cells are as they are
	proof  proof      // of dates whose order has to be proved
	unit   *string    // beside each number, where that may be any; nil: there was none yet
	counts map[string]*oddity
}

// fixed is a cell that is the same in each row.
type fixed struct {
	name   string
	value  Value
	place  int32
	origin Origin
}

// elsewhere is the place of a column that is none of the table's, and no surplus.
const elsewhere = -2

// shapePlan is what tasks that have not been admitted may know of a shape.
type shapePlan struct {
	places   []int32 // of the document's columns in the table
	readers  []*reader
	keep     []bool // cells stay as they are, and misfits are counted
	required []int32
	byName   map[string]int32
	fixed    []fixed
	extracts []extractPlan
}

// shapes reports whether a rule says anything of columns or cells.
func (r *TableRule) shapes() bool {
	return len(r.Fields) > 0 || r.Trim != 0 || r.TextOnly || r.MissingValues != nil || r.Numbers != (Spelling{}) || len(r.Rename) > 0 || len(r.Drop) > 0 || r.Only != nil || len(r.Order) > 0 || len(r.Constants) > 0 ||
		r.SourceColumn != "" || len(r.Extract) > 0 || len(r.PrimaryKey) > 0 || len(r.UniqueKeys) > 0 || len(r.ForeignKeys) > 0
}

// newShape returns the shape that is said of a document's table, or nil if nothing is.
func newShape(w *Writer, name string, t *table, rule *TableRule) *shape {
	if !rule.shapes() {
		return nil
	}
	s := &shape{w: w, table: t, name: name, rule: rule, byName: map[string][]int32{}, found: make([]bool, len(rule.Fields))}
	for i := range rule.Extract {
		s.extracts = append(s.extracts, w.db.newExtraction(&rule.Extract[i]))
	}
	for _, c := range rule.Constants {
		s.added = append(s.added, fixed{name: c.Column, value: c.Value, origin: c.Origin})
	}
	if rule.SourceColumn != "" {
		s.added = append(s.added, fixed{name: rule.SourceColumn, value: Text(w.name), origin: rule.Said["source_column"]})
	}
	return s
}

// begin has the table known for one with rules.
func (s *shape) begin() {
	if s.begun {
		return
	}
	s.begun = true
	s.table.shared = s.table.shared || s.rule.Shared
	s.table.textOnly = s.table.textOnly || s.rule.TextOnly
	s.w.db.shapes = append(s.w.db.shapes, s)
}

// find returns the shape's columns of these names, adding those that it lacks.
func (s *shape) find(names []string) []int32 {
	first := len(s.columns) == 0
	if known := s.w.doc.columns[s.key()]; first && len(known) > 0 {
		s.add(known)
	}
	var missing []string
	nth := map[string]int{}
	for _, name := range names {
		if nth[name] >= len(s.byName[name]) {
			missing = append(missing, name)
		}
		nth[name]++
	}
	if len(missing) > 0 {
		s.add(missing)
	}
	found := make([]int32, len(names))
	clear(nth)
	for i, name := range names {
		found[i] = s.byName[name][nth[name]]
		nth[name]++
	}
	return found
}

// key is what the document's columns are remembered by.
func (s *shape) key() string { return s.w.name + "\x00" + s.name }

// add adds columns, and finds out anew what the rule says of all.
func (s *shape) add(names []string) {
	from := len(s.columns)
	for _, name := range names {
		s.byName[name] = append(s.byName[name], int32(len(s.columns)))
		s.columns = append(s.columns, shaped{name: name, place: elsewhere})
	}
	all := make([]string, len(s.columns))
	for i, c := range s.columns {
		all[i] = c.name
	}
	if s.w.doc.columns == nil {
		s.w.doc.columns = map[string][]string{}
	}
	s.w.doc.columns[s.key()] = all
	before := s.match
	s.match = s.rule.Match(all)
	if before != nil && !s.same(before, from) {
		s.w.db.again.Store(true) // what the rule means by a name is known only now
	}
	s.place(from)
	s.publish()
}

// same reports whether the rule means the same by its words for the first n columns.
func (s *shape) same(before *Match, n int) bool {
	for i, at := range s.match.Fields {
		if was := before.Fields[i]; was != at && (was >= 0 || at < n) {
			return false
		}
	}
	if !slices.Equal(before.Names, s.match.Names[:n]) {
		return false
	}
	for _, name := range s.words() {
		if was, is := before.Column(name), s.match.Column(name); was != is && (was >= 0 || is < n) {
			return false
		}
	}
	for _, name := range s.rule.Order {
		if s.match.Column(name) >= n {
			return false
		}
	}
	return true
}

// words returns the names by which the rule calls columns, but for fields.
func (s *shape) words() []string {
	names := slices.Concat(s.rule.Drop, s.rule.Only, s.rule.Order, s.rule.PrimaryKey)
	for _, x := range s.rule.Extract {
		names = append(names, x.Columns...)
	}
	return names
}

// place gives the columns from from on their places, and then those that the rule adds.
func (s *shape) place(from int) {
	names := make([]string, 0, len(s.columns)+len(s.added))
	for i := range s.columns {
		names = append(names, s.match.Names[i])
	}
	for _, a := range s.added {
		names = append(names, a.name)
	}
	for _, x := range s.rule.Extract {
		names = append(names, x.Column)
	}
	s.table.taken.promise(names)
	dropped := s.dropped()
	extracted, fields := s.extracted(), s.match.fieldsOf()
	nth := map[string]int{} // of the names that columns are to have, how many do
	for i := range s.columns[:from] {
		if s.columns[i].of == s.table {
			nth[s.match.Names[i]]++
		}
	}
	for _, i := range s.order(from) {
		if i >= len(s.columns) {
			a := &s.added[i-len(s.columns)]
			a.place = s.table.column(a.name, 0, i)
			if a.place >= 0 {
				s.table.columns[a.place].seen |= a.value.seen()
			}
			continue
		}
		c := &s.columns[i]
		c.field = s.said(nil, fields[i])
		switch x := extracted[i]; {
		case dropped[i]:
			continue
		case x != nil:
			x.locate(s, i)
		default:
			c.of = s.table
			before := len(s.table.columns)
			c.place = s.table.column(s.match.Names[i], nth[s.match.Names[i]], i)
			nth[s.match.Names[i]]++
			if c.place >= 0 {
				c.field = s.said(c.field, s.named(s.table.columns[c.place].name))
			}
			if len(s.table.columns) > before {
				s.table.columns[c.place].take(c.field, s.rule.TextOnly)
			}
		}
		r := newReader(c.field, s.missing(c.field))
		r.trim = s.rule.Trim
		if c.of != nil && c.place >= 0 {
			r.own = !sameSpelling(r.spelled, c.of.columns[c.place].spelled)
		}
		if !r.idle() && c.of != nil {
			if c.place >= 0 {
				r.order = c.of.columns[c.place].order
			}
			c.reader = r
		}
	}
	s.settled = true
	s.keys()
	if err := s.clash(); err != nil {
		s.err = err
	}
	s.required()
	s.table.publish()
}

// clash returns an error if the document has a column that the rule is to add.
func (s *shape) clash() error {
	for _, a := range s.added {
		for i := range s.columns {
			if c := &s.columns[i]; c.of == s.table && foldName(cleanName(s.match.Names[i])) == foldName(cleanName(a.name)) {
				return &RuleError{a.origin, fmt.Errorf("table %s: there is a column %s already: add another name, or leave the document's out by drop: [%s]",
					s.table.name, s.match.Names[i], c.name)}
			}
		}
	}
	return nil
}

// dropped returns which of the columns are left out.
func (s *shape) dropped() map[int]bool {
	dropped := map[int]bool{}
	for i := range s.columns {
		dropped[i] = s.rule.Only != nil
	}
	for _, name := range s.rule.Only {
		dropped[s.match.Column(name)] = false
	}
	for _, name := range s.rule.Drop {
		dropped[s.match.Column(name)] = true
	}
	return dropped
}

// order returns the columns from from on, and those that the rule adds if they have no place
// yet, in the order in which they get one.
func (s *shape) order(from int) []int {
	var list []int
	for i := from; i < len(s.columns); i++ {
		list = append(list, i)
	}
	if !s.settled {
		for i := range s.added {
			list = append(list, len(s.columns)+i)
		}
	}
	rank := map[int]int{}
	for n, name := range s.rule.Order {
		at := s.placeOf(name)
		if at < 0 {
			continue
		}
		if _, ranked := rank[at]; !ranked {
			rank[at] = n - len(s.rule.Order)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return rank[a] - rank[b] })
	return list
}

// placeOf returns the place of the column that a word of the rule names: among the document's,
// and behind them those that the rule adds. -1: there is none.
func (s *shape) placeOf(name string) int {
	if at := s.match.Column(name); at >= 0 {
		return at
	}
	for _, x := range s.rule.Extract {
		if foldName(x.Column) == foldName(name) {
			return s.match.Column(x.Columns[0])
		}
	}
	if i := slices.IndexFunc(s.added, func(a fixed) bool { return foldName(a.name) == foldName(name) }); i >= 0 {
		return len(s.columns) + i
	}
	return -1
}

// said returns what is said of a column by f and by these fields of the rule, of which later ones go
// before; nil: f says nothing.
func (s *shape) said(f *FieldRule, fields []int) *FieldRule {
	if f != nil && len(fields) == 0 {
		return f
	}
	own := FieldRule{}
	if f != nil {
		own = *f
	}
	for _, at := range fields {
		own = own.over(&s.rule.Fields[at])
		if i := at - (len(s.rule.Fields) - s.rule.always); i >= 0 {
			s.w.db.met[i] = true
		}
	}
	own.Numbers = own.Numbers.Or(s.rule.Numbers)
	return &own
}

// named returns the fields that no column of the document has, and that mean one by the name
// which it got in the database.
func (s *shape) named(name string) (fields []int) {
	for at, f := range s.rule.Fields {
		if f.Name == name && s.match.Fields[at] < 0 {
			fields = append(fields, at)
			s.found[at] = true
		}
	}
	return fields
}

// missing returns the spellings that are NULL in the column of a field.
func (s *shape) missing(f *FieldRule) []string {
	if f.MissingValues != nil {
		return f.MissingValues
	}
	return s.rule.MissingValues
}

// publish lets tasks see the shape as it is now.
func (s *shape) publish() {
	p := &shapePlan{byName: make(map[string]int32, len(s.byName)), fixed: slices.Clone(s.added)}
	for i := range s.columns {
		c := &s.columns[i]
		place := int32(elsewhere)
		if c.of == s.table {
			place = c.place
		}
		p.places = append(p.places, place)
		p.readers = append(p.readers, c.reader)
		p.keep = append(p.keep, c.of != nil && c.place >= 0 && c.of.columns[c.place].kept)
		if c.of != nil && c.field.Required && c.field.Misfit == MisfitReject {
			p.required = append(p.required, int32(i))
		}
	}
	for name, columns := range s.byName {
		p.byName[name] = columns[0]
	}
	for _, x := range s.extracts {
		p.extracts = append(p.extracts, x.plan())
	}
	s.plan.Store(p)
}

// seen returns what a column holds whose cells are all v.
func (v Value) seen() seen {
	switch v.kind {
	case KindInt:
		return typedInt
	case KindReal:
		return typedReal
	case KindText:
		return typedText
	case KindBlob:
		return typedBlob
	}
	return 0
}
