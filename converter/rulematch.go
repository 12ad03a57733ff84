package converter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Match says which columns of a document a TableRule's words are about.
type Match struct {
	Fields  []int    // of each field: the place of its column; -1: there is none
	ByPlace []bool   // of each field: nothing but its place says that it is that column, which has another name
	Names   []string // of each column: what it is called in the database, as far as the rule says

	called []string             // of each column: what the document calls it, or what it gets where that is nothing
	known  [2][3]map[string]int // by surety: what names in the database, in the document, and of fields mean
}

// Match finds the columns that the rule speaks of among those of a document, all of which
// have to be given. A name is that of the column which is spelled so, or else of one that
// differs by case or outer blanks only. A field that is none of them, of a list as long as
// the document's, is the column at its place, unless that is another field's. Columns without
// a name go by the one that they get, and if none has one, a list as long as theirs names them.
func (r *TableRule) Match(columns []string) *Match {
	m := &Match{Fields: make([]int, len(r.Fields)), ByPlace: make([]bool, len(r.Fields)), Names: slices.Clone(columns)}
	named := slices.ContainsFunc(columns, func(name string) bool { return cleanName(name) != "" })
	m.called = called(columns)
	old := map[string][]string{} // names by what they are to become
	for _, name := range slices.Sorted(maps.Keys(r.Rename)) {
		old[r.Rename[name]] = append(old[r.Rename[name]], name)
	}
	taken := make([]bool, len(columns))
	for i := range m.Fields {
		m.Fields[i] = -1
	}
	renamed := make([]bool, len(columns))
	for _, spell := range spellings {
		free := placesOf(m.called, spell)
		for i, f := range r.Fields {
			for _, name := range slices.Concat([]string{f.Name}, f.Aliases, old[f.Name]) {
				if m.Fields[i] >= 0 {
					break
				}
				for _, at := range free[spell(name)] {
					if !taken[at] {
						m.Fields[i], taken[at] = at, true
						break
					}
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(r.Rename)) {
			if at := free[spell(name)]; len(at) > 0 && !renamed[at[0]] {
				m.Names[at[0]], renamed[at[0]] = r.Rename[name], true
			}
		}
	}
	if r.Places == len(columns) || !named && len(r.Fields) == len(columns) {
		for i, f := range r.Fields[:min(len(columns), len(r.Fields))] {
			if m.Fields[i] >= 0 || taken[i] {
				continue
			}
			m.Fields[i], taken[i] = i, true
			if m.ByPlace[i] = cleanName(columns[i]) != ""; !m.ByPlace[i] && !renamed[i] {
				m.Names[i] = cmp.Or(r.Rename[f.Name], f.Name)
			}
		}
	}
	for i, spell := range spellings {
		m.known[i] = [3]map[string]int{firsts(m.Names, spell), firsts(m.called, spell), m.fields(r, spell)}
	}
	return m
}

// name returns what a column is called in the database, unless another one is called so.
func (m *Match) name(at int) string {
	if cleanName(m.Names[at]) == "" {
		return m.called[at]
	}
	return m.Names[at]
}

// called returns the names of columns, and for those that have none what they get, if no other
// is called so.
func called(columns []string) []string {
	all, taken := slices.Clone(columns), placesOf(columns, spellings[0])
	for i, name := range columns {
		if own := unnamed(i); cleanName(name) == "" && taken[own] == nil {
			all[i] = own
		}
	}
	return all
}

// unnamed is what the column at a place gets for a name if it has none.
func unnamed(place int) string { return fmt.Sprintf("column_%d", place+1) }

// Column returns the place of the column that a word of the rule calls by that name: by what
// it gets in the database, by what the document calls it, or by its field's name. -1: it is
// none of the document's; it may be one that the rule adds.
func (m *Match) Column(name string) int {
	for i, spell := range spellings {
		for _, known := range m.known[i] {
			if at, ok := known[spell(name)]; ok {
				return at
			}
		}
	}
	return -1
}

// fields returns the columns of fields, by their names.
func (m *Match) fields(r *TableRule, spell func(string) string) map[string]int {
	of := map[string]int{}
	for i, f := range r.Fields {
		for _, name := range slices.Concat([]string{f.Name}, f.Aliases) {
			if _, known := of[spell(name)]; !known && m.Fields[i] >= 0 {
				of[spell(name)] = m.Fields[i]
			}
		}
	}
	return of
}

// spellings return equal texts of names that are the same, the surest first.
var spellings = [2]func(string) string{
	func(name string) string { return name },
	func(name string) string { return strings.ToLower(cleanName(name)) },
}

// placesOf returns the places of names.
func placesOf(names []string, spell func(string) string) map[string][]int {
	places := make(map[string][]int, len(names))
	for i, name := range names {
		places[spell(name)] = append(places[spell(name)], i)
	}
	return places
}

// firsts returns the first place of each name.
func firsts(names []string, spell func(string) string) map[string]int {
	first := make(map[string]int, len(names))
	for name, places := range placesOf(names, spell) {
		first[name] = places[0]
	}
	return first
}
