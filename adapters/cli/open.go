package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/dynasette/dynasette/converter"
)

// open opens a document. It is the one place that knows the schemes of URLs.
func (a *app) open(ctx context.Context, d document) (*converter.Input, io.Closer, error) {
	switch s := scheme(d.place); {
	case s != "":
		return nil, nil, usagef("%s: %s:// can't be read; what can: files, folders, http(s)://", d.place, s)
	default:
		return openFile(d)
	}
}

func openFile(d document) (*converter.Input, io.Closer, error) {
	f, err := os.Open(d.place)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		f.Close()
		return nil, nil, fmt.Errorf("%s: not a regular file", d.place)
	}
	return &converter.Input{Name: d.name, Size: info.Size(), ReaderAt: f}, f, nil
}
