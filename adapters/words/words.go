// Package words writes what is said of a document in the words of dynasette.yaml, and puts that into
// a file that has them. What reads them again is package rules: there is no second model of a rule.
package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A Document is what is said of one. The zero value says nothing.
type Document struct {
	Name    string              // as rules call it
	Options map[string][]string // of its format, by their names; a list has several values
	Null    []string            // spellings that are NULL, besides the blank
	Decimal string              // the decimal character of numbers
	Group   string              // the character between thousands
	Tables  []Table
}

// A Table is what is said of one of a document's tables.
type Table struct {
	Document string  `json:"document,omitempty"` // that it is in, which may be one of an archive's; "": the Document's
	Name     string  `json:"name,omitempty"`     // as the document has it; "": it has no other
	Fields   []Field `json:"fields"`
}

// A Field is what is said of a column.
type Field struct {
	Name    string              `json:"name"` // as the document has it
	Type    converter.FieldType `json:"type,omitempty"`
	As      string              `json:"as,omitempty"` // its new name
	Decimal string              `json:"decimal,omitempty"`
	Group   string              `json:"group,omitempty"`
	Unit    bool                `json:"unit,omitempty"` // what stands around its numbers is left out
	Drop    bool                `json:"drop,omitempty"`
	Key     bool                `json:"key,omitempty"` // it is one of the primary key
	Search  bool                `json:"search,omitempty"`
}

// Empty reports whether nothing is said.
func (d Document) Empty() bool { return d.Entries() == "" }

// An Option is the word that rules have for an option of formats.
type Option struct {
	Name, Word string
	Dialect    bool // the word stands in dialect
}

// Options are those whose words are not called as they are, in the order in which they are written.
var Options = []Option{
	{"encoding", "encoding", false}, {"delimiter", "delimiter", true}, {"quote", "quoteChar", true}, {"escape", "escapeChar", true},
	{"comment", "commentChar", true}, {"path", "property", true}, {"skip", "headerRows", true}, {"header-rows", "headerRows", true},
	{"header-join", "headerJoin", true}, {"header", "header", true}, {"no-header", "header", true},
}

// Value returns what an option's word says for one of its values; "" if that can't be said.
func (o Option) Value(value string) string {
	switch o.Name {
	case "skip":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return ""
		}
		return fmt.Sprintf("[%d]", n+1)
	case "header-rows":
		if strings.Trim(value, "0123456789, ") != "" {
			return ""
		}
		return "[" + value + "]"
	case "header":
		return strconv.FormatBool(value == converter.Yes)
	case "no-header":
		return strconv.FormatBool(value != converter.Yes)
	}
	return Quoted(value)
}

// Entries returns the entries of resources that say it, or "".
func (d Document) Entries() string {
	var b strings.Builder
	all := d.settings()
	i := slices.IndexFunc(d.Tables, func(t Table) bool { return t.Document == "" && t.Name == "" })
	if i >= 0 {
		all += d.Tables[i].words()
	}
	if all != "" {
		fmt.Fprintf(&b, "  - path: %s\n%s", Quoted(Literal(d.Name)), all)
	}
	for k, t := range d.Tables {
		if k == i {
			continue
		}
		words := t.words()
		if words == "" {
			continue
		}
		name := t.Document
		if name == "" {
			name = d.Name
		}
		fmt.Fprintf(&b, "  - path: %s\n", Quoted(Literal(name)))
		if t.Name != "" {
			fmt.Fprintf(&b, "    table: %s\n", Quoted(Literal(t.Name)))
		}
		b.WriteString(words)
	}
	return b.String()
}

