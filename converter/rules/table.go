package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A tabling puts a table's rule together, the words of one entry over those of the one
// before.
type tabling struct {
	set      *Set
	document string
	rule     converter.TableRule
	into     string // the table that several documents share
	database string
}

// say notes where a word stands.
func (t *tabling) say(l *layer, w *words, word string) {
	if m, ok := w.said[word]; ok {
		if t.rule.Said == nil {
			t.rule.Said = map[string]converter.Origin{}
		}
		t.rule.Said[word] = l.origin(m)
	}
}

// add takes what an entry says; the table is the one that words for one table mean, or not.
func (t *tabling) add(m match, one bool) {
	r, e, l := &t.rule, m.entry, m.layer
	took := func(word string) bool {
		if !e.says(word) {
			return false
		}
		t.say(l, &e.words, word)
		return true
	}
	if m.ofTable() {
		t.set.set(m, &r.Settings, new([]converter.Setting))
	}
	if e.Dialect != nil {
		if trim, said := e.Dialect.blanks(); said {
			r.Trim = trim
		}
	}
	if took("skip") {
		r.Skip = *e.Skip
	}
	if took("into") {
		t.database = cmp.Or(e.Into.Database, t.database)
		t.into = cmp.Or(e.Into.Table, t.into)
	} else if l.database != "" {
		t.database = l.database
	}
	if took("missingValues") {
		r.MissingValues = e.MissingValues
	}
	if took("decimalChar") {
		r.Numbers.Decimal = e.DecimalChar
	}
	if took("groupChar") {
		r.Numbers.Group = e.GroupChar
	}
	if took("text-only") {
		r.TextOnly = *e.TextOnly
	}
	if took("drop") {
		r.Drop = e.Drop
	}
	if took("only") {
		r.Only = e.Only
	}
	if took("order") {
		r.Order = e.Order
	}
	if took("source_column") {
		r.SourceColumn = e.SourceColumn
	}
	if took("constants") {
		r.Constants = nil
		for _, c := range e.Constants {
			r.Constants = append(r.Constants, converter.Constant{Column: c.column, Value: c.value, Origin: l.origin(c.mark)})
		}
	}
	if took("indexes") && (one || e.Indexes.choice != converter.IndexOnly) {
		r.Index, r.Indexes = e.Indexes.choice, nil
		for _, i := range e.Indexes.list {
			i.Origin = l.origin(mark{i.Origin.Line, i.Origin.Column, i.Origin.File})
			r.Indexes = append(r.Indexes, i)
		}
	}
	t.metadata(l, e)
	if !one && l.claim {
		return // it speaks of the document's first table
	}
	if took("name") {
		r.Name = e.Name
	}
	if len(e.Path) > 1 && l.claim { // the files of a resource are one table
		t.into = cmp.Or(e.Name, (&converter.Input{Name: e.Path[0]}).Stem())
	}
	if took("rename") {
		r.Rename = e.Rename
	}
	if took("extract") {
		r.Extract = nil
		for _, x := range e.Extract {
			table := cmp.Or(x.Table, strings.Join(x.Columns, "_"))
			r.Extract = append(r.Extract, converter.Extract{Columns: x.Columns, Table: table, Column: cmp.Or(x.Column, table+"_id"), As: x.As, Origin: l.origin(x.said[""])})
		}
	}
	if took("search") {
		r.Search = &converter.Search{Columns: e.Search.Columns, Tokenize: e.Search.Tokenize, Prefix: e.Search.Prefix, Origin: l.origin(e.said["search"])}
	}
	if e.Schema != nil {
		t.schema(m, e.Schema)
	}
}

// schema takes what a schema says.
func (t *tabling) schema(m match, s *schema) {
	r, l := &t.rule, m.layer
	took := func(word string) bool { t.say(l, &s.words, word); return s.says(word) }
	if took("missingValues") {
		r.MissingValues = s.MissingValues
	}
	if took("primaryKey") {
		r.PrimaryKey = s.PrimaryKey
	}
	if took("uniqueKeys") {
		r.UniqueKeys = nil
		for _, columns := range s.UniqueKeys {
			r.UniqueKeys = append(r.UniqueKeys, converter.UniqueKey{Columns: columns, Origin: l.origin(s.said["uniqueKeys"])})
		}
	}
	if took("foreignKeys") {
		r.ForeignKeys = nil
		for _, k := range s.ForeignKeys {
			if k.Reference == nil {
				continue // it was no reference, which is said
			}
			r.ForeignKeys = append(r.ForeignKeys, converter.ForeignKey{Columns: k.Fields, Table: t.target(m, k.Reference), To: k.Reference.Fields, Origin: l.origin(k.said[""])})
		}
	}
	if l.claim && len(r.Fields) == 0 {
		r.Places = len(s.Fields) // the list has all of them, in their order
	}
	for _, f := range s.Fields {
		i := slices.IndexFunc(r.Fields, func(known converter.FieldRule) bool { return known.Name == f.Name })
		if i < 0 {
			i = len(r.Fields)
			r.Fields = append(r.Fields, converter.FieldRule{Name: f.Name})
		}
		f.over(l, &r.Fields[i])
	}
}

