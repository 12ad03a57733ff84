package dynasette

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/internal/suggest"
)

// A fitter holds what base documents name against what there is. What is not there is left
// out, and nothing else: Datasette answers a page of a table with an error if it is to be
// sorted by a column that is gone.
type fitter struct {
	m        *Manifest
	rows     int                      // as many as a page may have
	former   func() map[string]string // see Manifest.Former
	accents  func() map[string]string // uploads by how people type their names; "" stands for several
	names    func() []string          // that are known
	guesses  int                      // how often it was guessed which name is meant
	document *baseText
	found    []BaseFinding
}

func newFitter(m *Manifest, rows int) *fitter {
	return &fitter{
		m: m, rows: rows,
		former: sync.OnceValue(m.Former),
		accents: sync.OnceValue(func() map[string]string {
			all := map[string]string{}
			for _, d := range m.Databases {
				if name := romanize(d.Source); name != strings.ToLower(d.Source) {
					if _, several := all[name]; several {
						all[name] = ""
					} else {
						all[name] = d.Source
					}
				}
			}
			return all
		}),
		names: sync.OnceValue(func() []string {
			var all []string
			for _, d := range m.Databases {
				all = append(all, d.Slug, d.Source)
			}
			return all
		}),
	}
}

// fit returns what a document says: databases under their slugs, and without what is named
// and not there.
func (f *fitter) fit(t *baseText) map[string]any {
	f.document = t
	if e := t.foreign; e != nil {
		f.found = append(f.found, BaseFinding{Document: baseFolder + t.name, Position: e.column, Finding: converter.Finding{
			Code: "json-as-yaml", Severity: converter.Doubt, Line: int64(e.line), Count: 1,
			Message: fmt.Sprintf("not JSON, and read as YAML, as Datasette does: %v", e),
		}})
	}
	for _, key := range t.doubled {
		at := strings.Split(key, "\x00")
		f.add(at, converter.Finding{Code: "key-doubled", Severity: converter.Doubt,
			Message: fmt.Sprintf("%q stands twice, and only what is said here counts", at[len(at)-1])}, nil)
	}
	root := maps.Clone(t.root)
	databases, ok := mappings(root, "databases")
	if !ok {
		return root
	}
	all := map[string]any{}
	var uploads []string // by whose name a database is meant: they come last, and so win
	for _, name := range slices.Sorted(maps.Keys(databases)) {
		switch d, kind := f.database(name); {
		case kind == meantByUpload:
			uploads = append(uploads, name)
		case kind == meantByNobody:
			f.unknown(name)
			all[name] = f.about(nil, name, databases[name])
		case d != nil:
			all[d.Slug] = under(all[d.Slug], f.about(d, name, databases[name]))
		}
	}
	for _, name := range uploads {
		if d, _ := f.database(name); d != nil { // else it is not served at the moment, which is told elsewhere
			all[d.Slug] = under(all[d.Slug], f.about(d, name, databases[name]))
		}
	}
	root["databases"] = all
	return root
}

// under merges two values; where they can't be merged, over counts.
func under(value, over any) any {
	u, ok := value.(map[string]any)
	o, both := over.(map[string]any)
	if ok && both {
		return merge(u, o)
	}
	return over
}

// mappings returns the mapping under a key, without what is empty in it: to have nothing
// under a name is to say nothing of it.
func mappings(parent map[string]any, key string) (map[string]any, bool) {
	value, there := parent[key]
	m, ok := value.(map[string]any)
	if value == nil && there {
		delete(parent, key)
	}
	if ok {
		m = maps.Clone(m)
		maps.DeleteFunc(m, func(_ string, value any) bool { return value == nil })
		parent[key] = m
	}
	return m, ok
}

// How a document names a database.
const (
	meantByNobody = iota
	meantBySlug
	meantByUpload
)