// settings returns what holds for all of the document.
func (d Document) settings() string {
	var b, dialect strings.Builder
	said := map[string]bool{}
	for _, o := range Options {
		values := d.Options[o.Name]
		if len(values) == 0 || said[o.Word] {
			continue
		}
		value := o.Value(values[0])
		if value == "" {
			continue
		}
		said[o.Word] = true
		if o.Dialect {
			fmt.Fprintf(&dialect, "      %s: %s\n", o.Word, value)
		} else {
			fmt.Fprintf(&b, "    %s: %s\n", o.Word, value)
		}
	}
	if dialect.Len() > 0 {
		b.WriteString("    dialect:\n" + dialect.String())
	}
	for _, name := range slices.Sorted(maps.Keys(d.Options)) {
		values := d.Options[name]
		if len(values) == 0 || slices.ContainsFunc(Options, func(o Option) bool { return o.Name == name }) {
			continue
		}
		value := Quoted(values[0]) // of a switch too: a sheet may be called yes
		if len(values) > 1 {
			value = list(values)
		}
		fmt.Fprintf(&b, "    %s: %s\n", name, value)
	}
	if len(d.Null) > 0 {
		fmt.Fprintf(&b, "    missingValues: %s\n", list(d.Null))
	}
	for _, w := range [][2]string{{"decimalChar", d.Decimal}, {"groupChar", d.Group}} {
		if w[1] != "" {
			fmt.Fprintf(&b, "    %s: %s\n", w[0], Quoted(w[1]))
		}
	}
	return b.String()
}

// words returns what is said of a table.
func (t Table) words() string {
	var b, fields strings.Builder
	var key, drop, search []string
	var rename [][2]string
	for _, f := range t.Fields {
		if f.Drop {
			drop = append(drop, f.Name)
			continue
		}
		if f.As != "" && f.As != f.Name {
			rename = append(rename, [2]string{f.Name, f.As})
		}
		if f.Key {
			key = append(key, f.Name)
		}
		if f.Search {
			search = append(search, f.Name)
		}
		if f.Type == "" && f.Decimal == "" && f.Group == "" && !f.Unit {
			continue
		}
		fmt.Fprintf(&fields, "        - name: %s\n", Quoted(f.Name))
		for _, w := range [][2]string{{"type", string(f.Type)}, {"decimalChar", f.Decimal}, {"groupChar", f.Group}} {
			if w[1] != "" {
				fmt.Fprintf(&fields, "          %s: %s\n", w[0], Quoted(w[1]))
			}
		}
		if f.Unit {
			fields.WriteString("          bareNumber: false\n")
		}
	}
	if fields.Len() > 0 || len(key) > 0 {
		b.WriteString("    schema:\n")
		if fields.Len() > 0 {
			b.WriteString("      fields:\n" + fields.String())
		}
		if len(key) > 0 {
			fmt.Fprintf(&b, "      primaryKey: %s\n", list(key))
		}
	}
	if len(rename) > 0 {
		b.WriteString("    rename:\n")
		for _, r := range rename {
			fmt.Fprintf(&b, "      %s: %s\n", Quoted(r[0]), Quoted(r[1]))
		}
	}
	if len(drop) > 0 {
		fmt.Fprintf(&b, "    drop: %s\n", list(drop))
	}
	if len(search) > 0 {
		fmt.Fprintf(&b, "    search: %s\n", list(search))
	}
	return b.String()
}

func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = Quoted(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

var patterns = []string{"[", "[[]", "*", "[*]", "?", "[?]", "{", "[{]"}

// unLiteral returns the name that Literal made a pattern of.
func unLiteral(pattern string) string {
	back := slices.Clone(patterns)
	slices.Reverse(back)
	return strings.NewReplacer(back...).Replace(pattern)
}

// Literal returns a pattern that fits a name, and no other but one that is spelled as the pattern.
func Literal(name string) string {
	return strings.NewReplacer(patterns...).Replace(name)
}

// Quoted returns a text as YAML has it.
func Quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	var quoted strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if r >= 0x7f && r <= 0x9f || r == 0xfeff || r == 0xfffe || r == 0xffff { // which JSON may have as they are
			fmt.Fprintf(&quoted, `\u%04x`, r)
		} else {
			quoted.WriteRune(r)
		}
	}
	return quoted.String()
}
