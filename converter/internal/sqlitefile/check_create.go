package sqlitefile

import "strings"

// A checkSchema is what CREATE TABLE or CREATE INDEX say of how rows are stored.
type checkSchema struct {
	parsed  bool // the statement was understood
	columns []checkColumn
	primary []checkTerm // of the primary key, as declared
	terms   []checkTerm // of an index
	partial bool        // an index with a WHERE clause
	byName  map[string]int

	withoutRowID bool
	strict       bool
	noAlias      bool // x INTEGER PRIMARY KEY DESC is not the rowid, though PRIMARY KEY(x DESC) is
	collates     bool // a COLLATE clause is somewhere in it
	descends     bool // a DESC is somewhere in it
	module       string
}

// A checkColumn is a column of a table.
type checkColumn struct {
	name, typ string
	collation byte
	generated bool
	virtual   bool // generated and not stored
	missing   []checkToken
}

// A checkTerm is a column of an index or of a primary key.
type checkTerm struct {
	column    string // empty if it is an expression
	collation byte
	collates  bool // collation is given
	desc      bool
}

// Affinities of a column.
const (
	checkAffBlob = iota
	checkAffText
	checkAffNumeric
	checkAffInteger
	checkAffReal
)

// affinity follows https://sqlite.org/datatype3.html §3.1.
func (c *checkColumn) affinity(strict bool) int {
	typ := strings.ToUpper(c.typ)
	has := func(s string) bool { return strings.Contains(typ, s) }
	switch {
	case strict && typ == "ANY":
		return checkAffBlob
	case has("INT"):
		return checkAffInteger
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return checkAffText
	case has("BLOB"), typ == "":
		return checkAffBlob
	case has("REAL"), has("FLOA"), has("DOUB"):
		return checkAffReal
	}
	return checkAffNumeric
}

// rowidColumn returns the index of the column that is another name of the rowid, or -1.
func (s *checkSchema) rowidColumn() int {
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
func (s *checkSchema) column(name string) int {
	if i, ok := s.byName[checkFold(name)]; ok {
		return i
	}
	return -1
}

// checkFold returns the name as SQLite compares names: without the case of ASCII letters.
func checkFold(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, name)
}

// stored returns the columns in the order in which a record has them: a table without
// rowid begins with its primary key, and virtual columns are not there.
func (s *checkSchema) stored() []int {
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
func (s *checkSchema) keyColumns() (columns []int, keys []checkKey) {
	for _, term := range s.primary {
		i := s.column(term.column)
		if i < 0 {
			continue
		}
		key := checkKey{term.collation, term.desc}
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
	checkMaxSQL     = 1 << 20
	checkMaxColumns = 32767
	checkMaxTerms   = 2000
)

// checkCreate reads a CREATE statement.
func checkCreate(sql string) (s checkSchema) {
	if len(sql) > checkMaxSQL {
		return s
	}
	t := checkTokens(sql)
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
	items, next := checkList(t, i)
	if len(items) > checkMaxColumns || kind == "index" && len(items) > checkMaxTerms {
		return s
	}
	if kind == "index" {
		for _, item := range items {
			s.terms = append(s.terms, checkIndexTerm(item))
		}
		s.partial = next < len(t) && t[next].is("WHERE")
		s.parsed = true
		return s
	}
	for n, item := range items {
		if n > 0 && checkTableConstraint(item) {
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

func checkTableConstraint(item []checkToken) bool {
	return len(item) > 0 && (item[0].is("CONSTRAINT") || item[0].is("PRIMARY") || item[0].is("UNIQUE") || item[0].is("CHECK") || item[0].is("FOREIGN"))
}

// tableConstraints looks for the primary key; constraints need no commas between them.
func (s *checkSchema) tableConstraints(item []checkToken) {
	for i := 0; i < len(item); {
		if item[i].is("(") {
			i = checkSkipParens(item, i)
			continue
		}
		if item[i].is("PRIMARY") && i+2 < len(item) && item[i+1].is("KEY") && item[i+2].is("(") {
			var terms [][]checkToken
			terms, i = checkList(item, i+2)
			for _, term := range terms[:min(len(terms), checkMaxTerms)] {
				s.primary = append(s.primary, checkIndexTerm(term))
			}
			continue
		}
		i++
	}
}

func (s *checkSchema) addColumn(item []checkToken) {
	c := checkColumn{name: item[0].text}
	i := 1
	var typ []string
	for ; i < len(item) && item[i].isName() && !checkConstraintWord(item, i); i++ {
		typ = append(typ, item[i].text)
	}
	c.typ = strings.Join(typ, " ")
	if i < len(item) && item[i].is("(") {
		end := checkSkipParens(item, i)
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
			i = checkSkipParens(item, i)
			continue
		case t.is("PRIMARY") && len(s.primary) < checkMaxTerms:
			desc := i+2 < len(item) && item[i+2].is("DESC")
			s.primary = append(s.primary, checkTerm{column: c.name, desc: desc})
			s.noAlias = desc
		case t.is("COLLATE") && i+1 < len(item):
			c.collation = checkCollation(item[i+1].text)
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
				i = checkSkipParens(item, i) - 1
			}
			c.missing = item[min(from, len(item)):min(i+1, len(item))]
		}
		i++
	}
	if s.byName == nil {
		s.byName = make(map[string]int)
	}
	s.byName[checkFold(c.name)] = len(s.columns)
	s.columns = append(s.columns, c)
}

// checkConstraintWord reports whether the column constraints begin at item[i].
func checkConstraintWord(item []checkToken, i int) bool {
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

// checkIndexTerm reads an indexed column: a name or an expression, COLLATE, ASC or DESC.
func checkIndexTerm(item []checkToken) checkTerm {
	var t checkTerm
	for len(item) > 1 {
		last := item[len(item)-1]
		switch {
		case last.is("DESC"), last.is("ASC"):
			t.desc = last.is("DESC")
			item = item[:len(item)-1]
			continue
		case len(item) > 2 && item[len(item)-2].is("COLLATE"):
			if !t.collates { // the last one counts
				t.collation, t.collates = checkCollation(last.text), true
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

func checkCollation(name string) byte {
	switch strings.ToUpper(name) {
	case "BINARY":
		return checkBinary
	case "NOCASE":
		return checkNoCase
	case "RTRIM":
		return checkRTrim
	}
	return checkOther
}