// database returns which one is meant by a name, if it is served: that of the slug, or that
// of the upload, or that of a slug of old.
func (f *fitter) database(name string) (d *Database, kind int) {
	if d := f.m.find(name); d != nil {
		return d, meantBySlug
	}
	for _, upload := range []string{name, path.Clean(strings.ReplaceAll(name, `\`, "/"))} {
		if d := f.m.of(upload); d != nil {
			return d, meantByUpload
		}
		if _, known := f.m.Names[upload]; known {
			return nil, meantByUpload
		}
	}
	if slug := f.former()[name]; slug != "" {
		return f.m.find(slug), meantBySlug
	}
	// An accent is a letter's own, or a character of its own: nobody sees which.
	if typed := romanize(name); typed != strings.ToLower(name) {
		if upload := f.accents()[typed]; upload != "" {
			return f.m.of(upload), meantByUpload
		}
	}
	for _, slug := range f.m.Names {
		if slug == name {
			return nil, meantBySlug
		}
	}
	return nil, meantByNobody
}

// unknown finds that nothing is called that. It stays, as the server may have databases of
// its own.
func (f *fitter) unknown(name string) {
	if strings.HasPrefix(name, "_") || name == "*" {
		return // Datasette's own, and a plug-in's
	}
	finding := converter.Finding{Code: "database-unknown", Message: fmt.Sprintf("no upload and no database is called %q", name)}
	if i := slices.IndexFunc(f.m.Databases, func(d Database) bool { return path.Base(d.Source) == name }); i >= 0 {
		finding.Try = []string{f.m.Databases[i].Source} // in a folder
	} else {
		finding.Try = f.meant(name, f.names())
	}
	if finding.Try != nil {
		finding.Severity = converter.Doubt
	}
	f.add([]string{"databases", name}, finding, nil)
}

// about fits what is said of a database; nil is one that is not known.
func (f *fitter) about(d *Database, name string, value any) any {
	root, ok := value.(map[string]any)
	if !ok {
		return value // which lint refuses
	}
	root = maps.Clone(root)
	tables, ok := mappings(root, "tables")
	if !ok {
		return root
	}
	all := map[string]any{}
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		at := []string{"databases", name, "tables", table}
		r := relation{name: table, of: d}
		if d != nil {
			var there bool
			if r, there = d.relation(table); !there {
				f.missing(at, d, r)
				continue
			}
		}
		switch said, ok := tables[table].(map[string]any); {
		case !ok:
			all[r.name] = tables[table] // which lint refuses
		case r.name == table:
			all[r.name] = under(all[r.name], f.table(r, at, said))
		default: // in other letters, which yield to the same ones
			all[r.name] = under(f.table(r, at, said), orEmpty(all[r.name]))
		}
	}
	root["tables"] = all
	return root
}

func orEmpty(value any) any {
	if value == nil {
		return map[string]any{}
	}
	return value
}

// missing finds that a table is not there.
func (f *fitter) missing(at []string, d *Database, r relation) {
	if ours := []string{converter.RejectsTable, converter.SourcesTable, converter.ColumnsTable}; !d.Copied && slices.Contains(ours, r.name) {
		return // it comes and goes
	}
	f.add(at, converter.Finding{Code: "table-missing", Severity: converter.Doubt, Table: r.name, Try: f.meant(r.name, d.relations()),
		Message: fmt.Sprintf("%s has no table %q, so what is said of it is left out", Printable(d.Source), r.name)}, d)
}

// meant guesses which name is meant.
func (f *fitter) meant(name string, known []string) []string {
	if f.guesses++; f.guesses > maxBaseFindings || len(name) > 100 {
		return nil
	}
	if best := suggest.For(name, known); best != "" {
		return []string{best}
	}
	return nil
}

// add adds a finding about what stands at a path.
func (f *fitter) add(at []string, finding converter.Finding, d *Database) {
	e := f.document.at(at...)
	for e == (entry{}) && len(at) > 0 { // what stands in a list of a file with rules
		at = at[:len(at)-1]
		e = f.document.at(at...)
	}
	finding.Line, finding.Count = int64(e.line), 1
	found := BaseFinding{Document: cmp.Or(e.file, baseFolder+f.document.name), Position: e.column, Finding: finding}
	if d != nil {
		found.Source = d.Source
	}
	f.found = append(f.found, found)
}

// A relation is a table or a view.
type relation struct {
	name    string
	of      *Database
	columns []string // nil if they are not known
}

// relation returns the table or view of a name, which may be in other letters: SQLite does
// not tell them apart. It is there, too, if nobody knows.
func (d *Database) relation(name string) (r relation, there bool) {
	var like []relation
	for i := range d.Tables {
		t := &d.Tables[i]
		r := relation{t.Name, d, t.Columns}
		if len(t.Columns) == 0 {
			r.columns = nil
		}
		if t.Name == name {
			return r, true
		}
		if strings.EqualFold(t.Name, name) {
			like = append(like, r)
		}
	}
	for _, view := range d.Views {
		if view == name {
			return relation{view, d, nil}, true
		}
		if strings.EqualFold(view, name) {
			like = append(like, relation{view, d, nil})
		}
	}
	if len(like) == 1 {
		return like[0], true
	}
	return relation{name, d, nil}, d.Copied && d.Views == nil
}

// relations returns the names of all tables and views.
func (d *Database) relations() []string {
	all := slices.Clone(d.Views)
	for _, t := range d.Tables {
		all = append(all, t.Name)
	}
	return all
}

// column returns a column's name as the table spells it.
func (r relation) column(name string) (spelled string, there bool) {
	if r.columns == nil || slices.Contains(r.columns, name) {
		return name, true
	}
	for _, c := range r.columns {
		if strings.EqualFold(c, name) {
			if there { // two of them
				return name, false
			}
			spelled, there = c, true
		}
	}
	return spelled, there
}

// table fits what is said of a table.
func (f *fitter) table(r relation, at []string, said map[string]any) map[string]any {
	said = maps.Clone(said)
	for _, key := range slices.Sorted(maps.Keys(said)) {
		value, at := said[key], append(slices.Clone(at), key)
		keep := true
		switch key {
		case "sort", "sort_desc", "label_column", "fts_pk":
			if text := f.text(value, at); text != "" {
				said[key], keep = f.column(r, key, text, at)
			}
		case "sortable_columns":
			said[key] = f.list(value, at, func(item any, at []string) (any, bool) { return f.column(r, key, f.text(item, at), at) })
		case "facets":
			said[key] = f.list(value, at, func(item any, at []string) (any, bool) { return f.facet(r, item, at) })
		case "columns", "units", "column_types":
			if _, ok := value.(map[string]any); ok || value == nil {
				f.columns(r, said, key, at)
			}
		case "fts_table":
			if text := f.text(value, at); text != "" && r.of != nil {
				index, there := r.of.relation(text)
				if said[key], keep = index.name, there; !there {
					f.add(at, converter.Finding{Code: "table-missing", Severity: converter.Doubt, Table: r.name, Try: f.meant(text, r.of.relations()),
						Message: fmt.Sprintf("fts_table names %q, which is no table of %s, so it is left out", text, Printable(r.of.Source))}, r.of)
				}
			}
		case "size", "facet_size":
			said[key], keep = f.size(r, key, value, at)
		}
		if !keep {
			delete(said, key)
		}
	}
	return said
}

// text returns a name as it is spelled in the document: it may look like a number there.
func (f *fitter) text(value any, at []string) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return f.document.at(at...).spelling
}

// column returns a column by the name that the table knows it by.
func (f *fitter) column(r relation, key, name string, at []string) (any, bool) {
	spelled, there := r.column(name)
	if there || isRowID(name) && key != "label_column" && key != "columns" {
		return spelledOr(spelled, name), true
	}
	f.add(at, converter.Finding{Code: "column-missing", Severity: converter.Doubt, Table: r.name, Column: name, Try: f.meant(name, r.columns),
		Message: fmt.Sprintf("%s names a column %q, which the table %q of %s does not have, so that is left out",
			key, name, r.name, Printable(r.of.Source))}, r.of)
	return nil, false
}

func spelledOr(spelled, name string) string {
	if spelled == "" {
		return name
	}
	return spelled
}

// isRowID reports whether a name is one that the key of every table goes by.
func isRowID(name string) bool {
	return slices.Contains([]string{"rowid", "_rowid_", "oid"}, strings.ToLower(name))
}

// list fits what is in a list. One thing alone is taken for a list of it.
func (f *fitter) list(value any, at []string, fit func(any, []string) (any, bool)) any {
	if value == nil {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := []any{}
	for i, item := range list {
		at := at
		if ok {
			at = append(slices.Clone(at), strconv.Itoa(i))
		}
		if item == nil {
			continue
		}
		if item, keep := fit(item, at); keep {
			all = append(all, item)
		}
	}
	return all
}

// facet fits a facet: a column, or what kind of facet it is of a column.
func (f *fitter) facet(r relation, item any, at []string) (any, bool) {
	kinds, ok := item.(map[string]any)
	if !ok {
		return f.column(r, "facets", f.text(item, at), at)
	}
	if len(kinds) != 1 {
		f.unfit(r, at, "a facet is a column, or a kind and a column as in array: tags, so this one is left out")
		return nil, false
	}
	for kind, of := range kinds {
		at := append(slices.Clone(at), kind)
		details, ok := of.(map[string]any)
		switch {
		case !slices.Contains([]string{"column", "array", "date"}, kind):
			return item, true // a plug-in's
		case !ok:
			name, keep := f.column(r, "facets", f.text(of, at), at)
			return map[string]any{kind: name}, keep
		}
		for _, key := range []string{"column", "simple"} {
			if of := details[key]; of != nil {
				at := append(at, key)
				details = maps.Clone(details)
				var keep bool
				details[key], keep = f.column(r, "facets", f.text(of, at), at)
				return map[string]any{kind: details}, keep
			}
		}
		f.unfit(r, at, "a facet names no column, so it is left out")
	}
	return nil, false
}

// columns fits a mapping by columns.
func (f *fitter) columns(r relation, said map[string]any, key string, at []string) {
	columns, ok := mappings(said, key)
	if !ok {
		return
	}
	all := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		spelled, keep := f.column(r, key, name, append(slices.Clone(at), name))
		if _, both := all[fmt.Sprint(spelled)]; keep && (!both || spelled == name) {
			all[spelled.(string)] = columns[name]
		}
	}
	said[key] = all
}

// size fits a number of rows, or of values: as many as a page may have.
func (f *fitter) size(r relation, key string, value any, at []string) (any, bool) {
	switch v := value.(type) {
	case nil:
		return value, true
	case int:
		if v >= 0 && (v <= f.rows || key == "facet_size") {
			return v, true
		}
	case string:
		if v == "max" {
			return v, true
		}
		if n, err := strconv.Atoi(v); err == nil {
			return f.size(r, key, n, at)
		}
	}
	f.unfit(r, at, fmt.Sprintf("%s is %v, and should be max or a number up to %d, the setting max_returned_rows, so it is left out", key, value, f.rows))
	return nil, false
}

func (f *fitter) unfit(r relation, at []string, message string) {
	f.add(at, converter.Finding{Code: "value-unfit", Severity: converter.Doubt, Table: r.name, Message: message}, r.of)
}
