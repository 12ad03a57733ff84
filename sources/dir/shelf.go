package dir

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sources/shelf"
)

// A Shelf keeps files in a hidden folder below that of the uploads, of which they become one by
// being renamed. One process uses it at a time.
type Shelf struct {
	Root string // as of the Source

	mu   sync.Mutex
	busy map[string]bool // files that are being written to, or published
}

var _ shelf.Shelf = (*Shelf)(nil)

// shelfFolder is where the files are, and what is known about each beside it.
const (
	shelfFolder = ".dynasette/incoming"
	dataEnding  = ".data"
	infoEnding  = ".json"
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
	f.ID, f.Begun, f.Offset = strings.ToLower(rand.Text()), time.Now().UTC().Truncate(time.Second), 0
	if err := root.MkdirAll(shelfFolder, 0o777); err != nil {
		return f, err
	}
	info, err := json.Marshal(f)
	if err != nil {
		return f, err
	}
	data, err := root.OpenFile(place(f.ID, dataEnding), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return f, err
	}
	if err := cmp.Or(data.Close(), root.WriteFile(place(f.ID, infoEnding), info, 0o666)); err != nil {
		root.Remove(place(f.ID, dataEnding))
		root.Remove(place(f.ID, infoEnding))
		return f, err
	}
	return f, ctx.Err()
}

func place(id, ending string) string { return path.Join(shelfFolder, id+ending) }

// isID reports whether it may be one of Create's: it becomes part of a path.
func isID(id string) bool {
	return len(id) >= 20 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// take lets one at a time work on a file.
func (s *Shelf) take(id string) (give func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id] {
		return nil, fmt.Errorf("file %s is being written to: %w", id, dynasette.ErrChanged)
	}
	if s.busy == nil {
		s.busy = map[string]bool{}
	}
	s.busy[id] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.busy, id)
	}, nil
}

// Append adds to a file.
func (s *Shelf) Append(ctx context.Context, id string, offset int64, r io.Reader) (int64, error) {
	give, err := s.take(id)
	if err != nil {
		return 0, err
	}
	defer give()
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	f, err := getFile(root, id)
	switch {
	case err != nil:
		return 0, err
	case f.Offset != offset:
		return f.Offset, fmt.Errorf("file %s has %d bytes, not %d: %w", id, f.Offset, offset, shelf.ErrOffset)
	}
	data, err := root.OpenFile(place(id, dataEnding), os.O_WRONLY|os.O_APPEND, 0)
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
	give, err := s.take(id)
	if err != nil {
		return err
	}
	defer give()
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := getFile(root, id)
	if err != nil {
		return err
	}
	if f.Size = size; size < f.Offset {
		return fmt.Errorf("file %s has %d bytes, more than %d: %w", id, f.Offset, size, shelf.ErrOffset)
	}
	info, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return root.WriteFile(place(id, infoEnding), info, 0o666)
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
	if !isID(id) {
		return f, none
	}
	data, err := root.Stat(place(id, dataEnding))
	if errors.Is(err, fs.ErrNotExist) {
		return f, none
	}
	if err != nil {
		return f, err
	}
	info, err := root.ReadFile(place(id, infoEnding))
	if errors.Is(err, fs.ErrNotExist) || err == nil && json.Unmarshal(info, &f) != nil {
		return f, none // its process died while it was made
	}
	f.ID, f.Offset = id, data.Size()
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
		id, ok := strings.CutSuffix(e.Name(), dataEnding)
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
	return root.Open(place(id, dataEnding))
}

// Publish renames a file. Between the look at the one that it replaces and that, another program may
// replace it, too: no file system has a rename on condition.
func (s *Shelf) Publish(ctx context.Context, id, over string) (dynasette.Upload, error) {
	give, err := s.take(id)
	if err != nil {
		return dynasette.Upload{}, err
	}
	defer give()
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return dynasette.Upload{}, err
	}
	defer root.Close()
	f, err := getFile(root, id)
	if err != nil {
		return dynasette.Upload{}, err
	}
	if !f.Complete() {
		return dynasette.Upload{}, fmt.Errorf("%s: %d of %d bytes have come: %w", f.Name, f.Offset, f.Size, dynasette.ErrUnfinished)
	}
	if err := syncFile(root, place(id, dataEnding)); err != nil {
		return dynasette.Upload{}, err
	}
	local, err := localize(f.Name)
	if err != nil {
		return dynasette.Upload{}, err
	}
	if err := root.MkdirAll(path.Dir(local), 0o777); err != nil {
		return dynasette.Upload{}, fmt.Errorf("%s: %w", f.Name, err)
	}
	now := time.Now() // a rename keeps the time of the last byte, which may be days ago
	if err := root.Chtimes(place(id, dataEnding), now, now); err != nil {
		return dynasette.Upload{}, err
	}
	switch live, err := stat(root, f.Name); {
	case errors.Is(err, dynasette.ErrNotFound) && over != dynasette.Absent, err == nil && live.Generation != over:
		return dynasette.Upload{}, fmt.Errorf("%s: %w", f.Name, dynasette.ErrChanged)
	case errors.Is(err, dynasette.ErrNotFound):
		err = root.Link(place(id, dataEnding), local)
		if errors.Is(err, fs.ErrExist) {
			return dynasette.Upload{}, fmt.Errorf("%s: %w", f.Name, dynasette.ErrChanged)
		}
		if err != nil { // some file systems have no links
			err = root.Rename(place(id, dataEnding), local)
		}
		if err != nil {
			return dynasette.Upload{}, err
		}
	case err != nil:
		return dynasette.Upload{}, err
	default:
		if err := root.Rename(place(id, dataEnding), local); err != nil {
			return dynasette.Upload{}, err
		}
	}
	if err := cmp.Or(syncFile(root, path.Dir(local)), discard(root, id)); err != nil {
		return dynasette.Upload{}, err
	}
	u, err := stat(root, f.Name)
	return u.Upload, err
}

// syncFile has what is in a file, or a folder, survive a loss of power.
func syncFile(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// Discard throws a file away.
func (s *Shelf) Discard(ctx context.Context, id string) error {
	if !isID(id) {
		return nil
	}
	give, err := s.take(id)
	if err != nil {
		return err
	}
	defer give()
	root, err := os.OpenRoot(s.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	return discard(root, id)
}

func discard(root *os.Root, id string) error {
	for _, ending := range []string{dataEnding, infoEnding} {
		if err := root.Remove(place(id, ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
