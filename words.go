package dynasette

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A saying is what rules say of a database for people, in the words of Datasette's metadata, and
// where each stands, by its path.
type saying struct {
	about map[string]any
	at    map[string]entry
}

// describe has a database say what rules say of it.
func (r *ruling) describe(d *Database) {
	said := r.wordsOf(d)
	d.Words, d.wordsAt = said.about, said.at
}

// namesOf returns what rules may call the database of a source, beside its slug, and what that is in their terms.
func namesOf(source, slug string) (plain string, names []string) {
	if isSet(source) {
		plain = strings.TrimSuffix(source, "/")
		return plain, []string{path.Base(plain), slug, plain}
	}
	return source, []string{(&converter.Input{Name: source}).Stem(), slug, source}
}

// wordsOf returns what rules, or else the upload itself, say of a database. Nothing that an
// uploader writes may do more than describe: no HTML, no link but to the web.
func (r *ruling) wordsOf(d *Database) saying {
	silent := !slices.ContainsFunc(d.Tables, func(t Table) bool { return t.About != nil })
	if len(r.book.Files) == 0 && silent {
		return saying{}
	}
	w := saying{at: map[string]entry{}}
	describe := r.set.About
	if isSet(d.Source) {
		describe = r.set.AboutInto
	}
	source, names := namesOf(d.Source, d.Slug)
	slices.Sort(names)
	about, said := describe(source, slices.Compact(names)...)
	for word, origin := range said {
		w.say(origin, word)
	}
	w.about = plainWords(about)
	tables := map[string]any{}
	for place := range d.Tables {
		t := &d.Tables[place]
		of := t.origin(d.Source, place, d.Copied)
		if t.Hidden || of.Document == "" {
			continue
		}
		var rule converter.TableRule
		if said := r.set.Rule(of.Document); said.Table != nil {
			rule = said.Table(of.Table, of.Place)
		} else if t.About == nil {
			continue
		}
		if about := w.table(t, rule); len(about) > 0 {
			tables[t.Name] = about
		}
	}
	if len(tables) > 0 {
		w.about["tables"] = tables
	}
	if len(w.about) == 0 {
		return saying{}
	}
	return w
}

// origin returns what a table of a database was made of, which is the one at that place: what rules speak of.
func (t *Table) origin(source string, place int, copied bool) converter.DocumentTable {
	of := converter.DocumentTable{Document: source, Table: t.Name}
	if t.Of != nil {
		of = *t.Of
	}
	if copied {
		of.Place = place
	}
	return of
}

// said is a hash of what rules say of a database.
func (d *Database) said() string {
	data, err := json.Marshal(d.Words)
	if err != nil {
		panic(err) // texts, and lists and mappings of them, can be encoded
	}
	return sha256Hex(string(data))[:16]
}

func (w *saying) say(o converter.Origin, path ...string) {
	w.at[strings.Join(path, "\x00")] = entry{line: o.Line, column: o.Column, file: o.File}
}

// table returns what a rule says of a table.
func (w *saying) table(t *Table, rule converter.TableRule) map[string]any {
	about := plainWords(rule.Metadata)
	for word := range about {
		w.say(rule.Said[word], "tables", t.Name, word)
	}
	units, _ := about["units"].(map[string]any)
	delete(about, "units") // Datasette 0.65 answers with an error where it does not know one
	columns := map[string]any{}
	for i, text := range t.About {
		if text != "" {
			columns[t.Columns[i]] = text
		}
	}
	describe := func(name, text string, o converter.Origin) {
		name, with := t.extracted(t.columnOf(name, &rule), &rule)
		if text != "" && with == "" {
			columns[name] = text
			w.say(o, "tables", t.Name, "columns", name)
		}
	}
	for _, f := range rule.Fields {
		name := f.Name
		if i := slices.IndexFunc(append([]string{name}, f.Aliases...), t.has); i > 0 {
			name = f.Aliases[i-1]
		}
		if text := cmp.Or(f.Description, f.Title); text != name {
			describe(name, text, cmp.Or(f.Said["description"], f.Said["title"]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(units)) {
		column, text := t.columnOf(name, &rule), fmt.Sprint(units[name])
		if known, ok := columns[column].(string); ok {
			text = known + " (" + text + ")"
		}
		describe(name, text, rule.Said["units"])
	}
	if len(columns) > 0 {
		about["columns"] = columns
	}
	for _, word := range []string{"sort", "sort_desc", "label_column"} {
		if name, ok := about[word].(string); ok {
			about[word] = t.columnOf(name, &rule)
		}
	}
	for _, word := range []string{"facets", "sortable_columns"} {
		list, _ := about[word].([]any)
		var names []any
		for _, said := range list {
			name, with := t.extracted(t.columnOf(fmt.Sprint(said), &rule), &rule)
			if name = cmp.Or(with, name); !slices.Contains(names, any(name)) {
				names = append(names, name)
			}
		}
		if list != nil {
			about[word] = names
		}
	}
	return about
}

// has reports whether a column is known to be there.
func (t *Table) has(column string) bool { return slices.Contains(t.Columns, column) }

// columnOf returns what a column is called that a rule may call as the document does.
func (t *Table) columnOf(name string, rule *converter.TableRule) string {
	if now := rule.Rename[name]; now != "" && !t.has(name) {
		return now
	}
	return name
}

// extracted returns the column that stands for one which a rule moves to another table by
// itself, and for one which it moves there with others.
func (t *Table) extracted(name string, rule *converter.TableRule) (alone, with string) {
	if t.has(name) {
		return name, ""
	}
	for _, x := range rule.Extract {
		is := func(column string) bool { return column == name || rule.Rename[column] == name }
		switch {
		case !t.has(x.Column) || !slices.ContainsFunc(x.Columns, is):
		case len(x.Columns) == 1:
			return x.Column, ""
		default:
			return name, x.Column
		}
	}
	return name, ""
}

// plainWords returns words as they stand in a document, without links that lead elsewhere than to
// the web: a browser would run them.
func plainWords(said map[string]any) map[string]any {
	about := map[string]any{}
	for word, value := range said {
		switch v := value.(type) {
		case string:
			if strings.HasSuffix(word, "_url") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "http://") {
				continue
			}
			about[word] = v
		case []string:
			list := make([]any, len(v))
			for i, text := range v {
				list[i] = text
			}
			about[word] = list
		case map[string]string:
			m := map[string]any{}
			for key, text := range v {
				m[key] = text
			}
			about[word] = m
		case int:
			about[word] = fmt.Sprint(v) // a manifest keeps it as it is
		default:
			about[word] = v
		}
	}
	return about
}

// ruled returns what rules say of the databases of a release, as far as it fits.
func (f *fitter) ruled(m *Manifest) map[string]any {
	all := map[string]any{}
	t := &baseText{entries: map[string]entry{}}
	for i := range m.Databases {
		d := &m.Databases[i]
		if len(d.Words) == 0 {
			continue
		}
		about := maps.Clone(d.Words)
		if text, ok := about["description"].(string); ok {
			about["description"] = text + " (" + d.Description() + ")"
		}
		all[d.Slug] = about
		for at, e := range d.wordsAt {
			t.entries["databases\x00"+d.Slug+"\x00"+at] = e
		}
	}
	if len(all) == 0 {
		return nil
	}
	t.root = map[string]any{"databases": all}
	return f.fit(t)
}
