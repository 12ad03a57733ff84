package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/dir"
)

// An output is where a database goes. Closing it throws away what was not committed.
type output interface {
	converter.Destination
	io.Closer
}

// createOutput begins a database: a file, or an object of a bucket.
func (a *app) createOutput(ctx context.Context, place string, options dir.FileOptions) (output, error) {
	path, local, err := places.Path(place)
	if err != nil {
		return nil, misnamed(err)
	}
	if !local {
		return a.createObject(ctx, place, options.Replace)
	}
	place = path
	if err := checkOutput(place, options.Replace); err != nil {
		return nil, err
	}
	// What a power failure undoes of a new file can be done again; what is replaced cannot.
	_, missing := os.Stat(place)
	options.Sync = missing == nil
	f, err := dir.CreateFile(place, options)
	if err != nil {
		return nil, existsError(err, place)
	}
	return f, nil
}

// checkOutput finds out early what would make the output fail late.
func checkOutput(out string, force bool) error {
	if info, err := os.Stat(out); err == nil {
		switch {
		case info.IsDir():
			return fmt.Errorf("%s is a folder: name a file with -o, or %[1]s/ for each database to be written there", out)
		case !force:
			return existsError(fs.ErrExist, out)
		}
	}
	folder := filepath.Dir(out)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s: make it first", out, folder)
	}
	for _, suffix := range []string{"-journal", "-wal"} {
		if _, err := os.Lstat(out + suffix); err == nil {
			return fmt.Errorf("%s%s is there: the database is in use, or was left in the middle of a change; close or delete it first", out, suffix)
		}
	}
	return nil
}

// existsError adds what to do to an error of an existing output.
func existsError(err error, out string) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: replace it with --force, or name another with -o", out)
	}
	return err
}

// An objectOutput is a database that is written to a bucket.
type objectOutput struct {
	dynasette.Draft
	place string
	over  string // the generation that it replaces
}

func (a *app) createObject(ctx context.Context, place string, force bool) (output, error) {
	parent, base := splitURL(place)
	if base == "" {
		return nil, usagef("%s: name an object with -o, as in %s/x.db", place, parent)
	}
	store, closer, err := a.openStore(ctx, parent)
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, closer)
	old, err := store.Stat(ctx, base)
	switch {
	case err == nil && !force:
		return nil, existsError(fs.ErrExist, place)
	case err != nil && !errors.Is(err, dynasette.ErrNotFound):
		return nil, err
	}
	draft, err := store.Create(ctx, base)
	if err != nil {
		return nil, err
	}
	return &objectOutput{draft, place, old.Generation}, nil
}

// Commit makes the object, unless another one has come meanwhile.
func (o *objectOutput) Commit(first []byte) error {
	_, err := o.Draft.Commit(first, o.over)
	if errors.Is(err, dynasette.ErrChanged) && o.over == dynasette.Absent {
		return existsError(fs.ErrExist, o.place)
	}
	return err
}
