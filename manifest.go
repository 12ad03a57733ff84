package dynasette

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Manifest says what is in a release, releases/ID.json. It is written when the release's
// documents are complete, and never changes.
type Manifest struct {
	Release     string            `json:"release"`
	Created     time.Time         `json:"created"`
	Updated     time.Time         `json:"updated"` // of the newest upload in it
	Fingerprint string            `json:"fingerprint"`
	Databases   []Database        `json:"databases"`                  // by slug
	Names       map[string]string `json:"names"`                      // slugs by upload, also of what is not in it now
	Bad         []Bad             `json:"bad,omitempty"`              // what is left out
	Retired     []Retired         `json:"retired,omitempty"`          // what only earlier releases have that are kept
	Base        map[string]string `json:"base,omitempty"`             // the operator's documents that it was made with
	BaseIs      map[string]string `json:"base_generations,omitempty"` // of those of Base that are as they lie in base/
	BadBase     *BadBase          `json:"bad_base,omitempty"`
	Of          string            `json:"of,omitempty"` // the release that was gone back to

	BaseFindings []BaseFinding `json:"base_findings,omitempty"` // what people should know of the operator's documents

	History History `json:"history,omitzero"` // what it changed, and those before it

	written []Object // what the release is made of, itself first, if this process wrote it
}

// A Database is what a release knows about one of its databases.
type Database struct {
	Slug             string    `json:"slug"`
	Source           string    `json:"source"` // the upload's name; that of several together ends with a slash
	SourceGeneration string    `json:"source_generation"`
	Updated          time.Time `json:"updated"` // the upload, the last one of several
	Format           string    `json:"format"`
	Object           string    `json:"object"`     // its name in the Store, which no other database ever has
	Generation       string    `json:"generation"` // the object's
	Build            string    `json:"build"`
	Size             int64     `json:"size"`              // in bytes
	SHA256           string    `json:"sha256,omitempty"`  // see Database.hash
	Rejects          int64     `json:"rejects,omitempty"` // rows of the table _rejects
	Copied           bool      `json:"copied,omitempty"`  // the upload was a database
	Tables           []Table   `json:"tables"`
	Views            []string  `json:"views,omitzero"` // of an upload that is a database; nil if they are not known

	Found converter.Counts `json:"found,omitzero"` // in the upload

	Words map[string]any `json:"words,omitempty"` // what rules say of it, in the words of Datasette's metadata

	wordsAt map[string]entry // where these stand, if it was read just now
}

// A Table is a table of a Database.
type Table struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Hidden bool   `json:"hidden,omitempty"`

	Columns []string `json:"columns,omitzero"` // empty if they are not known
	Types   []string `json:"types,omitzero"`   // of Columns, as declared; likewise
	About   []string `json:"about,omitempty"`  // of Columns, what the upload says of them; empty if it does not

	PrimaryKey []string                 `json:"primary_key,omitempty"` // as in converter.TableSummary, as are:
	References []converter.Reference    `json:"references,omitempty"`
	Of         *converter.DocumentTable `json:"of,omitempty"`
}

// describe keeps what is known of the columns.
func (t *Table) describe(columns []converter.ColumnSummary) {
	t.Columns, t.Types, t.About = make([]string, len(columns)), make([]string, len(columns)), nil
	for i, c := range columns {
		t.Columns[i], t.Types[i] = c.Name, c.Type
		if c.About != "" && t.About == nil {
			t.About = make([]string, len(columns))
		}
		if t.About != nil {
			t.About[i] = c.About
		}
	}
}

// A Bad database is one that the server refuses; what was served of its upload before still
// is. It is tried again when something else is served beside it.
type Bad struct {
	Source           string    `json:"source"`
	SourceGeneration string    `json:"source_generation"`
	Build            string    `json:"build"`
	Object           string    `json:"object"`
	Why              string    `json:"why"` // what the server said
	Since            time.Time `json:"since"`
	Beside           string    `json:"beside"` // fingerprint of what was served then
}

