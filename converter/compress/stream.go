package compress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
)

// Stream converts one packed document. The format of what is inside is told by the name
// without the packing's extension, and by content.
type Stream struct {
	Packing Packing
	Limits  Limits
}

// Inner returns nil: any format may be inside.
func (Stream) Inner() []string { return nil }

// Convert unpacks the document and converts what is inside.
func (s Stream) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	ctx, budget, err := enter(ctx, in, s.Limits)
	if err != nil {
		return err
	}
	w := &window{ctx: ctx, budget: budget, size: -1, open: func() (*source, error) {
		src := &source{packed: newCounter(in.Reader()), name: s.Packing.Format.Name, document: in.Name}
		r, err := s.Packing.Open(src.packed)
		if err == nil {
			src.ReadCloser = r
		}
		return src, err
	}}
	defer w.Close()
	name := in.Name
	if ext := path.Ext(name); slices.Contains(s.Packing.Format.Extensions, strings.ToLower(ext)) {
		name = strings.TrimSuffix(name, ext)
		if tars[strings.ToLower(ext)] {
			name += ".tar"
		}
	}
	out.Describe("compression", s.Packing.Format.Name, "by its first bytes")
	inner := &converter.Input{Name: name, Generation: in.Generation, Size: -1, ReaderAt: w}
	return convert(ctx, in.Name, inner, out)
}

// convert converts what is packed, which people know by label; in is a window.
func convert(ctx context.Context, label string, in *converter.Input, out *converter.Writer) error {
	return out.Inside(label, func(out *converter.Writer) error {
		format, c, err := out.Formats().Detect(in)
		if err != nil {
			return err
		}
		out.Describe("format", format.Name, "of what is packed")
		return c.Convert(ctx, in, out)
	})
}

// A spooled file is a temporary one.
type spooled struct {
	*os.File
	size int64
}

// spool writes r to a temporary file.
func spool(r io.Reader, limit int64) (*spooled, error) {
	file, err := os.CreateTemp("", "dynasette-*")
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	f := &spooled{File: file}
	f.size, err = io.Copy(file, io.LimitReader(r, limit+1))
	if err == nil && f.size > limit {
		err = over("a binary format of more than %d MiB", limit>>20)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close closes and removes the file.
func (f *spooled) Close() error {
	return errors.Join(f.File.Close(), os.Remove(f.Name()))
}
