package dir

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A Shelf keeps files in a hidden folder below that of the uploads, of which they become one by
// being renamed. One process uses it at a time.
type Shelf struct {
	Root string // as of the Source

	turns shelf.Turns
}

var (
	_ shelf.Shelf  = (*Shelf)(nil)
	_ shelf.Room   = (*Shelf)(nil)
	_ shelf.Keeper = (*Source)(nil)
)

// Shelf returns where files wait that become uploads. A process uses one.
func (s *Source) Shelf() shelf.Shelf { return &Shelf{Root: s.Root} }

// shelfFolder is where the files are, and what is known about each beside it.
// The latter is written first and removed last, so that a process that dies leaves nothing that List doesn't tell of.
const (
	shelfFolder = ".dynasette/incoming"
	dataEnding  = ".data"
	infoEnding  = ".json"
	newEnding   = ".new"
)

// Create begins a file.
func (s *Shelf) Create(ctx context.Context, f shelf.File) (shelf.File, error) {
	if err := shelf.CheckName(f.Name); err != nil {
		return f, err
	}
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return f, err
	}
	defer root.Close()
	f.ID, f.Begun, f.Offset = shelf.NewID(), time.Now().UTC().Truncate(time.Second), 0
	if err := root.MkdirAll(shelfFolder, 0o777); err != nil {
		return f, err
	}
	info, err := json.Marshal(f)
	if err != nil {
		return f, err
	}
	if err := replace(root, place(f.ID, infoEnding), info); err != nil {
		return f, err
	}
	data, err := root.OpenFile(place(f.ID, dataEnding), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err == nil {
		err = data.Close()
	}
	if err = cmp.Or(err, ctx.Err()); err != nil {
		discard(root, f.ID)
	}
	return f, err
}

func place(id, ending string) string { return path.Join(shelfFolder, id+ending) }

// replace writes a file so that a process that dies leaves the old one or the new one.
func replace(root *os.Root, name string, data []byte) error {
	err := root.WriteFile(name+newEnding, data, 0o666)
	if err == nil {
		err = root.Rename(name+newEnding, name)
	}
	if err != nil {
		root.Remove(name + newEnding)
	}
	return err
}

// take opens the folder for the one whose turn it is with a file. done ends both.
func (s *Shelf) take(id string) (root *os.Root, done func(), err error) {
	give, err := s.turns.Take(id)
	if err != nil {
		return nil, nil, err
	}
	if root, err = os.OpenRoot(s.Root); err != nil {
		give()
		return nil, nil, err
	}
	return root, func() {
		root.Close()
		give()
	}, nil
}

// Append adds to a file.
func (s *Shelf) Append(ctx context.Context, id string, offset int64, r io.Reader) (int64, error) {
	root, done, err := s.take(id)
	if err != nil {
		return 0, err
	}
	defer done()
	f, err := getFile(root, id)
	switch {
	case err != nil:
		return 0, err
	case f.Offset != offset:
		return f.Offset, fmt.Errorf("file %s has %d bytes, not %d: %w", id, f.Offset, offset, shelf.ErrOffset)
	}
	data, err := root.OpenFile(place(id, dataEnding), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return offset, err
	}
	if f.Size >= 0 {
		r = io.LimitReader(r, f.Size-offset)
	}
	n, err := io.Copy(data, r)
	return offset + n, cmp.Or(err, data.Close(), ctx.Err())
}

// SetSize says how much will come of a file, of which that was not known.
func (s *Shelf) SetSize(ctx context.Context, id string, size int64) error {
	return s.describe(id, func(f *shelf.File) error {
		switch {
		case f.Size >= 0 && f.Size != size:
			return fmt.Errorf("file %s is to have %d bytes, not %d: %w", id, f.Size, size, shelf.ErrOffset)
		case size < f.Offset:
			return fmt.Errorf("file %s has %d bytes, more than %d: %w", id, f.Offset, size, shelf.ErrOffset)
		}
		f.Size = size
		return nil
	})
}

// SetName says what a file is published under instead.
func (s *Shelf) SetName(ctx context.Context, id, name string) error {
	return s.describe(id, func(f *shelf.File) error {
		f.Name = name
		return shelf.CheckName(name)
	})
}

// describe changes what is known about a file.
func (s *Shelf) describe(id string, change func(*shelf.File) error) error {
	root, done, err := s.take(id)
	if err != nil {
		return err
	}
	defer done()
	f, err := getFile(root, id)
	if err == nil {
		err = change(&f)
	}
	if err != nil {
		return err
	}
	info, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return replace(root, place(id, infoEnding), info)
}

// Get returns a file.
func (s *Shelf) Get(ctx context.Context, id string) (shelf.File, error) {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return shelf.File{}, err
	}
	defer root.Close()
	return getFile(root, id)
}

func getFile(root *os.Root, id string) (f shelf.File, err error) {
	none := fmt.Errorf("file %s: %w", id, dynasette.ErrNotFound)
	if !shelf.IsID(id) {
		return f, none
	}
	info, err := root.ReadFile(place(id, infoEnding))
	if errors.Is(err, fs.ErrNotExist) {
		return f, none
	}
	if err == nil {
		err = json.Unmarshal(info, &f)
	}
	if err != nil {
		return f, fmt.Errorf("file %s: %w", id, err)
	}
	f.ID, f.Offset = id, 0
	data, err := root.Stat(place(id, dataEnding))
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err == nil {
		f.Offset = data.Size()
	}
	return f, err
}

// List calls fn for every file.
func (s *Shelf) List(ctx context.Context, fn func(shelf.File) error) error {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), shelfFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), infoEnding)
		if !ok {
			continue
		}
		f, err := getFile(root, id)
		if errors.Is(err, dynasette.ErrNotFound) {
			continue
		}
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

// Open returns what has come of a file.
func (s *Shelf) Open(ctx context.Context, id string) (dynasette.Document, error) {
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if _, err := getFile(root, id); err != nil {
		return nil, err
	}
	data, err := root.Open(place(id, dataEnding))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("file %s: %w", id, dynasette.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// Publish renames a file. Between the look at the one that it replaces and that, another program may
// replace it, too: no file system has a rename on condition.
func (s *Shelf) Publish(ctx context.Context, id, over string) (dynasette.Upload, error) {
	root, done, err := s.take(id)
	if err != nil {
		return dynasette.Upload{}, err
	}
	defer done()
	f, err := getFile(root, id)
	if err != nil {
		return dynasette.Upload{}, err
	}
	if !f.Complete() {
		return dynasette.Upload{}, fmt.Errorf("%s: %d of %d bytes have come: %w", f.Name, f.Offset, f.Size, dynasette.ErrUnfinished)
	}
	if err := settle(root, place(id, dataEnding)); err != nil {
		return dynasette.Upload{}, err
	}
	if err := put(root, place(id, dataEnding), f.Name, over); err != nil {
		return dynasette.Upload{}, err
	}
	if err := discard(root, id); err != nil {
		return dynasette.Upload{}, err
	}
	u, err := stat(root, f.Name)
	return u.Upload, err
}

// Free returns how many bytes can still be written, if the system tells.
func (s *Shelf) Free() (int64, bool) { return free(s.Root) }

// Discard throws a file away.
func (s *Shelf) Discard(ctx context.Context, id string) error {
	if !shelf.IsID(id) {
		return nil
	}
	root, done, err := s.take(id)
	if err != nil {
		return err
	}
	defer done()
	return discard(root, id)
}

func discard(root *os.Root, id string) error {
	for _, ending := range []string{dataEnding, infoEnding + newEnding, infoEnding} {
		if err := root.Remove(place(id, ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
