package converter

import (
	"fmt"
	"strings"
)

// newWriter returns a Writer for a document, or for one inside of it.
func (db *database) newWriter(doc *document, name string) *Writer {
	w := &Writer{db: db, doc: doc, name: name}
	if db.opts.Rules != nil {
		w.rule = db.opts.Rules(name)
	}
	if len(w.rule.Tables) > 0 {
		doc.naming = append(doc.naming, w)
	}
	return w
}

// unsettled reports settings that are orders for a document of whose format they are no
// options.
func (d *document) unsettled(rule Rule, formats *Registry) {
	if formats == nil || len(rule.Settings) == 0 {
		return
	}
	options := formats.OptionsOf(d.Format)
	for _, s := range rule.Settings {
		if _, _, ok := option(options, s.Option, s.Value); !ok {
			d.findings.add(Finding{Code: "rule-not-for-format", Rule: s.Origin.String(),
				Message: fmt.Sprintf("what is said of %s changes nothing, since %s has no such option", s.Option, d.Format)})
		}
	}
}

// tableRule returns what is said of the document's next table.
func (w *Writer) tableRule(name string) TableRule {
	var rule TableRule
	if w.rule.Table != nil {
		rule = w.rule.Table(name, len(w.tables))
	}
	return rule.under(&w.db.opts.Rule, len(w.tables))
}

// ruledTable returns the database's table for one of the document, as its rule has it.
func (w *Writer) ruledTable(name string, rule *TableRule, create func(name string) *table) *table {
	if rule.Skip {
		w.doc.skipped++
		t := newTable(name, nil)
		t.skipped, t.tree = true, w.db.file.NewTree()
		return t
	}
	if w.rule.OneTable != nil {
		w.doc.ruled = append(w.doc.ruled, ruled{name, w.rule.OneTable})
	}
	if rule.Shared {
		create = w.db.sharedTable(rule.Name)
	}
	if rule.Name != "" {
		name = rule.Name
	}
	return create(name)
}

// ruled is a table that has words for one table.
type ruled struct {
	table string
	by    *OneTable
}

// oneTable refuses a document of several tables that has words for one.
func (d *document) oneTable() error {
	tables := map[string][]string{}
	for _, r := range d.ruled {
		tables[r.by.Of] = append(tables[r.by.Of], fmt.Sprintf("%q", r.table))
	}
	for _, r := range d.ruled {
		if list := tables[r.by.Of]; len(list) > 1 {
			return &RuleError{r.by.Origin, fmt.Errorf("there are several tables here, and %s can only be said of one: say of which by table: (there are %s)",
				r.by.Words, strings.Join(list, ", "))}
		}
	}
	return nil
}

// Claim returns what others say of an option of the document's format, such as the encoding
// or the delimiter, where nobody has ordered what it is: for a converter to believe where
// that fits the bytes, and to report where it does not.
func (w *Writer) Claim(option string) (Setting, bool) {
	for _, c := range w.rule.Claims {
		if c.Option == option {
			return c, true
		}
	}
	return Setting{}, false
}

// Said returns what is said of a table that the document is to have next.
func (w *Writer) Said(table string) TableRule { return w.tableRule(table) }

// Under returns c, which converts the document, with the options set that rules have for the
// table that is to come next. A value that can't be is passed over, as by Registry.Under.
func (w *Writer) Under(c Configurable, table string) Converter {
	var set Converter = c
	for _, s := range w.tableRule(table).Settings {
		o, value, ok := option(own(set), s.Option, s.Value)
		if !ok || o.Check(value) != nil {
			continue
		}
		if with, err := set.(Configurable).With(o.Name, value); err == nil {
			set = with
		}
	}
	return set
}

// Under returns r with the options set that a rule has for a document. What no format has,
// or can't have, was to be refused where the rule was read, and changes nothing.
func (r *Registry) Under(rule Rule) *Registry {
	for _, s := range rule.Settings {
		if with, err := r.With(s.Option, s.Value); err == nil {
			r = with
		}
	}
	return r
}
