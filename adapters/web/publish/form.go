package publish

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

// maxChosen bounds the columns that can be chosen for in a form.
const maxChosen = 500

// A form is what can be chosen for a file, and what is.
type form struct {
	Book    string // where it is written
	Options []control
	Null    control
	Decimal control
	Group   control
	Types   []converter.FieldType
	Tables  []formTable
	Left    int      // columns that it has no room for
	Open    bool     // how it is read is chosen, or can't be
	Gone    []string // columns that something was chosen for, and that are not there
	Entries string   // what would be written
	About   string
	Aside   string
}

// A control is one thing that can be chosen.
type control struct {
	ID, Label, Usage string
	Kind             converter.OptionKind
	Value            string
	Values           []string
	Found            string // what holds if nothing is chosen
	Fault            string
}

// A formTable is what can be chosen for a table's columns.
type formTable struct {
	Name     string
	Document string // in an archive
	Rows     int64
	Columns  []formColumn
	KeyBy    string // who says what the key is, which can't be chosen then
	SearchBy string

	of   converter.DocumentTable
	rule converter.TableRule
}

// A formColumn is a column, and what is chosen for it.
type formColumn struct {
	words.Field
	IDs      map[string]string // of its controls
	Called   string            // in the database, if nothing is chosen
	Now      string            // type that it gets
	Why      string
	DropBy   string // who says that it is left out
	TypeBy   string
	IsKey    bool // others say so
	IsSearch bool
	Fault    string
}

// maker makes a form.
type maker struct {
	name    string // of the file
	formats *converter.Registry
	others  *dynasette.Prospect // by what others have written
	choices
}

// become notes what the columns become in a database.
func (f *form) become(made *converter.Summary, name string) {
	for i := range f.Tables {
		t := &f.Tables[i]
		for _, m := range made.Tables {
			if madeOf(m, name) != t.of {
				continue
			}
			t.become(m.Columns)
		}
	}
}

// become finds each column by its place, as what columns are called that are called alike depends on all of them; or by its
// name where there are others besides.
func (t *formTable) become(made []converter.ColumnSummary) {
	var kept []*formColumn
	for i := range t.Columns {
		if c := &t.Columns[i]; !c.Drop && c.DropBy == "" {
			kept = append(kept, c)
		}
	}
	r := &t.rule
	placed := len(kept) == len(made) && r.Order == nil && r.Constants == nil && r.SourceColumn == "" && r.Extract == nil
	for i, c := range kept {
		at := i
		if !placed {
			at = slices.IndexFunc(made, func(m converter.ColumnSummary) bool { return m.Name == cmp.Or(c.As, c.Called) })
		}
		if at >= 0 {
			c.Now, c.Why = cmp.Or(made[at].Type, "any"), made[at].Why
		}
	}
}

// options returns the controls of options of the formats of a document.
func (m *maker) options(formats []string, facts []converter.Fact) (list []control) {
	found := map[string]string{}
	var options []converter.Option
	for _, name := range formats {
		_, c, _ := m.formats.Lookup(name)
		if c == nil {
			continue
		}
		for option, value := range converter.Settings(c, facts) {
			found[option] = value
		}
		for _, o := range m.formats.OptionsOf(name) {
			if !slices.ContainsFunc(options, func(known converter.Option) bool { return known.Name == o.Name }) {
				options = append(options, o)
			}
		}
	}
	for _, o := range options {
		plain := plainSwitch(o)
		if plain != o.Name && slices.ContainsFunc(options, func(other converter.Option) bool { return other.Name == plain }) {
			continue
		}
		said := slices.Clone(m.said.Options[plain])
		if plain != o.Name && said != nil {
			said[0] = otherSide[said[0]]
		}
		c := m.control(optionID(o.Name), o.Name, strings.Join(said, "\n"))
		c.Usage, c.Kind, c.Values = strings.ReplaceAll(o.Usage, "`", ""), o.Kind, o.Values
		if o.Kind == converter.OptionSwitch {
			c.Values = []string{converter.Yes, converter.No}
		}
		if c.Found = words.Visible(o.Spelled(found[o.Name])); found[o.Name] == "" && found["no-"+o.Name] == converter.Yes {
			c.Found = converter.No
		}
		list = append(list, c)
	}
	return list
}

