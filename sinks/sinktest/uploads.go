package sinktest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
)

// Uploads is a Source in memory, for tests. The zero value is empty and ready.
// Generations are numbers that count up.
type Uploads struct {
	mu   sync.Mutex
	all  map[string]upload
	last int
}

var _ dynasette.Source = (*Uploads)(nil)

type upload struct {
	dynasette.Upload
	data []byte
}

// Put uploads a document, and returns the event about it and, if it replaces another, the
// one about that.
func (u *Uploads) Put(name, data string) []dynasette.Event {
	u.mu.Lock()
	defer u.mu.Unlock()
	old, replaced := u.all[name]
	if u.all == nil {
		u.all = map[string]upload{}
	}
	u.last++
	now := dynasette.Upload{Name: name, Generation: strconv.Itoa(u.last), Size: int64(len(data)), Updated: time.Now()}
	u.all[name] = upload{now, []byte(data)}
	events := []dynasette.Event{{Name: name, Generation: now.Generation}}
	if replaced {
		events = append(events, dynasette.Event{Name: name, Generation: old.Generation, Deleted: true})
	}
	return events
}

// Delete deletes an upload, if it is there, and returns the event about it.
func (u *Uploads) Delete(name string) []dynasette.Event {
	u.mu.Lock()
	defer u.mu.Unlock()
	old, ok := u.all[name]
	if !ok {
		return nil
	}
	delete(u.all, name)
	return []dynasette.Event{{Name: name, Generation: old.Generation, Deleted: true}}
}

// Content returns what is uploaded under a name.
func (u *Uploads) Content(name string) (data string, generation string, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	o, ok := u.all[name]
	return string(o.data), o.Generation, ok
}

// Names returns the names of all uploads, sorted.
func (u *Uploads) Names() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Sorted(maps.Keys(u.all))
}

// List lists in the order of names.
func (u *Uploads) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	for _, name := range u.Names() {
		up, err := u.Stat(ctx, name)
		if err != nil {
			continue
		}
		if err := fn(up); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Stat describes the live upload.
func (u *Uploads) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	if err := ctx.Err(); err != nil {
		return dynasette.Upload{}, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	o, ok := u.all[name]
	if !ok {
		return dynasette.Upload{}, fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	}
	return o.Upload, nil
}

// Open returns the upload's bytes, which can be read even after it was replaced.
func (u *Uploads) Open(ctx context.Context, up dynasette.Upload) (dynasette.Document, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	o, ok := u.all[up.Name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", up.Name, dynasette.ErrNotFound)
	}
	if o.Generation != up.Generation {
		return nil, fmt.Errorf("%s: %w", up.Name, dynasette.ErrChanged)
	}
	return memoryDocument{bytes.NewReader(o.data)}, nil
}
