package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
	"github.com/dynasette/dynasette/converter/exec"
	"github.com/dynasette/dynasette/converter/json"
	"github.com/dynasette/dynasette/converter/markdown"
	"github.com/dynasette/dynasette/converter/xlsx"
)

// flagsOf returns the flags that a converter takes, of those that not all take.
func flagsOf(c converter.Converter) []string {
	switch c := c.(type) {
	case csv.Converter:
		return []string{"delimiter", "quote", "encoding", "header", "no-header", "skip"}
	case json.Converter:
		return []string{"encoding", "no-header", "flatten"}
	case xlsx.Converter:
		return []string{"no-header", "skip", "sheet"}
	case markdown.Converter:
		return []string{"tables"}
	case exec.Converter:
		_, output, _ := c.Formats.Lookup(c.Config.Output)
		return flagsOf(output)
	}
	if isPacking(c) {
		return formatFlags
	}
	return nil
}

// formatFlags are all that not all converters take.
var formatFlags = []string{"delimiter", "quote", "encoding", "header", "no-header", "skip", "flatten", "sheet", "tables"}

// configure returns the converter as the flags ask for.
func (r *reading) configure(c converter.Converter) (converter.Converter, error) {
	if r.skip < 0 {
		return nil, usagef("--skip %d: want a number of rows", r.skip)
	}
	switch c := c.(type) {
	case csv.Converter:
		return r.configureCSV(c)
	case json.Converter:
		c.Flatten = c.Flatten || r.flatten
		c.NoHeader = c.NoHeader || r.noHeader
		if r.changed("encoding") {
			c.Encoding = r.encoding
		}
		return c, nil
	case xlsx.Converter:
		switch {
		case r.noHeader:
			c.Header = -1
		case r.changed("skip"):
			c.Header = r.skip + 1
		}
		if len(r.sheets) > 0 {
			c.Sheets = r.sheets
		}
		return c, nil
	case markdown.Converter:
		c.Tables = c.Tables || r.tables
		return c, nil
	}
	return c, nil
}

func (r *reading) configureCSV(c csv.Converter) (csv.Converter, error) {
	var err error
	if r.changed("delimiter") {
		if c.Delimiter, err = delimiterOf(r.delimiter); err != nil {
			return c, err
		}
	}
	if r.changed("quote") {
		if c.Quote, err = quoteOf(r.quote); err != nil {
			return c, err
		}
	}
	if r.changed("encoding") {
		c.Encoding = r.encoding
	}
	if r.header || r.noHeader {
		c.Header, c.NoHeader = r.header, r.noHeader
	}
	if r.changed("skip") {
		if c.Skip = r.skip; r.skip == 0 {
			c.Skip = -1 // none, and don't look for any
		}
	}
	return c, nil
}

func delimiterOf(s string) (string, error) {
	delimiter, err := csv.ParseDelimiter(s)
	if err != nil {
		return "", usagef("--delimiter %q: %v", s, err)
	}
	return delimiter, nil
}

func quoteOf(s string) (byte, error) {
	if strings.EqualFold(s, "none") {
		return csv.None, nil
	}
	if !isCharacter(s) {
		return 0, usagef("--quote %q: want one ASCII character, or none", s)
	}
	return s[0], nil
}

// isCharacter reports whether s is one ASCII character that can stand in a row.
func isCharacter(s string) bool {
	return len(s) == 1 && s[0] < 0x80 && s[0] != '\r' && s[0] != '\n' && s[0] != 0
}

// used returns an error if a flag was given that none of the jobs is for.
func (r *reading) used(jobs []converter.Job) error {
	for _, flag := range formatFlags {
		takes := func(j converter.Job) bool { return slices.Contains(flagsOf(j.Converter), flag) }
		if r.changed(flag) && !slices.ContainsFunc(jobs, takes) {
			return usagef("--%s is not for %s, which %s is", flag, jobs[0].Format.Name, jobs[0].Input.Name)
		}
	}
	return nil
}

// repeat returns the flags that read the documents as they were read: for delimited text
// all that was told from it, otherwise what was asked for.
func (r *reading) repeat(documents []converter.DocumentSummary) []string {
	var words []string
	same := func(of func(converter.DocumentSummary) string) string {
		value := of(documents[0])
		for _, d := range documents[1:] {
			if of(d) != value {
				return ""
			}
		}
		return value
	}
	format := same(func(d converter.DocumentSummary) string { return d.Format })
	switch {
	case r.format != "":
		words = append(words, "--format", r.format)
	case format != "":
		words = append(words, "--format", format)
	}
	if format != csv.CSV.Name && format != csv.TSV.Name {
		return append(words, r.given()...)
	}
	fact := func(key string) string {
		return same(func(d converter.DocumentSummary) string {
			for _, f := range d.Facts {
				if f.Key == key {
					return f.Value
				}
			}
			return absent[key]
		})
	}
	for _, key := range []string{"encoding", "delimiter", "quote", "skip"} {
		if value := fact(key); value != "" {
			words = append(words, "--"+key, spelled(value))
		}
	}
	switch fact("header") {
	case "yes":
		words = append(words, "--header")
	case "no":
		words = append(words, "--no-header")
	}
	return words
}

// given returns the flags for formats as they were given.
func (r *reading) given() []string {
	var words []string
	add := func(flag string, values ...string) {
		if r.changed(flag) {
			words = append(words, append([]string{"--" + flag}, values...)...)
		}
	}
	add("delimiter", r.delimiter)
	add("quote", r.quote)
	add("encoding", r.encoding)
	add("skip", strconv.Itoa(r.skip))
	for _, sheet := range r.sheets {
		add("sheet", sheet)
	}
	for _, b := range []struct {
		flag string
		on   bool
	}{{"header", r.header}, {"no-header", r.noHeader}, {"flatten", r.flatten}, {"tables", r.tables}} {
		if b.on {
			words = append(words, "--"+b.flag)
		}
	}
	return words
}

// absent is what it means that a fact is not mentioned.
var absent = map[string]string{"quote": `"`, "skip": "0"}

// spelled returns a character as a flag takes it.
func spelled(value string) string {
	switch value {
	case "\t":
		return "tab"
	case " ":
		return "space"
	}
	return value
}