func (m *maker) control(id, label, value string) control {
	c := control{ID: id, Label: label, Value: value, Fault: m.fault(id)}
	if typed, ok := m.typed[id]; ok {
		c.Value = typed
	}
	return c
}

func (m *maker) fault(id string) string {
	for _, f := range m.faults {
		if f.ID == id {
			return f.Text
		}
	}
	return ""
}

// spellings sets the controls of how cells are spelled.
func (m *maker) spellings(f *form) {
	null := slices.Clone(m.said.Null)
	for i, spelling := range null {
		if spelling == "" {
			null[i] = `""`
		}
	}
	f.Null = m.control(nullID, "null", strings.Join(null, "\n"))
	f.Null.Usage, f.Null.Kind = `spellings of cells that are NULL, one a line; a blank cell is so anyway, and "" is a quoted empty text`, converter.OptionList
	f.Decimal = m.control(decimalID, "decimal", m.said.Decimal)
	f.Decimal.Usage, f.Decimal.Values, f.Decimal.Found = "the decimal character of numbers", []string{".", ","}, "."
	f.Group = m.control(groupID, "group", m.said.Group)
	f.Group.Usage, f.Group.Values = "the character between thousands", []string{",", ".", "'"}
}

// tables lists the columns of the tables that a document has by itself, and returns what can be written of what is
// chosen: what is said of columns that are not there is not, unless there may be more of them.
func (m *maker) tables(f *form, tables []converter.TableSummary, more bool) (written []words.Table) {
	var about []tableOf
	var aside []words.Table
	left := map[*words.Field]bool{}
	for i := range m.said.Tables {
		for k := range m.said.Tables[i].Fields {
			left[&m.said.Tables[i].Fields[k]] = true
		}
	}
	room := maxChosen
	for _, t := range tables {
		at := tableOf{}
		if len(tables) > 1 {
			at.Document, at.Name = words.Of(t, m.name)
			if dir := path.Dir(m.name); dir != "." {
				at.Document = strings.TrimPrefix(at.Document, dir+"/")
			}
		}
		columns := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = c.Name
		}
		shown := m.table(t, columns)
		said, order := map[int]words.Field{}, []int{}
		match := new(converter.TableRule).Match(columns)
		for i := range m.said.Tables {
			if of := &m.said.Tables[i]; of.Document == at.Document && of.Name == at.Name {
				for k := range of.Fields {
					if n := match.Column(of.Fields[k].Name); n >= 0 && n < room {
						if _, twice := said[n]; !twice {
							order = append(order, n)
						}
						said[n] = of.Fields[k]
						delete(left, &of.Fields[k])
					}
				}
			}
		}
		n := min(len(columns), room)
		room -= n
		f.Left += len(columns) - n
		if n == 0 {
			continue
		}
		at.Columns = columns[:n]
		shown.Columns = shown.Columns[:n]
		for i := range shown.Columns {
			c := &shown.Columns[i]
			c.Field = said[i]
			c.Name = columns[i]
			c.IDs = map[string]string{}
			for _, what := range []string{"type", "as", "drop", "key", "search"} {
				c.IDs[what] = columnID(what, len(about), i)
			}
		}
		m.names(&shown)
		w := words.Table{Document: at.Document, Name: at.Name}
		for _, n := range order { // which is that of the key
			field := shown.Columns[n].Field
			if shown.Columns[n].Fault != "" {
				field.As = ""
			}
			w.Fields = append(w.Fields, field)
		}
		about = append(about, at)
		f.Tables = append(f.Tables, shown)
		written = append(written, besides(w, &shown.rule))
	}
	for i := range m.said.Tables {
		of := &m.said.Tables[i]
		rest := words.Table{Document: of.Document, Name: of.Name}
		for k := range of.Fields {
			if !left[&of.Fields[k]] {
				continue
			}
			rest.Fields = append(rest.Fields, of.Fields[k])
			if !more && f.Left == 0 {
				f.Gone = append(f.Gone, of.Fields[k].Name)
			}
		}
		if rest.Fields == nil {
			continue
		}
		aside = append(aside, rest)
		if !more && f.Left == 0 {
			continue
		}
		if k := slices.IndexFunc(written, func(t words.Table) bool { return t.Document == rest.Document && t.Name == rest.Name }); k >= 0 {
			written[k].Fields = append(written[k].Fields, rest.Fields...)
		} else {
			written = append(written, rest)
		}
	}
	f.About, f.Aside = encoded(about), encoded(aside)
	return tidy(written)
}

