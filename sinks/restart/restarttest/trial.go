package restarttest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/dir"
)

// A trial is one subtest.
type trial struct {
	*testing.T
	Server
	store string // a folder
}

// patience is for what has to happen some time, on any machine.
var patience = time.Minute

// release writes a release into the store, as a Pipeline does.
func (t *trial) release(id string, b Behaviour) dynasette.Release {
	t.Helper()
	m := &dynasette.Manifest{Release: id, Databases: []dynasette.Database{{
		Slug: "sample", Source: "sample.csv", Object: "databases/sample.csv-" + strings.ToLower(rand.Text()) + ".db",
		Tables: []dynasette.Table{{Name: "sample", Rows: 1}},
	}}}
	manifest, err := json.Marshal(m)
	for name, data := range map[string][]byte{
		"releases/" + id + ".json":              manifest,
		"releases/" + id + "/metadata.json":     []byte(`{"title": "` + id + `"}`),
		"releases/" + id + "/inspect-data.json": []byte("{}"),
		"releases/" + id + "/files.txt":         []byte("sample.db\t" + m.Databases[0].Object + "\n"),
		m.Databases[0].Object:                   nil,
	} {
		path := filepath.Join(t.store, filepath.FromSlash(name))
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o777))
		if data != nil {
			err = errors.Join(err, os.WriteFile(path, data, 0o666))
		} else {
			err = errors.Join(err, writeDatabase(t.Context(), path, id))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return t.Prepare(dynasette.Release{
		ID: id, Location: filepath.Join(t.store, "releases", id), Store: t.store, Manifest: m,
	}, b)
}

// writeDatabase makes a database of one table with one cell.
func writeDatabase(ctx context.Context, path, cell string) error {
	f, err := dir.CreateFile(path, dir.FileOptions{})
	if err != nil {
		return err
	}
	defer f.Close()
	rows := converter.Func(func(_ context.Context, _ *converter.Input, out *converter.Writer) error {
		return out.Table("sample", "release").Append(converter.Text(cell))
	})
	_, err = converter.Convert(ctx, rows, &converter.Input{Name: "sample.csv", ReaderAt: strings.NewReader("")}, f, converter.Options{})
	return err
}

// drop removes a release from the store, as a Pipeline does with one that was refused.
func (t *trial) drop(r dynasette.Release) {
	t.Helper()
	folder := filepath.Join(t.store, "releases", r.ID)
	if err := errors.Join(os.Remove(folder+".json"), os.RemoveAll(folder),
		os.Remove(filepath.Join(t.store, filepath.FromSlash(r.Manifest.Databases[0].Object)))); err != nil {
		t.Fatal(err)
	}
}

// restart moves the server, and fails the test unless that is done when it says so.
func (t *trial) restart(r dynasette.Release) {
	t.Helper()
	if err := t.Restarter.Restart(t.Context(), r); err != nil {
		t.Fatalf("release %s: %v", r.ID, err)
	}
	t.serves(r.ID)
}

// serves fails the test unless that release is served, and would be after a new start.
func (t *trial) serves(id string) {
	t.Helper()
	if got := t.Serves(); got != id {
		t.Fatalf("the release %q is served, want %q", got, id)
	}
	if t.Set == nil {
		return
	}
	if got := t.Set(); got != id {
		t.Fatalf("the server is set to the release %q, want %q", got, id)
	}
}

// moves is how often the server was moved, or 0.
func (t *trial) moves() int {
	if t.Moves == nil {
		return 0
	}
	return t.Moves()
}

// unmoved fails the test if the server was moved since it was moved that often.
func (t *trial) unmoved(before int) {
	t.Helper()
	if got := t.moves(); got != before {
		t.Fatalf("the server was moved %d times for nothing", got-before)
	}
}

// fault fails the test unless err says in a way fit for people which release it is about, and
// is ErrUnavailable or not.
func (t *trial) fault(err error, id string, unavailable bool) {
	t.Helper()
	switch later := (*dynasette.NewerError)(nil); {
	case err == nil:
		t.Fatalf("release %s: no error", id)
	case errors.As(err, &later):
		t.Fatalf("no later release is served: %v", err)
	case errors.Is(err, dynasette.ErrUnavailable) != unavailable:
		t.Fatalf("whose fault is it? ErrUnavailable is %v, want %v: %v", !unavailable, unavailable, err)
	case !strings.Contains(err.Error(), id):
		t.Fatalf("the error does not name the release %s: %v", id, err)
	}
	t.shown(err)
}

// maxError is more than anybody reads.
const maxError = 12 << 10

// shown fails the test unless the error can be printed.
func (t *trial) shown(err error) {
	t.Helper()
	text := err.Error()
	if len(text) > maxError {
		t.Fatalf("the error has %d bytes: %.200q …", len(text), text)
	}
	if !utf8.ValidString(text) {
		t.Fatalf("the error is no UTF-8: %q", text)
	}
	odd := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}
	if i := strings.IndexFunc(text, odd); i >= 0 {
		t.Fatalf("the error has a control character at %d: %q", i, text)
	}
}

// later fails the test unless err says that another release, a later one, is served.
func (t *trial) later(err error, serves string) {
	t.Helper()
	switch later := (*dynasette.NewerError)(nil); {
	case !errors.As(err, &later):
		t.Fatalf("error %v, want a NewerError", err)
	case later.Release != serves:
		t.Fatalf("the server is said to serve %q, want %q", later.Release, serves)
	case errors.Is(err, dynasette.ErrUnavailable):
		t.Fatalf("to be elsewhere is not to be unavailable: %v", err)
	}
}

// others returns what there is in the store, beside databases, and belongs to no release.
func (t *trial) others() []string {
	t.Helper()
	var found []string
	if err := filepath.WalkDir(t.store, func(path string, _ fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, t.store)
		ofRelease := func(id string) bool { return strings.Contains(name, id) }
		isDatabase := strings.HasPrefix(filepath.ToSlash(name), "/databases/")
		if !isDatabase && !slices.ContainsFunc([]string{first, second, third}, ofRelease) {
			found = append(found, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// nothingOf fails the test if anything of a release is left in the store.
func (t *trial) nothingOf(id string) {
	t.Helper()
	if err := filepath.WalkDir(t.store, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(path, id) {
			t.Errorf("left of release %s: %s", id, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// running is how many programs run, or 0.
func (t *trial) running() int {
	if t.Running == nil {
		return 0
	}
	return t.Running()
}

// eventually waits until done returns true.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Errorf("after %v: %s", patience, what)
			return
		}
	}
}
