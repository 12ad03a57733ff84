package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dynasette/dynasette/converter"
)

// An optionFlag is an option of a format as a flag. It is a pflag.Value.
type optionFlag struct {
	converter.FormatOption
	flag    string // its name
	formats *converter.Registry
	values  []string // as given
}

// taken reports whether the command has another flag of that name.
func (f *optionFlag) taken(cmd *cobra.Command) bool {
	return cmd.Flags().Lookup(f.flag) != nil || cmd.InheritedFlags().Lookup(f.flag) != nil
}

// add gives a command the flag.
func (f *optionFlag) add(cmd *cobra.Command) {
	flag := cmd.Flags().VarPF(f, f.flag, "", f.Usage+" ("+strings.Join(f.Formats, ", ")+")")
	flag.DefValue = f.Default
	if f.Kind == converter.OptionSwitch {
		flag.NoOptDefVal = "true" // pflag's
	}
	complete(cmd, f.flag, f.Values)
}

// Set takes a value, and says what is allowed if that can't be one.
func (f *optionFlag) Set(value string) error {
	if on, err := strconv.ParseBool(value); err == nil && f.Kind == converter.OptionSwitch {
		value = converter.No
		if on {
			value = converter.Yes
		}
	}
	if _, err := f.formats.With(f.Name, value); err != nil {
		var wrong *converter.OptionError
		if errors.As(err, &wrong) {
			return wrong.Err
		}
		return err
	}
	if f.Kind != converter.OptionList {
		f.values = nil
	}
	f.values = append(f.values, value)
	return nil
}

// String returns what was given.
func (f *optionFlag) String() string { return strings.Join(f.values, ", ") }

// Type tells pflag whether the flag takes a value.
func (f *optionFlag) Type() string {
	if f.Kind == converter.OptionSwitch {
		return "bool"
	}
	return f.Kind.String()
}

// words returns the flag with values, as on a command line.
func (f *optionFlag) words(values ...string) []string {
	var words []string
	for _, value := range values {
		switch {
		case f.Kind != converter.OptionSwitch:
			words = append(words, "--"+f.flag, f.Spelled(value))
		case value == converter.Yes:
			words = append(words, "--"+f.flag)
		default:
			words = append(words, "--"+f.flag+"="+value)
		}
	}
	return words
}
