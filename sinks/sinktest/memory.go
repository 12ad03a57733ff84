package sinktest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette"
)

// Memory is a Store in memory, for tests. The zero value is empty and ready.
type Memory struct {
	mu      sync.Mutex
	objects map[string]stored
	last    int64 // generation
}

var _ dynasette.Store = (*Memory)(nil)

type stored struct {
	dynasette.Object
	data []byte
}

// Location returns a URL that nothing can open.
func (m *Memory) Location(prefix string) string {
	return strings.TrimSuffix("memory://store/"+prefix, "/")
}

// List lists in the order of names.
func (m *Memory) List(ctx context.Context, prefix string, fn func(dynasette.Object) error) error {
	m.mu.Lock()
	objects := maps.Clone(m.objects)
	m.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if strings.HasPrefix(name, prefix) {
			if err := fn(objects[name].Object); err != nil {
				return err
			}
		}
	}
	return nil
}

// Stat describes an object.
func (m *Memory) Stat(ctx context.Context, name string) (dynasette.Object, error) {
	o, err := m.get(ctx, name)
	return o.Object, err
}

func (m *Memory) get(ctx context.Context, name string) (stored, error) {
	if err := ctx.Err(); err != nil {
		return stored{}, err
	}
	if name == "" {
		return stored{}, errors.New("an object without a name")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[name]
	if !ok {
		return stored{}, fmt.Errorf("%s: %w", name, dynasette.ErrNotFound)
	}
	return o, nil
}

// Read returns a copy of an object's content.
func (m *Memory) Read(ctx context.Context, name string) ([]byte, string, error) {
	o, err := m.get(ctx, name)
	return bytes.Clone(o.data), o.Generation, err
}

// Write replaces an object.
func (m *Memory) Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	o, err := m.put(ctx, dynasette.Object{Name: name, Metadata: maps.Clone(metadata)}, bytes.Clone(data), over)
	return o.Generation, err
}

func (m *Memory) put(ctx context.Context, o dynasette.Object, data []byte, over string) (dynasette.Object, error) {
	if err := ctx.Err(); err != nil {
		return dynasette.Object{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.objects[o.Name].Generation != over {
		return dynasette.Object{}, fmt.Errorf("%s: %w", o.Name, dynasette.ErrChanged)
	}
	m.last++
	o.Generation, o.Size, o.Updated = strconv.FormatInt(m.last, 10), int64(len(data)), time.Now()
	if m.objects == nil {
		m.objects = map[string]stored{}
	}
	m.objects[o.Name] = stored{o, data}
	return o, nil
}

// Delete deletes an object.
func (m *Memory) Delete(ctx context.Context, name, generation string) error {
	o, err := m.get(ctx, name)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if o.Generation != generation || m.objects[name].Generation != generation {
		return fmt.Errorf("%s: %w", name, dynasette.ErrChanged)
	}
	delete(m.objects, name)
	return nil
}

type memoryDocument struct{ *bytes.Reader }

func (memoryDocument) Close() error { return nil }

// Open returns an object's content.
func (m *Memory) Open(ctx context.Context, o dynasette.Object) (dynasette.Document, error) {
	s, err := m.get(ctx, o.Name)
	if err != nil {
		return nil, err
	}
	if s.Generation != o.Generation {
		return nil, fmt.Errorf("%s: %w", o.Name, dynasette.ErrChanged)
	}
	return memoryDocument{bytes.NewReader(s.data)}, nil
}

// Sweep does nothing: a draft is gone with its process.
func (m *Memory) Sweep(ctx context.Context, _ time.Time) error { return ctx.Err() }

// Create begins a database.
func (m *Memory) Create(ctx context.Context, name string) (dynasette.Draft, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &memoryDraft{ctx: ctx, store: m, name: name}, nil
}

type memoryDraft struct {
	ctx   context.Context
	store *Memory
	name  string
	pages bytes.Buffer
	done  bool
}

func (d *memoryDraft) Write(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	return d.pages.Write(p)
}

func (d *memoryDraft) Reset() error { d.pages.Reset(); return nil }

func (d *memoryDraft) Close() error { d.done = true; return nil }

func (d *memoryDraft) Commit(first []byte, over string) (dynasette.Object, error) {
	if d.done {
		return dynasette.Object{}, io.ErrClosedPipe
	}
	data := append(bytes.Clone(first), d.pages.Bytes()...)
	sum := sha256.Sum256(data)
	o := dynasette.Object{Name: d.name, SHA256: hex.EncodeToString(sum[:])}
	o, err := d.store.put(d.ctx, o, data, over)
	if err == nil {
		d.done = true
	}
	return o, err
}