func encoded(v any) string {
	text, _ := json.Marshal(v) // texts can be
	return string(text)
}

// madeOf returns what a table was made of.
func madeOf(t converter.TableSummary, name string) converter.DocumentTable {
	if t.Of == nil {
		return converter.DocumentTable{Document: name, Table: t.Name}
	}
	return *t.Of
}

// table returns a table's columns with what others say of them.
func (m *maker) table(t converter.TableSummary, columns []string) formTable {
	shown := formTable{Name: t.Name, Rows: t.Rows, of: madeOf(t, m.name)}
	if inside, ok := strings.CutPrefix(shown.of.Document, m.name+"/"); ok {
		shown.Document = inside
	}
	if of := m.others.Rule(cmp.Or(shown.of.Document, m.name)).Table; of != nil {
		shown.rule = of(shown.of.Table, shown.of.Place)
	}
	r := &shown.rule
	match := r.Match(columns)
	for i, name := range columns {
		shown.Columns = append(shown.Columns, formColumn{Called: match.Names[i]})
		if r.Only != nil && !slices.ContainsFunc(r.Only, func(kept string) bool { return match.Column(kept) == i }) {
			shown.Columns[i].DropBy = by(r, "only")
		}
		if shown.Columns[i].Called == "" {
			shown.Columns[i].Called = name
		}
	}
	mark := func(names []string, do func(c *formColumn)) {
		for _, name := range names {
			if at := match.Column(name); at >= 0 {
				do(&shown.Columns[at])
			}
		}
	}
	mark(r.Drop, func(c *formColumn) { c.DropBy = by(r, "drop") })
	if len(r.PrimaryKey) > 0 {
		shown.KeyBy = by(r, "primaryKey")
		mark(r.PrimaryKey, func(c *formColumn) { c.IsKey = true })
	}
	if r.Search != nil {
		shown.SearchBy = r.Search.Origin.String()
		mark(r.Search.Columns, func(c *formColumn) { c.IsSearch = true })
	}
	for i, at := range match.Fields {
		if said := r.Fields[i]; at >= 0 && said.Type != "" {
			shown.Columns[at].TypeBy = fmt.Sprintf("%s, by %s", said.Type, said.Said["type"])
		}
	}
	return shown
}

// besides returns what is said of a table with what others say by words that it has as well, since a word of several
// columns takes the place of theirs.
func besides(t words.Table, others *converter.TableRule) words.Table {
	c := choices{}
	c.said.Tables = []words.Table{t}
	if slices.ContainsFunc(t.Fields, func(f words.Field) bool { return f.Drop }) {
		for _, name := range others.Drop {
			c.field(t.Document, t.Name, name).Drop = true
		}
	}
	if slices.ContainsFunc(t.Fields, func(f words.Field) bool { return f.As != "" }) {
		for _, name := range slices.Sorted(maps.Keys(others.Rename)) {
			if f := c.field(t.Document, t.Name, name); f.As == "" {
				f.As = others.Rename[name]
			}
		}
	}
	return c.said.Tables[0]
}

// names finds columns that would be called alike.
func (m *maker) names(t *formTable) {
	called := map[string]int{}
	for pass := range 2 { // those first that nobody calls otherwise
		for i := range t.Columns {
			c := &t.Columns[i]
			if c.Drop || c.DropBy != "" || (c.As != "") != (pass == 1) {
				continue
			}
			name := cmp.Or(c.As, c.Called)
			other, taken := called[strings.ToLower(name)]
			if taken && pass == 1 {
				c.Fault = fmt.Sprintf("there would be two columns called %.100q: %.100q and %.100q", name, t.Columns[other].Name, c.Name)
				m.refuse(c.IDs["as"], c.As, c.Fault)
			} else if !taken {
				called[strings.ToLower(name)] = i
			}
		}
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Fault == "" {
			c.Fault = m.fault(c.IDs["type"])
		}
	}
}

func by(r *converter.TableRule, word string) string { return r.Said[word].String() }
