package words

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// Read returns what entries of ours in a text say of a document: what was Put, as package rules reads it. The formats
// are those whose options may be set.
func Read(text, name string, formats *converter.Registry) (Document, error) {
	d := Document{Name: name}
	if !Has(text, name) {
		return d, nil
	}
	lines, is, err := mine(text, name)
	if err != nil {
		return d, err
	}
	entries := "resources:\n"
	for i, line := range lines {
		if is[i] {
			entries += line
		}
	}
	root, err := parse(entries)
	if err != nil {
		return d, err
	}
	list := child(root, "resources")
	if list == nil || len(list.Content) == 0 {
		return d, nil
	}
	set := rules.ReadTexts(func(string) (string, error) { return entries, nil }, []string{rules.FileName}, formats)
	if faults := slices.Concat(set.Faults, set.Unused(nil)); len(faults) > 0 {
		return d, faults
	}
	rule := set.Rule(name)
	for _, s := range rule.Settings {
		if d.Options == nil {
			d.Options = map[string][]string{}
		}
		d.Options[s.Option] = append(d.Options[s.Option], s.Value)
	}
	if rule.Table != nil {
		// By a name that no table has, as tables may have entries of their own.
		all := rule.Table("\x00", 0)
		d.Null, d.Decimal, d.Group = all.MissingValues, all.Numbers.Decimal, all.Numbers.Group
	}
	for _, item := range list.Content {
		t := Table{}
		if at := child(item, "path"); at != nil && at.Value != Literal(name) {
			t.Document = unLiteral(at.Value)
		}
		if table := child(item, "table"); table != nil {
			t.Name = unLiteral(table.Value)
		}
		said := set.Rule(cmp.Or(t.Document, name))
		if said.Table == nil || slices.ContainsFunc(d.Tables, func(o Table) bool { return o.Document == t.Document && o.Name == t.Name }) {
			continue
		}
		if t.Fields = fields(said.Table(t.Name, 0)); len(t.Fields) > 0 {
			d.Tables = append(d.Tables, t)
		}
	}
	return d, nil
}

// fields returns what a rule says of columns, as far as a Field can: those of the key first, in its order.
func fields(r converter.TableRule) (list []Field) {
	at := map[string]int{}
	of := func(name string) *Field {
		i, ok := at[name]
		if !ok {
			i = len(list)
			at[name], list = i, append(list, Field{Name: name})
		}
		return &list[i]
	}
	for _, name := range r.PrimaryKey {
		of(name).Key = true
	}
	for _, f := range r.Fields {
		to := of(f.Name)
		to.Type, to.Decimal, to.Group, to.Unit = f.Type, f.Numbers.Decimal, f.Numbers.Group, f.AnyUnit
	}
	for _, name := range slices.Sorted(maps.Keys(r.Rename)) {
		of(name).As = r.Rename[name]
	}
	for _, name := range r.Drop {
		of(name).Drop = true
	}
	if r.Search != nil {
		for _, name := range r.Search.Columns {
			of(name).Search = true
		}
	}
	return list
}

// Of returns how an entry of a document says which of the tables made of it is meant: by the document in an archive, "" if
// it is none, and by the table's name there.
func Of(t converter.TableSummary, name string) (document, table string) {
	if t.Of == nil {
		return "", t.Name
	}
	if strings.HasPrefix(t.Of.Document, name+"/") {
		document = t.Of.Document
	}
	return document, t.Of.Table
}
