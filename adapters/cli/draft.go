package cli

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// draftRules prints what is found out about documents as rules for them. Converting by these
// makes the same database: what is a guess, or would change anything, is a comment.
func (c *conversion) draftRules(ctx context.Context, documents []document) error {
	var d draft
	fmt.Fprintf(&d, "# What was found out about these files. Save it beside them as %s; what you change here is obeyed.\nresources:\n", rules.FileName)
	for _, one := range documents {
		if one.as != nil {
			continue
		}
		text, err := c.draftDocument(ctx, one)
		if err != nil {
			return err
		}
		d.WriteString(text)
	}
	_, err := d.WriteTo(c.Stdout)
	return err
}

// draftDocument returns the entries of a document. It tries whether they make the same
// database; if not, a word that changes it becomes a comment, or all of them if it is several.
func (c *conversion) draftDocument(ctx context.Context, one document) (string, error) {
	made := newHashing()
	s, err := c.run(ctx, []document{one}, made, anything)
	if err != nil {
		return "", err
	}
	name := cmp.Or(one.within, one.name)
	flags, err := c.rule()
	if err != nil {
		return "", err
	}
	entries := func(silent func(word string) bool) string {
		d := draft{formats: c.Formats, silent: silent, flags: flags}
		d.document(name, s)
		return d.String()
	}
	text := entries(func(string) bool { return false })
	if len(c.ruling.documents) > 0 || one.object != nil || one.size < 0 {
		return text, nil // there are other rules as well, or to read it again costs
	}
	for i := 0; ; i++ {
		if again, err := c.redo(ctx, one, name, text); err == nil && again == made.sum() {
			return text, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if i == len(drafted) {
			return entries(func(string) bool { return true }), nil
		}
		text = entries(func(word string) bool { return word == drafted[i].Word })
	}
}

// redo converts a document by the entries of a draft, and returns the database's hash.
func (c *conversion) redo(ctx context.Context, one document, name, entries string) (string, error) {
	set := rules.ReadTexts(func(string) (string, error) { return "resources:\n" + entries, nil }, []string{rules.FileName}, c.Formats)
	set.Flags = c.reading.flags()
	again, made := *c, newHashing()
	again.indexes, again.search = nil, ""
	again.ruling = ruling{documents: map[string]ruled{one.name: {set, name}}}
	one.rules, one.within = set, name
	_, err := again.run(ctx, []document{one}, made, anything)
	return made.sum(), err
}

func anything(converter.Summary) error { return nil }

// hashing keeps of a database no more than its hash.
type hashing struct{ hash.Hash }

func newHashing() hashing { return hashing{sha256.New()} }

func (h hashing) Reset() error {
	h.Hash.Reset()
	return nil
}

func (h hashing) Commit(first []byte) error {
	_, err := h.Write(first)
	return err
}

func (h hashing) sum() string { return string(h.Sum(nil)) }

// A draft is rules that are being written.
type draft struct {
	bytes.Buffer
	formats *converter.Registry
	silent  func(word string) bool // which words are comments, whatever is known of them
	flags   converter.TableRule    // whose indexes and search are words of the draft
}

// document writes the entries of a document.
func (d *draft) document(name string, s converter.Summary) {
	fmt.Fprintf(d, "  - path: %s\n", words.Quoted(name))
	d.settings(s.Documents[0])
	if s.Copied {
		return
	}
	for _, t := range s.Tables {
		if len(s.Tables) > 1 {
			inside, table := words.Of(t, name)
			fmt.Fprintf(d, "  - path: %s\n    table: %s\n", words.Quoted(cmp.Or(inside, name)), words.Quoted(table))
		}
		d.indexes(t, len(s.Tables) > 1)
		var schema draft
		schema.schema(t)
		for line := range strings.Lines(schema.String()) { // as comments: the names may be ours, and would settle what a header is
			d.WriteString("    # " + strings.TrimPrefix(line, "    "))
		}
	}
}

// indexes writes the indexes and the search that flags ask for; of several tables, for those that
// have the columns.
func (d *draft) indexes(t converter.TableSummary, several bool) {
	lacks := func(name string) bool {
		return several && !slices.ContainsFunc(t.Columns, func(c converter.ColumnSummary) bool { return c.Name == name })
	}
	var list []string
	for _, x := range d.flags.Indexes {
		var names []string
		for _, c := range x.Columns {
			if lacks(c.Name) {
				names = nil
				break
			}
			names = append(names, words.Quoted(map[bool]string{true: "-"}[c.Descending]+c.Name))
		}
		if names != nil {
			list = append(list, "["+strings.Join(names, ", ")+"]")
		}
	}
	switch {
	case len(list) > 0:
		fmt.Fprintf(d, "    indexes: [%s]\n", strings.Join(list, ", "))
	case d.flags.Index == converter.IndexAuto:
		d.WriteString("    indexes: auto\n")
	case d.flags.Index == converter.IndexNone:
		d.WriteString("    indexes: none\n")
	}
	if search := d.flags.Search; search != nil && !slices.ContainsFunc(search.Columns, lacks) {
		var names []string
		for _, name := range search.Columns {
			names = append(names, words.Quoted(name))
		}
		fmt.Fprintf(d, "    search: [%s]\n", strings.Join(names, ", "))
	}
}

// guessed reports whether what a document has for an option is a guess.
func guessed(s converter.DocumentSummary, option string) bool {
	return slices.ContainsFunc(s.Findings, func(f converter.Finding) bool {
		return slices.Contains(f.Try, "--"+option) || slices.Contains(f.Try, "--no-"+option)
	})
}

// drafted are the options that a draft has, in their order there.
var drafted = slices.DeleteFunc(slices.Clone(words.Options), func(o words.Option) bool {
	return slices.Contains([]string{"comment", "header-rows", "header-join", "no-header"}, o.Name)
})

// settings writes how a document is read.
func (d *draft) settings(s converter.DocumentSummary) {
	_, c, _ := d.formats.Lookup(words.Innermost(d.formats, s))
	if c == nil {
		return
	}
	settings, why := converter.Settings(c, s.Facts), map[string]string{}
	for _, f := range s.Facts {
		why[f.Key] = f.Why
	}
	if settings["no-header"] == converter.Yes {
		settings["header"] = converter.No
	}
	var dialect draft
	said := false // something of the dialect is no comment
	for _, w := range drafted {
		value := w.Value(settings[w.Name])
		if settings[w.Name] == "" || value == "" || w.Name == "skip" && settings["skip"] == "0" {
			continue
		}
		// What is said of a document is not found any more, and findings are kept with the rows.
		silent := w.Name == "skip" || settings["skip"] != "0" && settings["skip"] != "" && w.Name == "header" || guessed(s, w.Name) || d.silent(w.Word)
		text, mark := w.Word+": "+value, ""
		if silent {
			mark = "# "
		}
		if w.Dialect {
			dialect.line("      "+mark+text, why[w.Name])
			said = said || !silent
		} else {
			d.line("    "+mark+text, why[w.Name])
		}
	}
	switch {
	case said:
		d.WriteString("    dialect:\n")
	case dialect.Len() > 0:
		d.WriteString("    # dialect:\n")
	}
	dialect.WriteTo(d)
}

// line writes a line, and why it is so.
func (d *draft) line(text, why string) {
	if why = printable(strings.Join(strings.Fields(why), " ")); why != "" {
		text += "  # " + why
	}
	d.WriteString(text + "\n")
}

// fieldTypes are the types of columns, as those of fields.
var fieldTypes = map[string]converter.FieldType{"TEXT": converter.StringType, "INTEGER": converter.IntegerType, "REAL": converter.NumberType}

// schema writes what the columns are.
func (d *draft) schema(t converter.TableSummary) {
	if len(t.Columns) == 0 {
		return
	}
	d.WriteString("    schema:\n      fields:\n")
	for _, c := range t.Columns {
		fmt.Fprintf(d, "        - name: %s\n", words.Quoted(c.Name))
		if declared := fieldTypes[c.Type]; declared != "" {
			d.line("          # type: "+string(declared), c.Why)
		}
	}
}