// target returns the table that a foreign key refers to.
func (t *tabling) target(m match, to *reference) string {
	name := to.Resource
	if m.claim && (name == m.entry.Name && name != "" || name == "self") {
		return ""
	}
	for _, e := range m.layer.entries {
		if !m.claim || len(e.Path) == 0 || name == "" && to.schema == "" {
			continue
		}
		if clean, _ := localPath(name); e.Name == name && name != "" || clean == e.Path[0] && e.Name == "" || to.schema != "" && e.schemaFile == to.schema {
			if e == m.entry {
				return ""
			}
			return t.set.tableName(path.Join(path.Dir(m.file), e.Path[0]))
		}
	}
	return name
}

// tableName returns what the one table of a document is called.
func (s *Set) tableName(document string) string {
	t := &tabling{set: s, document: document}
	for _, m := range s.matches(document) {
		if m.means("", 0) {
			named := entry{words: m.entry.words, Name: m.Name, Into: m.Into, Path: m.Path}
			named.words.said = pick(m.entry.said, "name", "into")
			t.add(match{m.layer, &named, m.of}, true)
		}
	}
	return cmp.Or(t.finish().Name, (&converter.Input{Name: document}).Stem())
}

func pick(said map[string]mark, words ...string) map[string]mark {
	some := map[string]mark{}
	for _, w := range words {
		if m, ok := said[w]; ok {
			some[w] = m
		}
	}
	return some
}

// finish returns the rule.
func (t *tabling) finish() converter.TableRule {
	r := t.rule
	switch {
	case t.into != "":
		r.Name, r.Shared = t.into, true
	case t.rule.Said["into"] != (converter.Origin{}) && r.Name != "":
		r.Shared = true // documents that go into one database with one name for a table
	}
	return r
}

// metadata takes what Datasette is told.
func (t *tabling) metadata(l *layer, e *entry) {
	set := func(word string, value any) {
		if t.rule.Metadata == nil {
			t.rule.Metadata = map[string]any{}
		}
		t.rule.Metadata[word] = value
		t.say(l, &e.words, word)
	}
	e.credits.each(func(word, text string) { set(word, text) })
	for word, text := range map[string]string{"label_column": e.LabelColumn, "sort": e.Sort, "sort_desc": e.SortDesc} {
		if text != "" {
			set(word, text)
		}
	}
	if e.Sort != "" {
		delete(t.rule.Metadata, "sort_desc") // of a file further away
	} else if e.SortDesc != "" {
		delete(t.rule.Metadata, "sort")
	}
	if e.Size != nil {
		set("size", *e.Size)
	}
	if e.Hidden != nil {
		set("hidden", *e.Hidden)
	}
	if e.Facets != nil {
		set("facets", e.Facets)
	}
	if e.SortableColumns != nil {
		set("sortable_columns", e.SortableColumns)
	}
	if e.Units != nil {
		set("units", e.Units)
	}
}

// over puts what is said of a field over what was said before.
func (f *field) over(l *layer, r *converter.FieldRule) {
	took := func(w *words, word string) bool {
		m, ok := w.said[word]
		if ok {
			if r.Said == nil {
				r.Said = map[string]converter.Origin{}
			}
			r.Said[word] = l.origin(m)
		}
		return ok
	}
	took(&f.words, "name")
	for _, alias := range f.aliases {
		if !slices.Contains(r.Aliases, alias) {
			r.Aliases = append(r.Aliases, alias)
		}
	}
	if took(&f.words, "type") {
		r.Type = converter.FieldType(f.Type)
	}
	for word, text := range map[string]struct {
		from string
		into *string
	}{
		"format": {f.Format, &r.Format}, "decimalChar": {f.DecimalChar, &r.Numbers.Decimal}, "groupChar": {f.GroupChar, &r.Numbers.Group},
		"delimiter": {f.Delimiter, &r.Separator}, "title": {f.Title, &r.Title}, "description": {f.Description, &r.Description},
	} {
		if took(&f.words, word) {
			*text.into = text.from
		}
	}
	if took(&f.words, "bareNumber") {
		r.AnyUnit = !*f.BareNumber
	}
	if f.parts > 0 {
		r.Parts, r.Numbers.Unit = f.parts, f.unit
	}
	for word, list := range map[string]struct {
		from []string
		into *[]string
	}{
		"trueValues": {f.TrueValues, &r.TrueValues}, "falseValues": {f.FalseValues, &r.FalseValues}, "missingValues": {f.MissingValues, &r.MissingValues},
	} {
		if took(&f.words, word) {
			*list.into = list.from
		}
	}
	if took(&f.words, "itemType") {
		r.ItemType = converter.FieldType(f.ItemType)
	}
	if took(&f.words, "misfit") {
		r.Misfit = f.Misfit.Misfit
	}
	if took(&f.words, "default") {
		r.Default = &f.Default.Value
	}
	if f.Constraints != nil {
		f.Constraints.over(took, r)
	}
}

func (c *constraints) over(took func(*words, string) bool, r *converter.FieldRule) {
	if took(&c.words, "required") {
		r.Required = *c.Required
	}
	if took(&c.words, "unique") {
		r.Unique = *c.Unique
	}
	if took(&c.words, "minimum") {
		r.Minimum = c.Minimum
	}
	if took(&c.words, "maximum") {
		r.Maximum = c.Maximum
	}
	if took(&c.words, "enum") {
		r.Enum = c.Enum
	}
	if took(&c.words, "minLength") {
		r.MinLength = c.MinLength
	}
	if took(&c.words, "maxLength") {
		r.MaxLength = c.MaxLength
	}
}
