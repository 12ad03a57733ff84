package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Manifest says what is in a release. It lies beside the release's folder, as
// releases/ID.json, and is written when the folder is complete: a folder without one is
// half-made.
type Manifest struct {
	Release     string     `json:"release"`
	Created     time.Time  `json:"created"`
	Updated     time.Time  `json:"updated"` // of the newest upload in it
	Fingerprint string     `json:"fingerprint"`
	Databases   []Database `json:"databases"`      // by slug
	Bad         string     `json:"bad,omitempty"`  // why it can't be served
	Since       time.Time  `json:"since,omitzero"` // when it was marked as bad
}

// A Database is what a release knows about one of its databases.
type Database struct {
	Slug             string    `json:"slug"`
	Source           string    `json:"source"` // the upload's name
	SourceGeneration string    `json:"source_generation"`
	Updated          time.Time `json:"updated"` // the upload
	Format           string    `json:"format"`
	Generation       string    `json:"generation"` // of databases/SLUG.db when it was copied
	Build            string    `json:"build"`
	Size             int64     `json:"size"`              // in bytes
	SHA256           string    `json:"sha256"`            // see Database.hash
	Rejects          int64     `json:"rejects,omitempty"` // rows of the table _rejects
	Copied           bool      `json:"copied,omitempty"`  // the upload was a database
	Tables           []Table   `json:"tables"`

	Found converter.Counts `json:"found,omitzero"` // in the upload
}

// A Table is a table of a Database.
type Table struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Hidden bool   `json:"hidden,omitempty"`
}

// Rows returns the number of rows in all tables that are not hidden.
func (d *Database) Rows() int64 {
	var n int64
	for _, t := range d.Tables {
		if !t.Hidden {
			n += t.Rows
		}
	}
	return n
}

func (m *Manifest) id() string {
	if m == nil {
		return ""
	}
	return m.Release
}

// find returns what m knows of a database, or nil.
func (m *Manifest) find(slug string) *Database {
	if m == nil {
		return nil
	}
	i, ok := slices.BinarySearchFunc(m.Databases, slug, func(d Database, slug string) int {
		return strings.Compare(d.Slug, slug)
	})
	if !ok {
		return nil
	}
	return &m.Databases[i]
}

const currentName = "current.json"

// current is the pointer to the release that is served. It moves once the server serves.
type current struct {
	Release  string    `json:"release"`
	Previous string    `json:"previous,omitempty"`
	Since    time.Time `json:"since"`

	// InsteadOf is the fingerprint of what would be released, if somebody has gone back
	// to Release: only something else makes a new release.
	InsteadOf string `json:"instead_of,omitempty"`

	generation string
}

func manifestName(id string) string { return "releases/" + id + ".json" }

func folderName(id string) string { return "releases/" + id + "/" }

// readCurrent returns the pointer; its zero value if there is none yet.
func (p *Pipeline) readCurrent(ctx context.Context) (current, error) {
	data, generation, err := p.Store.Read(ctx, currentName)
	if errors.Is(err, ErrNotFound) {
		return current{}, nil
	}
	if err != nil {
		return current{}, err
	}
	var c current
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("%s: %w", currentName, err)
	}
	c.generation = generation
	return c, nil
}

// point moves the pointer, unless another process has done so.
func (p *Pipeline) point(ctx context.Context, from current, to current) error {
	to.Previous, to.Since = from.Release, time.Now().UTC()
	data, err := json.MarshalIndent(to, "", "  ")
	if err != nil {
		return err
	}
	return p.put(ctx, currentName, data, from.generation)
}

// manifests remembers the manifest that was asked for last.
type manifests struct {
	mu   sync.Mutex
	last *Manifest
}

// served returns the manifest of the release that is served, or nil if there is none.
func (p *Pipeline) served(ctx context.Context) (*Manifest, error) {
	c, err := p.readCurrent(ctx)
	if err != nil {
		return nil, err
	}
	return p.manifestOf(ctx, c)
}

func (p *Pipeline) manifestOf(ctx context.Context, c current) (*Manifest, error) {
	if c.Release == "" {
		return nil, nil
	}
	p.known.mu.Lock()
	last := p.known.last
	p.known.mu.Unlock()
	if last.id() == c.Release {
		return last, nil
	}
	m, _, err := p.readManifest(ctx, c.Release)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // deleted by hand: nothing is known about what is served
	}
	if err != nil {
		return nil, err
	}
	p.known.mu.Lock()
	p.known.last = m
	p.known.mu.Unlock()
	return m, nil
}

func (p *Pipeline) readManifest(ctx context.Context, id string) (*Manifest, string, error) {
	data, generation, err := p.Store.Read(ctx, manifestName(id))
	if err != nil {
		return nil, "", err
	}
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, "", fmt.Errorf("%s: %w", manifestName(id), err)
	}
	return m, generation, nil
}

// writeManifest writes a manifest, with which a release is complete, or marked.
func (p *Pipeline) writeManifest(ctx context.Context, m *Manifest, over string) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return p.put(ctx, manifestName(m.Release), data, over)
}
