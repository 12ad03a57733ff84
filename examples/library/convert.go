// Package library shows dynasette as a library: a conversion, and a pipeline of one's own.
package library

import (
	"context"
	"os"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/dir"
)

// ConvertFile converts a file of any known format into a SQLite database.
func ConvertFile(ctx context.Context, from, to string) (converter.Summary, error) {
	file, err := os.Open(from)
	if err != nil {
		return converter.Summary{}, err
	}
	defer file.Close()
	in, err := converter.FileInput(file)
	if err != nil {
		return converter.Summary{}, err
	}
	formats := all.Formats()
	_, c, err := formats.Detect(in)
	if err != nil {
		return converter.Summary{}, err
	}
	out, err := dir.CreateFile(to, dir.FileOptions{Replace: true})
	if err != nil {
		return converter.Summary{}, err
	}
	defer out.Close()
	return converter.Convert(ctx, c, in, out, converter.Options{Formats: formats})
}
