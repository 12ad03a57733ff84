package cli

import (
	"context"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// An opener opens documents. It is the one place that knows the schemes of URLs.
type opener struct {
	*app
	files files
}

// open opens a document. Closing it fails if what was read may be nothing whole.
func (o *opener) open(ctx context.Context, d document) (*converter.Input, io.Closer, error) {
	switch s := scheme(d.place); s {
	case "":
		f, err := o.files.add(d.place)
		if err != nil {
			return nil, nil, err
		}
		return &converter.Input{Name: d.name, Size: f.size(), ReaderAt: f}, f, nil
	default:
		return nil, nil, usagef("%s: %s:// can't be read; what can: files, folders, http(s)://", d.place, s)
	}
}
