package pages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dynasette/dynasette"
	"golang.org/x/sync/errgroup"
)

// A release is the open databases of a dynasette.Release.
type release struct {
	dynasette.Release
	about     about
	etag      string
	databases []*database // by name
}

// inspected is inspect-data.json, as datasette inspect writes it: by the database's name.
type inspected map[string]struct {
	Hash   string `json:"hash"`
	Tables map[string]struct {
		Count int64 `json:"count"`
	} `json:"tables"`
}

func openRelease(ctx context.Context, r dynasette.Release) (_ *release, err error) {
	if strings.Contains(r.Location, "://") {
		return nil, fmt.Errorf("%w: release %s: %s is not a folder of this machine", dynasette.ErrUnavailable, r.ID, r.Location)
	}
	entries, err := os.ReadDir(r.Location)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w", r.ID, err)
	}
	var meta map[string]any
	var counts inspected
	if err := errors.Join(readJSON(r.Location, "metadata.json", &meta), readJSON(r.Location, "inspect-data.json", &counts)); err != nil {
		return nil, fmt.Errorf("release %s: %w", r.ID, err)
	}
	sum := sha256.Sum256([]byte(r.ID + "\x00" + r.Location + "\x00" + stylesheet.version))
	rel := &release{Release: r, about: aboutOf(meta), etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`}

	opening, ctx := errgroup.WithContext(ctx)
	opening.SetLimit(runtime.GOMAXPROCS(0))
	for _, entry := range entries {
		name, ok := databaseName(entry.Name())
		if !ok || entry.IsDir() {
			continue
		}
		d := &database{name: name, path: filepath.Join(r.Location, entry.Name()), about: aboutOf(child(meta, "databases", name))}
		rel.databases = append(rel.databases, d)
		opening.Go(func() error {
			if err := d.open(ctx, child(meta, "databases", name), counts); err != nil {
				return fmt.Errorf("release %s: %s: %w", r.ID, entry.Name(), err)
			}
			return nil
		})
	}
	if err := opening.Wait(); err != nil {
		rel.close()
		return nil, err
	}
	slices.SortFunc(rel.databases, func(a, b *database) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(rel.databases); i++ {
		if rel.databases[i].name == rel.databases[i-1].name {
			rel.close()
			return nil, fmt.Errorf("release %s: two databases are called %s", r.ID, rel.databases[i].name)
		}
	}
	return rel, nil
}

// databaseName returns what Datasette calls a file of its folder, if it is one that it loads.
func databaseName(file string) (string, bool) {
	for _, suffix := range []string{".db", ".sqlite", ".sqlite3"} {
		if name, ok := strings.CutSuffix(file, suffix); ok && name != "" {
			return name, true
		}
	}
	return "", false
}

func (r *release) close() {
	for _, d := range r.databases {
		if d.db != nil {
			d.db.Close()
		}
	}
}

func (r *release) database(name string) (*database, error) {
	i, ok := slices.BinarySearchFunc(r.databases, name, func(d *database, name string) int { return strings.Compare(d.name, name) })
	if !ok {
		return nil, notFound("There is no database of that name.")
	}
	return r.databases[i], nil
}

// updated is when the newest database was made.
func (r *release) updated() (t time.Time) {
	for _, d := range r.databases {
		if d.modified.After(t) {
			t = d.modified
		}
	}
	return t
}

// readJSON leaves v as it is if there is no such file.
func readJSON(dir, name string, v any) error {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
