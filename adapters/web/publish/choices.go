package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

// choices are what somebody has chosen for a file, as a form has sent it.
type choices struct {
	said   words.Document
	faults []fault // of what is not in said
	typed  map[string]string
}

// A fault is what is wrong with a choice.
type fault struct {
	ID   string // of its control; "" if there is none
	Text string
}

// tableOf is a table whose columns a form is about. Its controls have their places in their names.
type tableOf struct {
	Document string   `json:"d,omitempty"` // as of words.Table
	Name     string   `json:"t,omitempty"`
	Columns  []string `json:"c"`
}

// Names of the controls of a form.
func optionID(option string) string         { return "option-" + option }
func columnID(what string, t, c int) string { return fmt.Sprintf("%s-%d-%d", what, t, c) }

const (
	nullID, decimalID, groupID, nameID = "null", "decimal", "group", "name"
	aboutID, asideID, seenID, overID   = "about", "aside", "seen", "over"
)

// chosen reads a form, over what was chosen before: what it is not about stays.
func chosen(form url.Values, before words.Document, formats *converter.Registry) choices {
	c := choices{said: before, typed: map[string]string{}}
	c.said.Options, c.said.Tables = maps.Clone(before.Options), nil
	if c.said.Options == nil {
		c.said.Options = map[string][]string{}
	}
	for _, o := range formats.Options() {
		if id := optionID(o.Name); form.Has(id) {
			c.option(o.Option, id, form.Get(id), formats)
		}
	}
	if skip := c.said.Options["skip"]; skip != nil {
		if c.said.Options["header-rows"] != nil {
			c.refuse(optionID("header-rows"), form.Get(optionID("header-rows")), "skip says as well where the names of the columns are")
			delete(c.said.Options, "header-rows")
		}
		if c.said.Options["header"] == nil { // one word says both
			c.said.Options["header"] = []string{converter.Yes}
		}
	}
	if form.Has(nullID) {
		c.said.Null = lines(form.Get(nullID))
		for i, spelling := range c.said.Null {
			if spelling == `""` {
				c.said.Null[i] = ""
			}
		}
	}
	if form.Has(decimalID) {
		c.said.Decimal, c.said.Group = form.Get(decimalID), form.Get(groupID)
		if err := (converter.Spelling{Decimal: c.said.Decimal, Group: c.said.Group}).Check(); err != nil {
			c.refuse(decimalID, c.said.Decimal, err.Error())
			c.typed[groupID] = c.said.Group
			c.said.Decimal, c.said.Group = "", ""
		}
	}
	for _, t := range before.Tables {
		t.Fields = slices.Clone(t.Fields)
		c.said.Tables = append(c.said.Tables, t)
	}
	c.tables(form)
	return c
}

func (c *choices) refuse(id, typed, why string) {
	c.faults = append(c.faults, fault{id, why})
	if id != "" {
		c.typed[id] = typed
	}
}

// option takes the value of an option; "" says nothing of it. Of a switch and its other side it is the former that is said.
func (c *choices) option(o converter.Option, id, value string, formats *converter.Registry) {
	values := []string{value}
	if o.Kind == converter.OptionList {
		values = lines(value)
	}
	if value == "" || len(values) == 0 {
		delete(c.said.Options, plainSwitch(o))
		return
	}
	for _, v := range values {
		if _, err := formats.With(o.Name, v); err != nil {
			delete(c.said.Options, plainSwitch(o))
			wrong := (*converter.OptionError)(nil)
			if errors.As(err, &wrong) {
				err = wrong.Err
			}
			c.refuse(id, value, fmt.Sprintf("%s: %v", o.Name, err))
			return
		}
	}
	if plain := plainSwitch(o); plain != o.Name {
		values = []string{otherSide[value]}
	}
	c.said.Options[plainSwitch(o)] = values
}

// plainSwitch returns the name of an option, without its no-.
func plainSwitch(o converter.Option) string {
	if o.Kind == converter.OptionSwitch {
		return strings.TrimPrefix(o.Name, "no-")
	}
	return o.Name
}

var otherSide = map[string]string{converter.Yes: converter.No, converter.No: converter.Yes}

func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// tables takes what is said of columns.
func (c *choices) tables(form url.Values) {
	var about []tableOf
	var aside []words.Table
	if text := form.Get(aboutID); text != "" && json.Unmarshal([]byte(text), &about) != nil {
		c.refuse("", "", "the form has come in pieces: choose again")
	}
	if text := form.Get(asideID); text != "" && json.Unmarshal([]byte(text), &aside) != nil {
		c.refuse("", "", "the form has come in pieces: choose again")
	}
	for _, t := range aside {
		for _, f := range t.Fields {
			*c.field(t.Document, t.Name, f.Name) = f
		}
	}
	types := append(converter.FieldTypes(), "")
	for i, t := range about {
		for k, name := range t.Columns {
			f := c.field(t.Document, t.Name, name)
			id := columnID("type", i, k)
			if f.Type = converter.FieldType(form.Get(id)); !slices.Contains(types, f.Type) {
				c.refuse(id, "", fmt.Sprintf("%.100q: %.40q is not a type", name, f.Type))
				f.Type = ""
			}
			f.As = strings.TrimSpace(form.Get(columnID("as", i, k)))
			f.Drop, f.Key, f.Search = form.Has(columnID("drop", i, k)), form.Has(columnID("key", i, k)), form.Has(columnID("search", i, k))
		}
	}
	c.said.Tables = tidy(c.said.Tables)
}

// field returns what is said of a column, to be changed.
func (c *choices) field(document, table, name string) *words.Field {
	i := slices.IndexFunc(c.said.Tables, func(t words.Table) bool { return t.Document == document && t.Name == table })
	if i < 0 {
		i = len(c.said.Tables)
		c.said.Tables = append(c.said.Tables, words.Table{Document: document, Name: table})
	}
	t := &c.said.Tables[i]
	k := slices.IndexFunc(t.Fields, func(f words.Field) bool { return f.Name == name })
	if k < 0 {
		k = len(t.Fields)
		t.Fields = append(t.Fields, words.Field{Name: name})
	}
	return &t.Fields[k]
}

// tidy leaves out what says nothing.
func tidy(tables []words.Table) []words.Table {
	for i := range tables {
		tables[i].Fields = slices.DeleteFunc(tables[i].Fields, func(f words.Field) bool { return f == words.Field{Name: f.Name} })
	}
	return slices.DeleteFunc(tables, func(t words.Table) bool { return len(t.Fields) == 0 })
}
