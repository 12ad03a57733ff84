package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/adapters/words"
	"github.com/dynasette/dynasette/converter"
)

// A reading is how documents are to be read, where that is not left to them.
type reading struct {
	format  string
	options []*optionFlag
}

// addFlags gives commands the flag --format and one for each option of a format.
func (r *reading) addFlags(formats *converter.Registry, commands ...*cobra.Command) {
	for _, cmd := range commands {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().StringVar(&r.format, "format", "", "`NAME` of the inputs' format, of those that formats lists")
		complete(cmd, "format", formatNames(formats))
	}
	r.options = nil
	for _, o := range formats.Options() {
		f := &optionFlag{FormatOption: o, flag: o.Name, formats: formats}
		for slices.ContainsFunc(commands, f.taken) {
			f.flag = o.Formats[0] + "-" + f.flag
		}
		r.options = append(r.options, f)
		for _, cmd := range commands {
			f.add(cmd)
		}
	}
	for _, f := range r.options {
		if positive := r.option(strings.TrimPrefix(f.Name, "no-")); positive != nil && positive != f {
			for _, cmd := range commands {
				cmd.MarkFlagsMutuallyExclusive(positive.flag, f.flag)
			}
		}
	}
}

// option returns the flag of an option, or nil.
func (r *reading) option(name string) *optionFlag {
	i := slices.IndexFunc(r.options, func(f *optionFlag) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return r.options[i]
}

// flags returns the options that flags set.
func (r *reading) flags() map[string]bool {
	set := map[string]bool{}
	for _, o := range r.options {
		if o.values != nil {
			set[o.Name] = true
		}
	}
	return set
}

// complete completes a flag with values.
func complete(cmd *cobra.Command, flag string, values []string) {
	cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// formatNames returns the names of all formats.
func formatNames(formats *converter.Registry) []string {
	var names []string
	for _, f := range formats.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// configured returns the formats as the flags ask for.
func (r *reading) configured(formats *converter.Registry) (*converter.Registry, error) {
	var err error
	for _, f := range r.options {
		for _, value := range f.values {
			if formats, err = formats.With(f.Name, value); err != nil {
				return nil, usageError{err}
			}
		}
	}
	if r.format == "" {
		return formats, nil
	}
	if _, _, ok := formats.Lookup(r.format); !ok {
		names := formatNames(formats)
		return nil, usagef("--format %s: there is no such format; there are %s%s",
			r.format, strings.Join(names, ", "), perhaps(r.format, names))
	}
	return formats.Only(r.format), nil
}

// used returns an error if an option was given that is for none of the documents.
func (r *reading) used(formats *converter.Registry, documents []converter.DocumentSummary) error {
	for _, f := range r.options {
		takes := func(format string) bool {
			return slices.ContainsFunc(formats.OptionsOf(format), func(o converter.Option) bool { return o.Name == f.Name })
		}
		if f.values != nil && !slices.ContainsFunc(documents, func(d converter.DocumentSummary) bool {
			return slices.ContainsFunc(words.FormatsIn(formats, d), takes)
		}) {
			return usagef("--%s is not for %s, which %s is; it is for %s",
				f.flag, words.FormatsIn(formats, documents[0])[0], documents[0].Name, strings.Join(f.Formats, ", "))
		}
	}
	return nil
}
