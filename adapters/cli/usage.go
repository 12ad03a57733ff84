package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dynasette/dynasette/internal/suggest"
)

// A usageError is a mistake in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// flagError says of a wrong flag which one was meant, and of a wrong value what is allowed.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var wrong *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return usagef("%w%s", err, perhaps("--"+unknown.GetSpecifiedName(), names))
	case errors.As(err, &wrong):
		flag := wrong.GetFlag()
		want := wrong.Unwrap()
		var values []string
		switch f := flag.Value.(type) {
		case *optionFlag:
			values = f.Values
		default:
			if w := wanted[f.Type()]; w != "" {
				want = errors.New(w)
			}
		}
		return usagef("--%s %q: %w%s", flag.Name, wrong.GetValue(), want, perhaps(wrong.GetValue(), values))
	case errors.As(err, &missing):
		_, usage := pflag.UnquoteUsage(missing.GetFlag())
		return usagef("--%s needs a value: %s", missing.GetFlag().Name, usage)
	}
	return usageError{err}
}

// wanted says what values flags take, by their type.
var wanted = map[string]string{
	"bool":     "want true or false",
	"int":      "want a whole number",
	"int64":    "want a whole number",
	"duration": "want a time as in 90s or 5m",
}

// perhaps asks whether what is most like a word was meant, if anything is like it.
func perhaps(word string, known []string) string {
	if best := suggest.For(word, known); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}
