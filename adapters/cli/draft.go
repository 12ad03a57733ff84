package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/rules"
)

// draftRules prints what is found out about documents as rules for them. Converting by these
// makes the same database: what is a guess, or would change anything, is a comment.
func (c *conversion) draftRules(ctx context.Context, documents []document) error {
	d := draft{formats: c.Formats}
	fmt.Fprintf(&d, "# What was found out about these files. Save it beside them as %s; what you change here is obeyed.\nresources:\n", rules.FileName)
	for _, one := range documents {
		if one.as != nil {
			continue
		}
		s, err := c.run(ctx, []document{one}, discard{}, func(converter.Summary) error { return nil })
		if err != nil {
			return err
		}
		name := one.within
		if name == "" {
			name = one.name
		}
		d.document(name, s)
	}
	_, err := d.WriteTo(c.Stdout)
	return err
}

// A draft is rules that are being written.
type draft struct {
	bytes.Buffer
	formats *converter.Registry
}

// document writes the entries of a document.
func (d *draft) document(name string, s converter.Summary) {
	fmt.Fprintf(d, "  - path: %s\n", quoted(name))
	d.settings(s.Documents[0])
	if s.Copied {
		return
	}
	for _, t := range s.Tables {
		if len(s.Tables) > 1 {
			fmt.Fprintf(d, "  - path: %s\n    table: %s\n", quoted(name), quoted(t.Name))
		}
		var schema draft
		schema.schema(t)
		for line := range strings.Lines(schema.String()) { // as comments: the names may be ours, and would settle what a header is
			d.WriteString("    # " + strings.TrimPrefix(line, "    "))
		}
	}
}

// guessed reports whether what a document has for an option is a guess.
func guessed(s converter.DocumentSummary, option string) bool {
	return slices.ContainsFunc(s.Findings, func(f converter.Finding) bool {
		return slices.Contains(f.Try, "--"+option) || slices.Contains(f.Try, "--no-"+option)
	})
}

// drafted are the words of options in a draft, in their order there.
var drafted = []struct {
	option, word string
	dialect      bool
}{
	{"encoding", "encoding", false}, {"delimiter", "delimiter", true}, {"quote", "quoteChar", true}, {"escape", "escapeChar", true},
	{"path", "property", true}, {"skip", "headerRows", true}, {"header", "header", true},
}

// settings writes how a document is read.
func (d *draft) settings(s converter.DocumentSummary) {
	_, c, _ := d.formats.Lookup(innermost(d.formats, s))
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
		value := quoted(settings[w.option])
		switch {
		case settings[w.option] == "", w.option == "skip" && settings["skip"] == "0":
			continue
		case w.option == "skip":
			lines, err := strconv.Atoi(settings["skip"])
			if err != nil {
				continue
			}
			value = fmt.Sprintf("[%d]", lines+1)
		case w.option == "header":
			value = strconv.FormatBool(settings["header"] == converter.Yes)
		}
		// What is said of a document is not found any more, and findings are kept with the rows.
		silent := w.option == "skip" || settings["skip"] != "0" && settings["skip"] != "" && w.option == "header" || guessed(s, w.option)
		text, mark := w.word+": "+value, ""
		if silent {
			mark = "# "
		}
		if w.dialect {
			dialect.line("      "+mark+text, why[w.option])
			said = said || !silent
		} else {
			d.line("    "+mark+text, why[w.option])
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
		fmt.Fprintf(d, "        - name: %s\n", quoted(c.Name))
		if declared := fieldTypes[c.Type]; declared != "" {
			d.line("          # type: "+string(declared), c.Why)
		}
	}
}

// quoted returns a text as YAML has it.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
