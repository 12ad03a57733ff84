package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// output writes a database to a hidden file beside its place, to be renamed.
type output struct {
	f     *os.File
	name  string
	size  int64
	at    int64
	force bool
}

func createOutput(name string, pageSize int, force bool) (*output, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".dynasette-*")
	if err != nil {
		return nil, err
	}
	if pageSize == 0 {
		pageSize = 4096
	}
	return &output{f: f, name: name, size: int64(pageSize), force: force}, nil
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.f.WriteAt(p, o.size+o.at)
	o.at += int64(n)
	return n, err
}

func (o *output) Reset() error { o.at = 0; return o.f.Truncate(0) }

func (o *output) Commit(first []byte) error {
	if _, err := o.f.WriteAt(first, 0); err != nil {
		return err
	}
	if _, err := os.Stat(o.name); err == nil && !o.force {
		return fmt.Errorf("%s: %w", o.name, fs.ErrExist)
	}
	return os.Rename(o.f.Name(), o.name)
}

func (o *output) Close() error { os.Remove(o.f.Name()); return o.f.Close() }
