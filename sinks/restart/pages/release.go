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
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/look"
)

// A release is the open databases of a dynasette.Release.
type release struct {
	dynasette.Release
	about     about
	config    config
	etag      string
	databases []*database                               // by name
	moved     func(path string) (to string, moved bool) // see dynasette.Manifest.Moved
}

// inspected is inspect-data.json, as datasette inspect writes it: by the database's name.
type inspected map[string]knowledge

type knowledge struct {
	Hash   string `json:"hash"`
	Tables map[string]struct {
		Count int64 `json:"count"`
	} `json:"tables"`
}

// shows reports whether r is what is shown already, nil being nothing. The error says why the
// server may not go there.
func (now *release) shows(r dynasette.Release) (bool, error) {
	if now == nil {
		return false, r.Follows("")
	}
	return now.ID == r.ID && now.Location == r.Location, r.Follows(now.ID)
}

// openRelease opens the databases of a release, or shares them with the one before if they
// did not change.
func (s *Server) openRelease(ctx context.Context, r dynasette.Release, before *release) (_ *release, err error) {
	if strings.Contains(r.Location, "://") {
		return nil, fmt.Errorf("%w: %s is not a folder of this machine", dynasette.ErrUnavailable, r.Location)
	}
	var meta map[string]any
	var counts inspected
	if err := errors.Join(readJSON(r.Location, "metadata.json", &meta), readJSON(r.Location, "inspect-data.json", &counts)); err != nil {
		return nil, err
	}
	conf, err := readConfig(r.Location, meta)
	if err != nil {
		return nil, err
	}
	files, err := filesOf(r)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(r.ID + "\x00" + r.Location + "\x00" + look.Stylesheet.Version))
	rel := &release{Release: r, about: aboutOf(meta), config: conf, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`}
	rel.moved = r.Manifest.Moved()

	opening, ctx := errgroup.WithContext(ctx)
	opening.SetLimit(runtime.GOMAXPROCS(0))
	for name, path := range files {
		d := &database{name: name, path: path, meta: child(meta, "databases", name), known: counts[name], memory: &s.memory}
		d.about = aboutOf(d.meta)
		said := child(conf.said, "databases", name)
		d.queries, d.noSQL = queriesOf(said), withheld(said)
		if same := before.share(d, r.Manifest != nil); same != nil {
			rel.databases = append(rel.databases, same)
			continue
		}
		d.users.Store(1)
		d.file, d.visitors = s.files.New(d.connect), s.files.New(d.connectVisitor)
		rel.databases = append(rel.databases, d)
		opening.Go(func() error {
			if err := d.open(ctx); err != nil {
				return fmt.Errorf("%s: %w", fileName(name, path), err)
			}
			return nil
		})
	}
	if err := opening.Wait(); err != nil {
		rel.close()
		return nil, err
	}
	slices.SortFunc(rel.databases, func(a, b *database) int { return strings.Compare(a.name, b.name) })
	return rel, nil
}

// fileName is what people know a database as: its name, or its file's if it is in the folder.
func fileName(name, path string) string {
	if file := filepath.Base(path); strings.HasPrefix(file, name+".") {
		return file
	}
	return name
}

// filesOf returns the release's databases by name: those of the manifest, and those that
// Datasette would load in its folder.
func filesOf(r dynasette.Release) (map[string]string, error) {
	files := map[string]string{}
	entries, err := os.ReadDir(r.Location)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if name, ok := databaseName(entry.Name()); ok && !entry.IsDir() {
			if files[name] != "" {
				return nil, fmt.Errorf("two databases are called %s", name)
			}
			files[name] = filepath.Join(r.Location, entry.Name())
		}
	}
	if r.Manifest == nil {
		return files, nil
	}
	for _, d := range r.Manifest.Databases {
		files[d.Slug] = filepath.Join(r.Store, filepath.FromSlash(d.Object))
	}
	return files, nil
}

// share returns the database that r has open, for use by another release as well, if that
// one's is the same. Only objects of a store are known never to change.
func (r *release) share(d *database, object bool) *database {
	if r == nil || r.Manifest == nil || !object {
		return nil
	}
	have, err := r.database(d.name)
	if err != nil || have.path != d.path || !reflect.DeepEqual(have.meta, d.meta) || !reflect.DeepEqual(have.known, d.known) ||
		have.noSQL != d.noSQL || !reflect.DeepEqual(have.queries, d.queries) {
		return nil
	}
	have.users.Add(1)
	return have
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
		if d.users.Add(-1) == 0 {
			d.file.Close()
			d.visitors.Close()
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
