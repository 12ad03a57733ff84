// Package stdin takes a document from what can be read only once: standard input, the body
// of a request. Converters read a document at any offset and again, so what is larger than
// a little is kept in a temporary file.
package stdin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/dynasette/dynasette/converter"
)

// Options say what is known about the document; the zero value is right for most.
type Options struct {
	Name      string // in place of a file's name, which may help to detect the format; "" is "stdin"
	MediaType string // as declared by whoever sent it
	Limit     int64  // bytes; more is an error that is converter.ErrLimit; 0 is no limit
	Folder    string // for the temporary file; "" is the system's
}

// inMemory is how much is kept in memory, in bytes.
const inMemory = 1 << 20

// Open reads r to its end. The document is gone when it is closed. A regular file, as
// standard input may be, is read in place, from where it stands.
func Open(ctx context.Context, r io.Reader, opts Options) (*converter.Input, io.Closer, error) {
	in := &converter.Input{Name: opts.Name, MediaType: opts.MediaType}
	if in.Name == "" {
		in.Name = "stdin"
	}
	if f, ok := r.(*os.File); ok {
		if section := inPlace(f); section != nil {
			if opts.Limit > 0 && section.Size() > opts.Limit {
				return nil, nil, tooLong(in.Name, opts.Limit)
			}
			in.ReaderAt, in.Size = section, section.Size()
			return in, io.NopCloser(nil), nil
		}
	}
	r = &limited{ctx: ctx, r: r, name: in.Name, limit: opts.Limit}
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, inMemory)
	if err == io.EOF {
		in.ReaderAt, in.Size = bytes.NewReader(head.Bytes()), n
		return in, io.NopCloser(nil), nil
	}
	if err != nil {
		return nil, nil, err
	}
	t, err := newTemporary(opts.Folder)
	if err != nil {
		return nil, nil, err
	}
	in.Size, err = io.Copy(t.File, io.MultiReader(&head, r))
	if err != nil {
		t.Close()
		return nil, nil, err
	}
	in.ReaderAt = t.File
	return in, t, nil
}

// inPlace returns the rest of a regular file.
func inPlace(f *os.File) *io.SectionReader {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil
	}
	return io.NewSectionReader(f, at, max(0, info.Size()-at))
}

// temporary is a file that is removed when it is closed; where the system allows it, it
// has no name from the start.
type temporary struct {
	*os.File
	named bool
}

func newTemporary(folder string) (*temporary, error) {
	f, err := os.CreateTemp(folder, "dynasette-*")
	if err != nil {
		return nil, err
	}
	return &temporary{f, os.Remove(f.Name()) != nil}, nil
}

func (t *temporary) Close() error {
	err := t.File.Close()
	if t.named {
		os.Remove(t.Name())
	}
	return err
}

// limited is a reader that ends with the context, or beyond a limit.
type limited struct {
	ctx   context.Context
	r     io.Reader
	name  string
	limit int64
	read  int64
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.r.Read(p)
	if l.read += int64(n); l.limit > 0 && l.read > l.limit {
		return 0, tooLong(l.name, l.limit)
	}
	return n, err
}

func tooLong(name string, limit int64) error {
	return fmt.Errorf("%s: more than %d bytes: %w", name, limit, converter.ErrLimit)
}
