package cli

import (
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// rule returns what the flags say of every table.
func (c *conversion) rule() (converter.TableRule, error) {
	r := converter.TableRule{Name: c.table, MissingValues: c.nulls, TextOnly: c.textOnly}
	if c.search != "" {
		r.Search = &converter.Search{Columns: strings.Split(c.search, ","), Origin: converter.Origin{Flag: "--search " + c.search}}
	}
	for _, t := range c.types {
		i := strings.LastIndexByte(t, '=') // a column's name may have one
		if i < 1 {
			return r, usagef("--type %s: want COLUMN=TYPE, as in zip=TEXT", t)
		}
		declared := strings.ToUpper(t[i+1:])
		if !slices.Contains(columnTypes, declared) {
			return r, usagef("--type %s: want one of the types %s%s", t, strings.Join(columnTypes, ", "), perhaps(declared, columnTypes))
		}
		flaggedField(&r, t[:i], "type", "--type "+t).Declared = declared
	}
	if err := c.numbers(&r); err != nil {
		return r, err
	}
	return r, c.indexColumns(&r)
}

var columnTypes = []string{"TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"}

// flaggedField returns what a rule says of a column, of which a flag says a word.
func flaggedField(r *converter.TableRule, column, word, flag string) *converter.FieldRule {
	i := slices.IndexFunc(r.Fields, func(f converter.FieldRule) bool { return f.Name == column })
	if i < 0 {
		i = len(r.Fields)
		r.Fields = append(r.Fields, converter.FieldRule{Name: column, Said: map[string]converter.Origin{"name": {Flag: flag}}})
	}
	r.Fields[i].Said[word] = converter.Origin{Flag: flag}
	return &r.Fields[i]
}

// indexColumns reads --index.
func (c *conversion) indexColumns(r *converter.TableRule) error {
	for _, given := range c.indexes {
		switch {
		case given == "auto":
			r.Index = converter.IndexAuto
			continue
		case given == "none" && len(c.indexes) > 1:
			return usagef("--index none: there can be no other --index beside it")
		case given == "none":
			r.Index = converter.IndexNone
			return nil
		}
		index := converter.Index{Origin: converter.Origin{Flag: "--index " + given}}
		for _, name := range strings.Split(given, ",") {
			name, desc := strings.CutPrefix(name, "-")
			if name == "" {
				return usagef("--index %q: want COLUMN or COLUMN,COLUMN; -COLUMN descends", given)
			}
			index.Columns = append(index.Columns, converter.IndexColumn{Name: name, Descending: desc})
		}
		r.Indexes = append(r.Indexes, index)
	}
	return nil
}

// numbers reads how numbers are spelled: those of one column, or all.
func (c *conversion) numbers(r *converter.TableRule) error {
	for _, flag := range []struct {
		name, value, word string
		given             []string
		of                func(*converter.Spelling) *string
	}{
		{"decimal", "CHAR", "decimalChar", c.decimals, func(s *converter.Spelling) *string { return &s.Decimal }},
		{"group", "CHAR", "groupChar", c.groups, func(s *converter.Spelling) *string { return &s.Group }},
		{"unit", "STR", "bareNumber", c.units, func(s *converter.Spelling) *string { return &s.Unit }},
	} {
		for _, given := range flag.given {
			numbers, value := &r.Numbers, given
			if i := strings.LastIndexByte(given, '='); i > 0 { // a column's name may have one
				value = given[i+1:]
				numbers = &flaggedField(r, given[:i], flag.word, "--"+flag.name+" "+given).Numbers
			}
			switch value {
			case "":
				return usagef("--%s %q: want %s or COLUMN=%[3]s", flag.name, given, flag.value)
			case "space":
				value = " "
			}
			*flag.of(numbers) = value
		}
	}
	if err := r.Numbers.Check(); err != nil {
		return usagef("--decimal, --group, --unit: %w", err)
	}
	for _, f := range r.Fields {
		if err := f.Numbers.Or(r.Numbers).Check(); err != nil {
			return usagef("--decimal, --group, --unit: column %s: %w", f.Name, err)
		}
	}
	return nil
}
