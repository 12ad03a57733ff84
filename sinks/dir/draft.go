package dir

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/dynasette/dynasette"
)

// draft is a file that is not visible yet.
type draft struct {
	pages
	ctx    context.Context
	store  *Store
	name   string
	target string
	sum    string // of the whole content, once it is complete
	synced bool
}

// Create begins a database in a hidden file.
func (s *Store) Create(ctx context.Context, name string) (dynasette.Draft, error) {
	d, err := s.create(name)
	if err != nil {
		return nil, err
	}
	d.ctx = ctx
	return d, nil
}

func (s *Store) create(name string) (*draft, error) {
	target, err := s.file(name)
	if err != nil {
		return nil, err
	}
	f, err := createHeld(filepath.Join(s.root, draftsDir, "draft-"))
	if err != nil {
		return nil, err
	}
	return &draft{
		pages: pages{f: f, size: defaultPageSize}, store: s, name: name, target: target, ctx: context.Background(),
	}, nil
}

// heldLetters is how many letters of base32 make a held file's name unique.
const heldLetters = 10

// createHeld creates a file of a new name, locked for as long as it is open.
func createHeld(prefix string) (*os.File, error) {
	for {
		f, err := os.OpenFile(prefix+rand.Text()[:heldLetters], os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := hold(f); err != nil {
			f.Close()
			return nil, err
		}
		// A sweep may have come in between.
		if _, err := os.Lstat(f.Name()); err != nil {
			f.Close()
			continue
		}
		return f, nil
	}
}

func (d *draft) Write(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	return d.pages.Write(p)
}

// Reset throws away what was written.
func (d *draft) Reset() error {
	d.sum, d.synced = "", false
	return d.pages.Reset()
}

// Commit makes the database visible.
func (d *draft) Commit(first []byte, over string) (dynasette.Object, error) {
	if d.f == nil {
		return dynasette.Object{}, fmt.Errorf("%s: %w", d.name, os.ErrClosed)
	}
	if err := d.ctx.Err(); err != nil {
		return dynasette.Object{}, err
	}
	if d.sum == "" {
		if err := d.finish(first); err != nil {
			return dynasette.Object{}, err
		}
		h := sha256.New()
		if _, err := io.Copy(h, io.NewSectionReader(d.f, 0, max(d.at, d.size))); err != nil {
			return dynasette.Object{}, err
		}
		d.sum = hex.EncodeToString(h.Sum(nil))
	}
	info, err := d.publish(over, nil, false)
	if err != nil {
		return dynasette.Object{}, err
	}
	return dynasette.Object{
		Name: d.name, Generation: generation(info), Size: info.Size(), Updated: info.ModTime(), SHA256: d.sum,
	}, nil
}

// publish moves the complete file to its place, if the precondition holds. A document below the
// top is synced later.
func (d *draft) publish(over string, metadata map[string]string, later bool) (fs.FileInfo, error) {
	if !d.store.NoSync && !later && !d.synced {
		if err := d.store.fsync(d.f); err != nil {
			return nil, err
		}
		d.synced = true
	}
	info, err := d.place(over, metadata)
	if err != nil || d.store.NoSync {
		return info, err
	}
	folder, file := filepath.Dir(d.target), ""
	if folder == d.store.root {
		return info, syncPath(folder, os.O_RDONLY, d.store.fsync)
	}
	if later {
		file = d.target
	}
	if d.store.later.note(folder, file) {
		err = d.store.sync()
	}
	return info, err
}

// place checks the precondition and renames the file, under the lock.
func (d *draft) place(over string, metadata map[string]string) (fs.FileInfo, error) {
	unlock, err := d.store.lock(d.ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, err := stat(d.target)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil && over != dynasette.Absent, err == nil && generation(old) != over:
		return nil, fmt.Errorf("%s: %w", d.name, dynasette.ErrChanged)
	}
	// The time is a part of the generation: later than that of any file before. (Inodes
	// are used again, and the system's own times are coarse.)
	at := time.Now()
	if old != nil && !at.After(old.ModTime()) {
		at = old.ModTime().Add(time.Microsecond)
	}
	// Not every system renames a file that is open. Nobody takes it for abandoned meanwhile:
	// that needs the lock.
	file := d.f.Name()
	err = d.f.Close()
	d.f = nil
	defer os.Remove(file) // unless it was renamed
	if err != nil {
		return nil, err
	}
	if at, err = d.store.unique(at); err != nil {
		return nil, err
	}
	if err := os.Chtimes(file, at, at); err != nil {
		return nil, err
	}
	info, err := os.Lstat(file)
	if err != nil {
		return nil, err
	}
	if len(metadata) > 0 {
		d.store.known.put(generation(info), maps.Clone(metadata))
	}
	if err := os.MkdirAll(filepath.Dir(d.target), 0o777); err != nil {
		return nil, err
	}
	if err := patiently(func() error { return os.Rename(file, d.target) }); err != nil {
		return nil, err
	}
	if old != nil {
		d.store.known.forget(generation(old))
	}
	return info, nil
}

// Close removes the file, unless it was committed.
func (d *draft) Close() error {
	return d.discard()
}
