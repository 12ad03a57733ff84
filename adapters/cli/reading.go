package cli

import (
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
	flatten   bool
	sheets    []string
	tables    bool

	changed func(flag string) bool // whether the flag was given
}

func (r *reading) addFlags(cmd *cobra.Command, a *app) {
	f := cmd.Flags()
	f.SortFlags = false
	r.changed = f.Changed
	f.StringVar(&r.format, "format", "", "`NAME` of the inputs' format, of those that formats lists")
	f.StringVar(&r.delimiter, "delimiter", "", "CSV: `CHAR` between cells, tab, or none")
	f.StringVar(&r.quote, "quote", "", "CSV: `CHAR` around cells, or none")
	f.StringVar(&r.encoding, "encoding", "", "CSV, JSON: `NAME` as in utf-8, utf-16le, windows-1252, shift_jis")
	f.BoolVar(&r.header, "header", false, "CSV: the first row names the columns, whatever it looks like")
	f.BoolVar(&r.noHeader, "no-header", false, "CSV, XLSX, arrays in JSON: the first row is data")
	f.IntVar(&r.skip, "skip", 0, "CSV, XLSX: `N` rows come before the header")
	f.BoolVar(&r.flatten, "flatten", false, "JSON: members of nested objects become columns a_b")
	f.StringArrayVar(&r.sheets, "sheet", nil, "XLSX: only the sheet `NAME`; may be repeated")
	f.BoolVar(&r.tables, "tables", false, "Markdown: tables in the documents become tables, too")
	cmd.MarkFlagsMutuallyExclusive("header", "no-header")
	cmd.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return formatNames(a.Formats), cobra.ShellCompDirectiveNoFileComp
	})
	for name, values := range map[string][]string{
		"delimiter": {",", ";", "tab", "|", ":", "none"},
		"quote":     {`"`, `'`, "none"},
		"encoding":  {"utf-8", "utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030"},
		"skip":      nil,
		"sheet":     nil,
	} {
		cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// formatNames returns the names of all formats.
func formatNames(formats *converter.Registry) []string {
	var names []string
	for _, f := range formats.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// A choice is how to read a document.
type choice func(*converter.Input) (converter.Job, error)

// chooser returns how to choose: by the flags, or by what a document looks like.
func (r *reading) chooser(formats *converter.Registry) (choice, error) {
	formats, err := r.configured(formats)
	if err != nil {
		return nil, err
	}
	if r.format == "" {
		return func(in *converter.Input) (converter.Job, error) {
			f, c, err := formats.Detect(in)
			return converter.Job{Input: in, Format: f, Converter: c}, err
		}, nil
	}
	f, c, ok := formats.Lookup(r.format)
	if !ok {
		return nil, usagef("--format %s: there is no such format; there are %s", r.format, strings.Join(formatNames(formats), ", "))
	}
	return asked(formats, f, c), nil
}

// configured returns the formats with their converters as the flags ask for.
func (r *reading) configured(formats *converter.Registry) (*converter.Registry, error) {
	return copyFormats(formats, func(f *converter.Format, c converter.Converter) (converter.Converter, error) {
		if f.Name == csv.CSV.Name && r.changed("delimiter") {
			f.Sniff = func([]byte) bool { return true } // nobody asks for a delimiter of anything else
		}
		return r.configure(c)
	})
}

// asked chooses the format that was asked for, inside of whatever packs a document, too.
func asked(formats *converter.Registry, f converter.Format, c converter.Converter) choice {
	only := new(converter.Registry)
	only.Register(converter.Format{Name: f.Name, Magic: f.Magic, Sniff: func([]byte) bool { return true }}, c)
	return func(in *converter.Input) (converter.Job, error) {
		if !isPacking(c) {
			if packing, p, err := formats.Detect(in); err == nil && isPacking(p) {
				return converter.Job{Input: in, Format: packing, Converter: inside(p, only)}, nil
			}
		}
		return converter.Job{Input: in, Format: f, Converter: c}, nil
	}
}
