// Package env converts .env files to one table of settings.
package env

import (
	"bufio"
	"context"
	"errors"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Format is what Convert understands.
var Format = converter.Format{Name: "env", Extensions: []string{".env"}, Doc: "NAME=value lines"}

// Convert writes one row for each NAME=value line.
func Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	settings := out.Table("settings", "name", "value")
	lines := bufio.NewScanner(in.Reader())
	for n := int64(1); lines.Scan(); n++ {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if !ok {
			return &converter.SyntaxError{Line: n, Err: errors.New("want NAME=value")}
		}
		if err := settings.Append(converter.Text(name), converter.Untyped(value)); err != nil {
			return err
		}
	}
	return lines.Err()
}
