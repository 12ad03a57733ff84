package gcs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// With faults on the way, all is as without them.
func TestConformanceThroughFaults(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, func(t *testing.T) dynasette.Store {
		srv := serve(t, &gcstest.Server{RewriteBytes: 20_000})
		p := proxy(t, &gcstest.Proxy{Target: srv.Host(), Seed: 1, Rate: 0.2, Run: 2})
		return open(t, p.Host(), "gs://serving")
	})
}

func proxy(t *testing.T, p *gcstest.Proxy) *gcstest.Proxy {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func random(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{2}).Read(data)
	return data
}

// commit writes a database.
func commit(t testing.TB, s *gcs.Store, name, over string, data []byte) (dynasette.Object, error) {
	t.Helper()
	d, err := s.Create(t.Context(), name)
	if err != nil {
		return dynasette.Object{}, err
	}
	defer d.Close()
	if _, err := d.Write(data[4096:]); err != nil {
		return dynasette.Object{}, err
	}
	return d.Commit(data[:4096], over)
}

func content(t testing.TB, s *gcs.Store, name string) []byte {
	t.Helper()
	o, err := s.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(io.NewSectionReader(doc, 0, o.Size))
	if err := errors.Join(err, doc.Close()); err != nil {
		t.Fatal(err)
	}
	return data
}

// parts are the objects that are no databases yet, of all generations.
func parts(t testing.TB, host string) (names []string) {
	t.Helper()
	it := bucket(t, host, "serving").Objects(t.Context(), &storage.Query{Prefix: ".drafts/", Versions: true})
	for {
		a, err := it.Next()
		if err == iterator.Done {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, a.Name)
	}
}

func bucket(t testing.TB, host, name string) *storage.BucketHandle {
	t.Helper()
	c, err := storage.NewClient(t.Context(), gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.Bucket(name)
}

// Each request of each operation is spoilt once in each way: the operation is done all the
// same, once, and knows it.
func TestEveryRequestSpoilt(t *testing.T) {
	t.Parallel()
	small, big := random(3*4096), random(4096*(1+300)) // in one request; in parts
	operations := []struct {
		name string
		do   func(s *gcs.Store, old dynasette.Object) error
		want []byte
	}{
		{"write", func(s *gcs.Store, old dynasette.Object) error {
			_, err := s.Write(t.Context(), "x.db", small, old.Generation, nil)
			return err
		}, small},
		{"commit", func(s *gcs.Store, old dynasette.Object) error {
			_, err := commit(t, s, "x.db", old.Generation, small)
			return err
		}, small},
		{"commit in parts", func(s *gcs.Store, old dynasette.Object) error {
			_, err := commit(t, s, "x.db", old.Generation, big)
			return err
		}, big},
		{"delete", func(s *gcs.Store, old dynasette.Object) error {
			return s.Delete(t.Context(), old.Name, old.Generation)
		}, nil},
	}
	for _, op := range operations {
		for fault := gcstest.TooMany; fault <= gcstest.SlowAnswer; fault++ {
			t.Run(fmt.Sprint(op.name, " fault ", fault), func(t *testing.T) {
				t.Parallel()
				for nth := int32(1); ; nth++ {
					srv := serve(t, &gcstest.Server{})
					var requests atomic.Int32
					p := proxy(t, &gcstest.Proxy{Target: srv.Host(), Seed: uint64(nth), Rate: 1, Run: 1e6, Kinds: []gcstest.Fault{fault},
						Only: func(*http.Request) bool { return requests.Add(1) == nth }})
					direct := open(t, srv.Host(), "gs://serving")
					g, err := direct.Write(t.Context(), "x.db", []byte("old"), dynasette.Absent, nil)
					if err != nil {
						t.Fatal(err)
					}
					old := dynasette.Object{Name: "x.db", Generation: g}
					if err := op.do(open(t, p.Host(), "gs://serving"), old); err != nil {
						t.Fatalf("request %d: %v", nth, err)
					}
					if requests.Load() < nth {
						return // there is no such request
					}
					name := "x.db"
					if _, err := direct.Stat(t.Context(), name); op.want == nil && !errors.Is(err, dynasette.ErrNotFound) {
						t.Errorf("request %d: %v", nth, err)
					}
					if op.want != nil && !bytes.Equal(content(t, direct, name), op.want) {
						t.Errorf("request %d: other bytes", nth)
					}
					if left := parts(t, srv.Host()); len(left) > 0 {
						t.Errorf("request %d: left %q", nth, left)
					}
				}
			})
		}
	}
}

// An answer is lost, and before the writer can look, another write has come: what became of
// the first one is open. If the other one came before it, it is clear.
func TestUndecided(t *testing.T) {
	for _, c := range []struct {
		fault gcstest.Fault
		want  error
	}{
		{gcstest.LoseAnswer, dynasette.ErrUnavailable}, // ours was done, then the other's
		{gcstest.Refuse, dynasette.ErrChanged},         // the other's was done, ours never
	} {
		t.Run(fmt.Sprint(c.fault), func(t *testing.T) {
			var other *gcs.Store
			var g string
			var armed, uploads atomic.Int32
			interfere := func(over string) {
				if _, err := other.Write(t.Context(), "x", []byte("other"), over, nil); err != nil {
					t.Error(err)
				}
			}
			srv := &gcstest.Server{Notify: func(e gcstest.Event) {
				if c.fault == gcstest.LoseAnswer && e.Type == gcstest.Finalize && armed.CompareAndSwap(1, 0) {
					interfere(fmt.Sprint(e.Object.Generation))
				}
			}}
			serve(t, srv)
			other = open(t, srv.Host(), "gs://serving")
			p := proxy(t, &gcstest.Proxy{Target: srv.Host(), Rate: 1, Kinds: []gcstest.Fault{c.fault}, Only: func(r *http.Request) bool {
				if uploads.Add(1) > 1 {
					return false
				}
				if c.fault == gcstest.Refuse {
					interfere(g)
				}
				return true
			}})
			var err error
			if g, err = other.Write(t.Context(), "x", []byte("old"), dynasette.Absent, nil); err != nil {
				t.Fatal(err)
			}
			armed.Store(1)
			_, err = open(t, p.Host(), "gs://serving").Write(t.Context(), "x", []byte("ours"), g, nil)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}
