package sqlitecheck

import "strings"

// A schema is what CREATE TABLE or CREATE INDEX say of how rows are stored.
type schema struct {
	parsed  bool // the statement was understood
	columns []column
	primary []term // of the primary key, as declared
	terms   []term // of an index
	partial bool   // an index with a WHERE clause
	byName  map[string]int

	withoutRowID bool
	strict       bool
	noAlias      bool // x INTEGER PRIMARY KEY DESC is not the rowid, though PRIMARY KEY(x DESC) is
	collates     bool // a COLLATE clause is somewhere in it
	descends     bool // a DESC is somewhere in it
	module       string
}

// A column is a column of a table.
type column struct {
	name, typ string
	collation byte
	generated bool
	virtual   bool // generated and not stored
	missing   []token
}

// A term is a column of an index or of a primary key.
type term struct {
	column    string // empty if it is an expression
	collation byte
	collates  bool // collation is given
	desc      bool
}

// Affinities of a column.
const (
	affBlob = iota
	affText
	affNumeric
	affInteger
	affReal
)

// affinity follows https://sqlite.org/datatype3.html §3.1.
func (c *column) affinity(strict bool) int {
	typ := strings.ToUpper(c.typ)
	has := func(s string) bool { return strings.Contains(typ, s) }
	switch {
	case strict && typ == "ANY":
		return affBlob
	case has("INT"):
		return affInteger
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return affText
	case has("BLOB"), typ == "":
		return affBlob
	case has("REAL"), has("FLOA"), has("DOUB"):
		return affReal
	}
	return affNumeric
}

// rowidColumn returns the index of the column that is another name of the rowid, or -1.
func (s *schema) rowidColumn() int {
	if s.withoutRowID || len(s.primary) != 1 {
		return -1
	}
	i := s.column(s.primary[0].column)
	if i >= 0 && strings.EqualFold(s.columns[i].typ, "INTEGER") && !s.noAlias {
		return i
	}
	return -1
}

// column returns the index of the column with that name, or -1.
func (s *schema) column(name string) int {
	if i, ok := s.byName[fold(name)]; ok {
		return i
	}
	return -1
}

// fold returns the name as SQLite compares names: without the case of ASCII letters.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, name)
}

// stored returns the columns in the order in which a record has them: a table without
// rowid begins with its primary key, and virtual columns are not there.
func (s *schema) stored() []int {
	var order []int
	in := make([]bool, len(s.columns))
	if s.withoutRowID {
		order, _ = s.keyColumns()
		for _, i := range order {
			in[i] = true
		}
	}
	for i := range s.columns {
		if !in[i] && !s.columns[i].virtual {
			order = append(order, i)
		}
	}
	return order
}

// keyColumns returns the columns of the primary key as they are stored, and how they are
// sorted: a column twice with the same collation is there once.
func (s *schema) keyColumns() (columns []int, keys []sortKey) {
	for _, term := range s.primary {
		i := s.column(term.column)
		if i < 0 {
			continue
		}
		key := sortKey{term.collation, term.desc}
		if !term.collates {
			key.collation = s.columns[i].collation
		}
		again := false
		for n, j := range columns {
			again = again || i == j && keys[n].collation == key.collation
		}
		if !again {
			columns, keys = append(columns, i), append(keys, key)
		}
	}
	return columns, keys
}

// What SQLite allows at most, but for the length, which it may allow to be more.
const (
	maxSQL     = 1 << 20
	maxColumns = 32767
	maxTerms   = 2000
)

// parseCreate reads a CREATE statement.
func parseCreate(sql string) (s schema) {
	if len(sql) > maxSQL {
		return s
	}
	t := tokenize(sql)
	for i := range t {
		s.collates = s.collates || t[i].is("COLLATE")
		s.descends = s.descends || t[i].is("DESC")
	}
	i := 0
	word := func(w string) bool {
		if i < len(t) && t[i].is(w) {
			i++
			return true
		}
		return false
	}
	if !word("CREATE") {
		return s
	}
	_ = word("TEMP") || word("TEMPORARY") || word("UNIQUE")
	kind := ""
	switch {
	case word("TABLE"):
		kind = "table"
	case word("INDEX"):
		kind = "index"
	case word("VIRTUAL") && word("TABLE"):
		kind = "virtual"
	default:
		return s
	}
	_ = word("IF") && word("NOT") && word("EXISTS")
	i++ // the name
	if word(".") {
		i++
	}
	switch {
	case kind == "virtual":
		if word("USING") && i < len(t) && t[i].isName() {
			s.module = t[i].text
			s.parsed = true
		}
		return s
	case kind == "index":
		if !word("ON") {
			return s
		}
		i++ // the table
	}
	if i >= len(t) || !t[i].is("(") {
		return s
	}
	items, next := splitList(t, i)
	if len(items) > maxColumns || kind == "index" && len(items) > maxTerms {
		return s
	}
	if kind == "index" {
		for _, item := range items {
			s.terms = append(s.terms, indexTerm(item))
		}
		s.partial = next < len(t) && t[next].is("WHERE")
		s.parsed = true
		return s
	}
	for n, item := range items {
		if n > 0 && isTableConstraint(item) {
			s.tableConstraints(item)
			continue
		}
		if len(item) == 0 || !item[0].isName() {
			return s
		}
		s.addColumn(item)
	}
	for ; next < len(t); next++ {
		s.withoutRowID = s.withoutRowID || t[next].is("WITHOUT")
		s.strict = s.strict || t[next].is("STRICT")
	}
	s.parsed = true
	return s
}

