package converter

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// under returns what holds of a document's table, by its place there, where all is said of
// every table and goes before r, word by word. Indexes and Search of all are not looked at: a
// table has them if it has their columns.
func (r TableRule) under(all *TableRule, place int) TableRule {
	if all.Name != "" && place == 0 {
		r.Name, r.Shared = all.Name, true
	}
	r.Skip, r.TextOnly = r.Skip || all.Skip, r.TextOnly || all.TextOnly
	r.Trim = cmp.Or(all.Trim, r.Trim)
	r.Settings = slices.Concat(r.Settings, all.Settings)
	if all.MissingValues != nil {
		r.MissingValues, r.Fields = all.MissingValues, slices.Clone(r.Fields)
		for i := range r.Fields {
			r.Fields[i].MissingValues = nil
		}
	}
	r.Numbers = all.Numbers.Or(r.Numbers)
	r.Fields, r.always = slices.Concat(r.Fields, all.Fields), len(all.Fields)
	r.Rename = merged(r.Rename, all.Rename)
	over(&r.Drop, all.Drop)
	over(&r.Only, all.Only)
	over(&r.Order, all.Order)
	over(&r.Constants, all.Constants)
	over(&r.Extract, all.Extract)
	over(&r.PrimaryKey, all.PrimaryKey)
	over(&r.UniqueKeys, all.UniqueKeys)
	over(&r.ForeignKeys, all.ForeignKeys)
	if all.SourceColumn != "" {
		r.SourceColumn = all.SourceColumn
	}
	switch all.Index {
	case IndexUnsaid:
	case IndexNone:
		r.Index, r.Indexes = IndexNone, nil
	default:
		r.Index = all.Index
	}
	r.Metadata, r.Said = merged(r.Metadata, all.Metadata), merged(r.Said, all.Said)
	return r
}

// over puts a list in the place of another, if it is said.
func over[T any](list *[]T, said []T) {
	if said != nil {
		*list = said
	}
}

// merged returns a map with what another has put over it.
func merged[V any](m, over map[string]V) map[string]V {
	if len(over) == 0 {
		return m
	}
	if m = maps.Clone(m); m == nil {
		m = map[string]V{}
	}
	maps.Copy(m, over)
	return m
}

// over returns f with what g says of the same column, word by word.
func (f FieldRule) over(g *FieldRule) FieldRule {
	name, numbers, said := cmp.Or(f.Name, g.Name), g.Numbers.Or(f.Numbers), merged(f.Said, g.Said)
	into, from := reflect.ValueOf(&f).Elem(), reflect.ValueOf(g).Elem()
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			into.Field(i).Set(from.Field(i))
		}
	}
	f.Name, f.Numbers, f.Said = name, numbers, said
	return f
}

// check returns an error if something is said of every table that can't be.
func (r *TableRule) check() error {
	if err := r.Numbers.Check(); err != nil {
		return fmt.Errorf("numbers: %w", err)
	}
	for _, f := range r.Fields {
		if f.Declared != "" && !slices.Contains(declarable, f.Declared) {
			return fmt.Errorf("type %q of column %q: want %s", f.Declared, f.Name, strings.Join(declarable, ", "))
		}
		if err := f.Numbers.Or(r.Numbers).Check(); err != nil {
			return fmt.Errorf("numbers of column %q: %w", f.Name, err)
		}
	}
	return nil
}

// declarable are the types that a column may be declared as, by order.
var declarable = []string{"TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"}

// missingColumn returns an error if something is said of a column in every table that is in
// none: most likely a misspelled one.
func (db *database) missingColumn() error {
	known := map[string]bool{}
	for _, t := range db.tables {
		for i := range t.columns {
			known[t.columns[i].name] = true
		}
	}
	if db.copied != nil {
		for _, t := range db.copied.tables {
			for _, c := range t.Columns {
				known[c.Name] = true
			}
		}
	}
	for i, f := range db.opts.Rule.Fields {
		if db.met[i] || known[f.Name] {
			continue
		}
		return fmt.Errorf("%s: no table has a column %s (there are %s)", f.Said["name"], f.Name,
			bounded(strings.Join(slices.Sorted(maps.Keys(known)), ", "), 500))
	}
	return nil
}