// BadBase says why the operator's documents as they are now are not used; the last good ones
// are.
type BadBase struct {
	Identity string `json:"identity"` // of the documents
	Why      string `json:"why"`
	Refused  bool   `json:"refused,omitempty"` // by the server
	Beside   string `json:"beside,omitempty"`
}

// Retired is a database that only earlier releases have.
type Retired struct {
	Object     string    `json:"object"`
	Generation string    `json:"generation"`
	Kept       bool      `json:"kept,omitempty"`  // by one that can be gone back to
	Last       string    `json:"last,omitempty"`  // the latest of those that have it and were served, if it is known
	Tried      string    `json:"tried,omitempty"` // the latest of those that have it and were only tried
	Since      time.Time `json:"since,omitzero"`  // it is not served; zero: since the release is
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

// File is what the database is called in a folder for Datasette.
func (d *Database) File() string { return d.Slug + ".db" }

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

// of returns what m has of an upload, or nil.
func (m *Manifest) of(source string) *Database {
	if m == nil {
		return nil
	}
	if d := m.find(m.Names[source]); d != nil && d.Source == source {
		return d
	}
	if m.Of == "" {
		return nil
	}
	// After a rollback, names are those of now.
	i := slices.IndexFunc(m.Databases, func(d Database) bool { return d.Source == source })
	if i < 0 {
		return nil
	}
	return &m.Databases[i]
}

// base returns the operator's documents that m was made with.
func (m *Manifest) base() base {
	if m == nil {
		return base{}
	}
	b := baseOf(m.Base)
	b.generations = m.BaseIs
	return b
}

// refusal returns why a database was left out, or nil.
func (m *Manifest) refusal(object string) *Bad {
	if m == nil {
		return nil
	}
	if i := slices.IndexFunc(m.Bad, func(b Bad) bool { return b.Object == object }); i >= 0 {
		return &m.Bad[i]
	}
	return nil
}

// objects returns the names of all databases in it, with their generations.
func (m *Manifest) objects() map[string]string {
	all := map[string]string{}
	if m != nil {
		for _, d := range m.Databases {
			all[d.Object] = d.Generation
		}
	}
	return all
}

const releasesFolder = "releases/"

func manifestName(id string) string { return releasesFolder + id + ".json" }

func folderName(id string) string { return releasesFolder + id + "/" }

// manifests remembers some of those that were asked for last.
type manifests struct {
	mu   sync.Mutex
	last []*Manifest
}

// rememberedManifests are enough for the release that is served, those that are kept beside it by
// default, and the next one.
const rememberedManifests = 4

func (k *manifests) get(id string) *Manifest {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.last {
		if m.Release == id {
			return m
		}
	}
	return nil
}

func (k *manifests) put(m *Manifest) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last = append(slices.DeleteFunc(k.last, func(o *Manifest) bool { return o.Release == m.Release }), m)
	if len(k.last) > rememberedManifests {
		k.last = slices.Delete(k.last, 0, 1)
	}
}

// served returns the pointer, and the manifest of the release that is served, or nil if there
// is none.
func (p *Pipeline) served(ctx context.Context) (pointer, *Manifest, error) {
	at, err := p.readPointer(ctx)
	if err != nil {
		return at, nil, err
	}
	m, err := p.manifest(ctx, at.Release)
	return at, m, err
}

// manifest returns that of a release; nil if there is none (deleted by hand: nothing is
// known about what is served).
func (p *Pipeline) manifest(ctx context.Context, id string) (*Manifest, error) {
	if id == "" {
		return nil, nil
	}
	if m := p.known.get(id); m != nil {
		return m, nil
	}
	data, _, err := p.Store.Read(ctx, manifestName(id))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m := new(Manifest)
	if err := decode(data, m, manifestName(id)); err != nil {
		return nil, err
	}
	p.known.put(m)
	return m, nil
}

// writeManifest writes a manifest, with which a release of these documents is complete.
func (p *Pipeline) writeManifest(ctx context.Context, m *Manifest, documents []Object) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	generation, err := p.put(ctx, manifestName(m.Release), data, Absent, nil)
	if err == nil {
		m.written = append([]Object{{Name: manifestName(m.Release), Generation: generation}}, documents...)
		p.known.put(m)
	}
	return err
}
