// Package env converts .env files to one table of settings.
package env

import (
	"bufio"
	"context"
	"errors"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Format is what Converter understands.
var Format = converter.Format{Name: "env", Extensions: []string{".env"}, Doc: "NAME=value lines"}

// Converter converts .env files. Its fields are options.
type Converter struct {
	Comment byte // lines that begin with it are left out; 0 is #
}

// Convert writes one row for each NAME=value line.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if c.Comment == 0 {
		c.Comment = '#'
	}
	settings := out.Table("settings", "name", "value")
	lines := bufio.NewScanner(in.Reader())
	for n := int64(1); lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == c.Comment {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return &converter.SyntaxError{Line: n, Err: errors.New("want NAME=value")}
		}
		if err := settings.Append(converter.Text(name), converter.Untyped(value)); err != nil {
			return err
		}
	}
	return lines.Err()
}

// Options makes a flag --comment, with its help, its errors and its completion.
func (c Converter) Options() []converter.Option {
	return []converter.Option{{
		Name: "comment", Kind: converter.OptionCharacter, Usage: "lines that begin with `CHAR` are left out",
		Values: []string{"#", ";"}, Default: "#",
	}}
}

// With returns the converter with an option set.
func (c Converter) With(name, value string) (converter.Converter, error) {
	var err error
	c.Comment, err = converter.Character(value)
	return c, err
}
