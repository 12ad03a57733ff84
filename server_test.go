package dynasette_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// server stands for the server that a Restarter moves: it knows which release it serves,
// and that all it was ever given were whole.
type server struct {
	t     testing.TB
	store dynasette.Store
	fail  func(r dynasette.Release) error // what becomes of the next restart; optional
	naive bool                            // goes to an older release, too

	mu       sync.Mutex
	serves   string
	restarts []string
}

func (s *server) Restart(ctx context.Context, r dynasette.Release) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.fail != nil && s.now() != r.ID {
		if err := s.fail(r); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serves == r.ID {
		return nil
	}
	if s.serves > r.ID && !s.naive {
		return &dynasette.NewerError{Release: s.serves}
	}
	if _, err := whole(s.store, r.ID); err != nil {
		s.t.Errorf("the server was given release %s: %v", r.ID, err)
	}
	s.serves = r.ID
	s.restarts = append(s.restarts, r.ID)
	return nil
}

func (s *server) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serves
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.restarts)
}

// whole returns the manifest of a release, if all that it names is there.
func whole(store dynasette.Store, id string) (*dynasette.Manifest, error) {
	ctx := context.Background()
	data, _, err := store.Read(ctx, "releases/"+id+".json")
	if err != nil {
		return nil, err
	}
	m := new(dynasette.Manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, err
	}
	for _, d := range m.Databases {
		o, err := store.Stat(ctx, d.Object)
		if err != nil {
			return nil, err
		}
		if o.Size != d.Size || o.Generation != d.Generation {
			return nil, fmt.Errorf("%s: not what the manifest says: %+v", d.Slug, o)
		}
	}
	for _, name := range []string{"metadata.json", "inspect-data.json", "datasette.yaml", "files.txt"} {
		if _, err := store.Stat(ctx, "releases/"+id+"/"+name); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// servedNow returns the manifest of what the pointer points to, which must be whole; nil
// if there is none.
func servedNow(t testing.TB, store dynasette.Store) *dynasette.Manifest {
	t.Helper()
	m, _ := servedOrChosen(t, store)
	return m
}

// servedOrChosen also tells whether somebody has gone back to it. Both are of one moment.
func servedOrChosen(t testing.TB, store dynasette.Store) (m *dynasette.Manifest, chosen bool) {
	t.Helper()
	for {
		data, _, err := store.Read(context.Background(), "current.json")
		if errors.Is(err, dynasette.ErrNotFound) {
			return nil, false
		}
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Release   string
			InsteadOf string `json:"instead_of"`
		}
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		if c.Release == "" {
			return nil, false // the first one is being tried
		}
		m, err := whole(store, c.Release)
		if err == nil {
			return m, c.InsteadOf != ""
		}
		if again, _, _ := store.Read(context.Background(), "current.json"); bytes.Equal(again, data) {
			t.Fatalf("release %s is served: %v", c.Release, err)
		}
	}
}

func database(m *dynasette.Manifest, source string) *dynasette.Database {
	if m == nil {
		return nil
	}
	for i := range m.Databases {
		if m.Databases[i].Source == source {
			return &m.Databases[i]
		}
	}
	return nil
}

// sources returns what a release has, as "name@generation", sorted by slug.
func sources(m *dynasette.Manifest) string {
	if m == nil {
		return "nothing"
	}
	var list []string
	for _, d := range m.Databases {
		list = append(list, d.Source+"@"+d.SourceGeneration)
	}
	return strings.Join(list, " ")
}

// read returns the bytes of an object.
func read(t testing.TB, store dynasette.Store, name string) []byte {
	t.Helper()
	o, err := store.Stat(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	data, err := io.ReadAll(io.NewSectionReader(doc, 0, o.Size))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// world is a pipeline with all that it needs, in memory.
type world struct {
	*dynasette.Pipeline
	t       testing.TB
	uploads *sinktest.Uploads
	store   dynasette.Store
	server  *server
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, uploads: new(sinktest.Uploads), store: new(sinktest.Memory)}
	w.server = &server{t: t, store: w.store}
	w.Pipeline = &dynasette.Pipeline{Source: w.uploads, Store: w.store, Formats: all.Formats(), Restarter: w.server}
	return w
}

// process handles one event, which must be acknowledged.
func (w *world) process(e dynasette.Event) dynasette.Result {
	w.t.Helper()
	r, err := w.Process(context.Background(), e)
	if err != nil {
		w.t.Fatalf("%+v: %v", e, err)
	}
	return r
}

// put uploads and handles all events.
func (w *world) put(name, data string) dynasette.Result {
	w.t.Helper()
	var first dynasette.Result
	for i, e := range w.uploads.Put(name, data) {
		if r := w.process(e); i == 0 {
			first = r
		}
	}
	return first
}

func (w *world) reconcile() dynasette.Report {
	w.t.Helper()
	r, err := w.Reconcile(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// is fails the test unless these are what is served, as "name@generation".
func (w *world) is(want string) *dynasette.Manifest {
	w.t.Helper()
	m := servedNow(w.t, w.store)
	if got := sources(m); got != want {
		w.t.Fatalf("served: %s\nwant:   %s", got, want)
	}
	if w.server.serves != m.Release {
		w.t.Fatalf("the server serves %q, the pointer says %q", w.server.serves, m.Release)
	}
	return m
}