func isTableConstraint(item []token) bool {
	return len(item) > 0 && (item[0].is("CONSTRAINT") || item[0].is("PRIMARY") || item[0].is("UNIQUE") || item[0].is("CHECK") || item[0].is("FOREIGN"))
}

// tableConstraints looks for the primary key; constraints need no commas between them.
func (s *schema) tableConstraints(item []token) {
	for i := 0; i < len(item); {
		if item[i].is("(") {
			i = skipParens(item, i)
			continue
		}
		if item[i].is("PRIMARY") && i+2 < len(item) && item[i+1].is("KEY") && item[i+2].is("(") {
			var terms [][]token
			terms, i = splitList(item, i+2)
			for _, term := range terms[:min(len(terms), maxTerms)] {
				s.primary = append(s.primary, indexTerm(term))
			}
			continue
		}
		i++
	}
}

func (s *schema) addColumn(item []token) {
	c := column{name: item[0].text}
	i := 1
	var typ []string
	for ; i < len(item) && item[i].isName() && !isConstraintWord(item, i); i++ {
		typ = append(typ, item[i].text)
	}
	c.typ = strings.Join(typ, " ")
	if i < len(item) && item[i].is("(") {
		end := skipParens(item, i)
		var args strings.Builder
		for _, t := range item[i:end] {
			args.WriteString(t.text)
		}
		c.typ += args.String()
		i = end
	}
	for i < len(item) {
		t := item[i]
		switch {
		case t.is("("):
			i = skipParens(item, i)
			continue
		case t.is("PRIMARY") && len(s.primary) < maxTerms:
			desc := i+2 < len(item) && item[i+2].is("DESC")
			s.primary = append(s.primary, term{column: c.name, desc: desc})
			s.noAlias = desc
		case t.is("COLLATE") && i+1 < len(item):
			c.collation = collationOf(item[i+1].text)
			i++
		case t.is("AS") && i+1 < len(item) && item[i+1].is("("):
			c.generated, c.virtual = true, true
		case t.is("STORED"):
			c.virtual = false
		case t.is("DEFAULT"):
			from := i + 1
			for i++; i < len(item) && (item[i].is("+") || item[i].is("-")); i++ {
			}
			if i < len(item) && item[i].is("(") {
				i = skipParens(item, i) - 1
			}
			c.missing = item[min(from, len(item)):min(i+1, len(item))]
		}
		i++
	}
	if s.byName == nil {
		s.byName = make(map[string]int)
	}
	s.byName[fold(c.name)] = len(s.columns)
	s.columns = append(s.columns, c)
}

// isConstraintWord reports whether the column constraints begin at item[i].
func isConstraintWord(item []token, i int) bool {
	if item[i].is("GENERATED") {
		return i+1 < len(item) && item[i+1].is("ALWAYS")
	}
	for _, w := range [...]string{"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "AS"} {
		if item[i].is(w) {
			return true
		}
	}
	return false
}

// indexTerm reads an indexed column: a name or an expression, COLLATE, ASC or DESC.
func indexTerm(item []token) term {
	var t term
	for len(item) > 1 {
		last := item[len(item)-1]
		switch {
		case last.is("DESC"), last.is("ASC"):
			t.desc = last.is("DESC")
			item = item[:len(item)-1]
			continue
		case len(item) > 2 && item[len(item)-2].is("COLLATE"):
			if !t.collates { // the last one counts
				t.collation, t.collates = collationOf(last.text), true
			}
			item = item[:len(item)-2]
			continue
		}
		break
	}
	if len(item) == 1 && item[0].isName() {
		t.column = item[0].text
	}
	return t
}

func collationOf(name string) byte {
	switch strings.ToUpper(name) {
	case "BINARY":
		return collateBinary
	case "NOCASE":
		return collateNoCase
	case "RTRIM":
		return collateRTrim
	}
	return collateOther
}
