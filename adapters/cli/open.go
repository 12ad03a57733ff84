package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sources/http"
	"github.com/dynasette/dynasette/sources/stdin"
)

// An opener opens documents.
type opener struct {
	*app
	files   openDocuments
	objects openDocuments
}

// How many files and objects are open at a time. An object that is read has some 40 MiB in
// memory.
const (
	openFiles   = 200
	openObjects = 2
)

// open opens a document. Closing it fails if what was read may be nothing whole.
func (o *opener) open(ctx context.Context, d document) (*converter.Input, io.Closer, error) {
	switch {
	case d.place == standardInput:
		return spool(ctx, o.Stdin, "")
	case d.text != "":
		return &converter.Input{Name: d.name, Size: d.size, ReaderAt: strings.NewReader(d.text)}, io.NopCloser(nil), nil
	case d.object != nil:
		source, up := d.object.source, d.object.upload
		doc := pooled{Item: o.objects.New(func() (dynasette.Document, error) { return source.Open(ctx, up) })}
		return &converter.Input{
			Name: d.name, MediaType: up.MediaType, Generation: up.Generation, Size: up.Size, ReaderAt: doc,
			Folder: beside{strings.TrimSuffix(d.name, up.Name), bucketFS{ctx, source}},
		}, doc, nil
	case isWeb(d.place):
		in, closer, err := http.Open(ctx, d.place, http.Options{})
		if err == nil && places.SchemeOf(d.name) != "" { // there are others of the name that it has
			in.Name = d.name
		}
		return in, closer, err
	case d.size < 0: // a pipe
		return spool(ctx, &namedPipe{path: d.place}, d.name)
	}
	f, err := newFile(&o.files, d.place)
	if err != nil {
		return nil, nil, err
	}
	in := &converter.Input{Name: d.name, Size: f.size(), ReaderAt: f}
	if prefix, ok := strings.CutSuffix(d.name, d.within); ok && d.folder != "" {
		in.Folder = beside{prefix, folderFS(d.folder)}
	}
	return in, f, nil
}

// spool reads r to its end, or until ctx ends, whether or not r yields anything.
func spool(ctx context.Context, r io.Reader, name string) (*converter.Input, io.Closer, error) {
	type result struct {
		in     *converter.Input
		closer io.Closer
		err    error
	}
	done := make(chan result, 1)
	go func() {
		in, closer, err := stdin.Open(ctx, r, stdin.Options{Name: name})
		done <- result{in, closer, err}
	}()
	select {
	case read := <-done:
		return read.in, read.closer, read.err
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// A namedPipe is opened by the first Read, since that waits for somebody to write to it, and
// closed at its end.
type namedPipe struct {
	path string
	file *os.File
}

func (p *namedPipe) Read(b []byte) (int, error) {
	if p.file == nil {
		var err error
		if p.file, err = os.Open(p.path); err != nil {
			return 0, err
		}
	}
	n, err := p.file.Read(b)
	if err != nil {
		p.file.Close()
	}
	return n, err
}

// closers are several as one.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, closer := range c {
		errs = append(errs, closer.Close())
	}
	return errors.Join(errs...)
}
