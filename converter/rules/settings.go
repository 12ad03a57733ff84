package rules

import (
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// A said is an option of a format, and the word that says it.
type said struct {
	word string
	converter.Setting
}

// characters are what people call them.
var characters = map[string]string{
	"comma": ",", "semicolon": ";", "pipe": "|", "hash": "#", "tab": "tab", `\t`: "tab", "\t": "tab", " ": "space",
}

func character(text string) string {
	if c, ok := characters[strings.ToLower(text)]; ok {
		return c
	}
	return text
}

// origin is where a word stands, as far as that is known without its layer.
func (m mark) origin() converter.Origin {
	return converter.Origin{File: m.file, Line: m.line, Column: m.column}
}

// settings returns a dialect as options of formats.
func (d *dialect) settings() (list []said) {
	set := func(word, option, value string) {
		list = append(list, said{word, converter.Setting{Option: option, Value: value, Origin: d.said[word].origin()}})
	}
	yesNo := func(on bool) string { return map[bool]string{true: converter.Yes, false: converter.No}[on] }
	if d.Delimiter != "" {
		set("delimiter", "delimiter", character(d.Delimiter))
	}
	if d.QuoteChar != "" {
		set("quoteChar", "quote", character(d.QuoteChar))
	}
	if d.EscapeChar != "" {
		set("escapeChar", "escape", character(d.EscapeChar))
	}
	if c := character(d.CommentChar); c != "" && c != "none" {
		set("commentChar", "comment", c)
	}
	switch {
	case d.Header != nil:
		set("header", "header", yesNo(*d.Header))
	case d.says("headerRows") && len(d.HeaderRows) == 0:
		set("headerRows", "header", converter.No)
	}
	switch len(d.HeaderRows) {
	case 0:
		if d.skip > 0 {
			set("skip", "skip", strconv.Itoa(d.skip))
		}
	case 1:
		set("headerRows", "skip", strconv.Itoa(d.HeaderRows[0]-1))
		if d.Header == nil || *d.Header { // else the table begins there
			set("headerRows", "header", converter.Yes)
		}
	default:
		var rows []string
		for _, n := range d.HeaderRows {
			rows = append(rows, strconv.Itoa(n))
		}
		set("headerRows", "header-rows", strings.Join(rows, ","))
	}
	if d.HeaderJoin != "" {
		set("headerJoin", "header-join", d.HeaderJoin)
	}
	if d.Property != "" {
		set("property", "path", d.Property)
	}
	return list
}

// blanks returns which blanks around texts are none of them; it reports false if nothing is
// said of them.
func (d *dialect) blanks() (converter.Trim, bool) {
	trim := d.trim
	if d.SkipInitialSpace != nil && *d.SkipInitialSpace {
		trim |= converter.TrimBefore
	}
	return trim, d.SkipInitialSpace != nil || d.says("trim")
}

// settings returns all options of formats that an entry says.
func (e *entry) settings() (list []said) {
	if e.Encoding != "" {
		list = append(list, said{"encoding", converter.Setting{Option: "encoding", Value: e.Encoding, Origin: e.said["encoding"].origin()}})
	}
	if e.Dialect != nil {
		list = append(list, e.Dialect.settings()...)
	}
	for _, o := range e.options {
		list = append(list, said{o.Option, o})
	}
	return list
}
