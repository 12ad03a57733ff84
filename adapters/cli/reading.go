package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/csv"
)

// A reading is how documents are to be read, where that is not told from them.
type reading struct {
	format    string
	delimiter string
	quote     string
	encoding  string
	header    bool
	noHeader  bool
	skip      int

	changed func(flag string) bool // whether the flag was given
}

// textFlags are those for delimited text.
var textFlags = []string{"delimiter", "quote", "encoding", "header", "no-header", "skip"}

func (r *reading) addFlags(cmd *cobra.Command, a *app) {
	f := cmd.Flags()
	f.SortFlags = false
	r.changed = f.Changed
	f.StringVar(&r.format, "format", "", "`NAME` of the inputs' format, of those that formats lists")
	f.StringVar(&r.delimiter, "delimiter", "", "CSV: `CHAR` between cells, tab, or none")
	f.StringVar(&r.quote, "quote", "", "CSV: `CHAR` around cells, or none")
	f.StringVar(&r.encoding, "encoding", "", "CSV: `NAME` as in utf-8, utf-16le, windows-1252, shift_jis")
	f.BoolVar(&r.header, "header", false, "CSV: the first row names the columns, whatever it looks like")
	f.BoolVar(&r.noHeader, "no-header", false, "CSV: the first row is data")
	f.IntVar(&r.skip, "skip", 0, "CSV: `N` lines come before the header")
	cmd.MarkFlagsMutuallyExclusive("header", "no-header")
	cmd.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.formatNames(), cobra.ShellCompDirectiveNoFileComp
	})
	for name, values := range map[string][]string{
		"delimiter": {",", ";", "tab", "|", ":", "none"},
		"quote":     {`"`, `'`, "none"},
		"encoding":  {"utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030"},
		"skip":      nil,
	} {
		cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// formatNames returns the names of all formats.
func (a *app) formatNames() []string {
	var names []string
	for _, f := range a.Formats.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// chooser returns a function that chooses how to read a document: by the flags, or by what
// it looks like.
func (r *reading) chooser(formats *converter.Registry) (func(*converter.Input) (converter.Job, error), error) {
	formats = formats.Clone()
	for _, f := range formats.Formats() {
		_, c, _ := formats.Lookup(f.Name)
		if text, ok := c.(csv.Converter); ok {
			if err := r.configure(&text); err != nil {
				return nil, err
			}
			formats.Replace(f.Name, text)
		}
	}
	if r.format != "" {
		f, c, ok := formats.Lookup(r.format)
		if !ok {
			var names []string
			for _, f := range formats.Formats() {
				names = append(names, f.Name)
			}
			return nil, usagef("--format %s: there is no such format; there are %s", r.format, strings.Join(names, ", "))
		}
		return func(in *converter.Input) (converter.Job, error) {
			return converter.Job{Input: in, Format: f, Converter: c}, nil
		}, nil
	}
	return func(in *converter.Input) (converter.Job, error) {
		f, c, err := formats.Detect(in)
		if errors.Is(err, converter.ErrUnknownFormat) && r.textFlag() != "" {
			// Nobody asks for a delimiter of anything else.
			var ok bool
			if f, c, ok = formats.Lookup(csv.CSV.Name); ok {
				err = nil
			}
		}
		return converter.Job{Input: in, Format: f, Converter: c}, err
	}, nil
}

// textFlag returns one of the flags for delimited text that were given, or "".
func (r *reading) textFlag() string {
	for _, name := range textFlags {
		if r.changed(name) {
			return name
		}
	}
	return ""
}

// configure sets what the flags ask for.
func (r *reading) configure(c *csv.Converter) error {
	var err error
	if r.changed("delimiter") {
		if c.Delimiter, err = delimiterOf(r.delimiter); err != nil {
			return err
		}
	}
	if r.changed("quote") {
		if c.Quote, err = quoteOf(r.quote); err != nil {
			return err
		}
	}
	if r.changed("encoding") {
		c.Encoding = r.encoding
	}
	if r.header || r.noHeader {
		c.Header, c.NoHeader = r.header, r.noHeader
	}
	if r.changed("skip") {
		switch {
		case r.skip < 0:
			return usagef("--skip %d: want a number of lines", r.skip)
		case r.skip == 0:
			c.Skip = -1
		default:
			c.Skip = r.skip
		}
	}
	return nil
}

func delimiterOf(s string) (byte, error) {
	switch strings.ToLower(s) {
	case "tab", `\t`:
		return '\t', nil
	case "comma":
		return ',', nil
	case "semicolon":
		return ';', nil
	case "pipe":
		return '|', nil
	case "space":
		return ' ', nil
	case "none":
		return csv.None, nil
	}
	if len(s) != 1 || s[0] >= 0x80 || s[0] == '\r' || s[0] == '\n' || s[0] == 0 {
		return 0, usagef("--delimiter %q: want one ASCII character, tab, or none", s)
	}
	return s[0], nil
}

func quoteOf(s string) (byte, error) {
	if s == "none" || s == "" {
		return csv.None, nil
	}
	if len(s) != 1 || s[0] >= 0x80 || s[0] == '\r' || s[0] == '\n' || s[0] == 0 {
		return 0, usagef("--quote %q: want one ASCII character, or none", s)
	}
	return s[0], nil
}

// used returns an error if flags were given that none of the jobs is for.
func (r *reading) used(jobs []converter.Job) error {
	flag := r.textFlag()
	if flag == "" {
		return nil
	}
	for _, j := range jobs {
		if _, ok := j.Converter.(csv.Converter); ok {
			return nil
		}
	}
	return usagef("--%s is for CSV, but %s is %s", flag, jobs[0].Input.Name, jobs[0].Format.Name)
}

// repeat returns the flags that read all the documents as they were read.
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
	if format != "" {
		words = append(words, "--format", format)
	}
	if format != csv.CSV.Name && format != csv.TSV.Name {
		return words
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

// absent is what it means that a fact is not mentioned.
var absent = map[string]string{"quote": `"`, "skip": "0"}

// spelled returns a character as a flag takes it.
func spelled(value string) string {
	if value == "\t" {
		return "tab"
	}
	return value
}
