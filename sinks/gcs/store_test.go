package gcs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// serve starts a server with a bucket named serving.
func serve(t testing.TB, s *gcstest.Server) *gcstest.Server {
	t.Helper()
	s.Dir = t.TempDir()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.CreateBucket(t.Context(), "serving", nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, host, url string) *gcs.Store {
	t.Helper()
	return openPaced(t, host, url, -1)
}

// openPaced opens a store that waits between two writes to one name.
func openPaced(t testing.TB, host, url string, pace time.Duration) *gcs.Store {
	t.Helper()
	s, err := gcs.Open(t.Context(), url, gcs.Options{Chunk: 256 << 10, Pace: pace}, gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A whole bucket is what others have, through faults and elsewhere.
func TestConformance(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) dynasette.Store {
		return open(t, serve(t, &gcstest.Server{}).Host(), "gs://serving/some/prefix")
	})
}

// A process dies with parts of a database in the bucket: Sweep removes them, and nothing
// else.
func TestSweep(t *testing.T) {
	srv := serve(t, &gcstest.Server{})
	s := open(t, srv.Host(), "gs://serving")
	old, err := commit(t, s, "databases/x.db", dynasette.Absent, random(2<<20))
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Create(t.Context(), "databases/x.db") // and it is never closed
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write(random(2 << 20)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Commit(random(4096), dynasette.Absent); !errors.Is(err, dynasette.ErrChanged) {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), time.Now().Add(-time.Hour)); err != nil || len(parts(t, srv.Host())) != 1 {
		t.Errorf("left %q, %v", parts(t, srv.Host()), err)
	}
	if err := s.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil || len(parts(t, srv.Host())) != 0 {
		t.Errorf("left %q, %v", parts(t, srv.Host()), err)
	}
	if now, err := s.Stat(t.Context(), old.Name); err != nil || now.Generation != old.Generation {
		t.Errorf("%v, %v", now, err)
	}
}

// In a bucket with Object Versioning, parts are deleted for good.
func TestVersioning(t *testing.T) {
	srv := &gcstest.Server{Dir: t.TempDir()}
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	if err := srv.CreateBucket(t.Context(), "serving", &storage.BucketAttrs{VersioningEnabled: true}); err != nil {
		t.Fatal(err)
	}
	s := open(t, srv.Host(), "gs://serving")
	data := random(2 << 20)
	old, err := commit(t, s, "x.db", dynasette.Absent, data)
	if err != nil {
		t.Fatal(err)
	}
	if left := parts(t, srv.Host()); len(left) > 0 {
		t.Errorf("left %q", left)
	}
	if !bytes.Equal(content(t, s, "x.db"), data) {
		t.Error("other bytes")
	}
	if _, err := s.Write(t.Context(), "x.db", nil, old.Generation, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(t.Context(), old); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("open what is noncurrent: %v", err)
	}
}

// What is stored: types and metadata for others, and the checksum that was sent.
func TestAttributes(t *testing.T) {
	srv := serve(t, &gcstest.Server{})
	s := open(t, srv.Host(), "gs://serving/a")
	b := bucket(t, srv.Host(), "serving")
	for size, components := range map[int]int64{8192: 0, 2 << 20: 2} {
		data := random(size)
		name := fmt.Sprint(size, ".db")
		o, err := commit(t, s, name, dynasette.Absent, data)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Metadata) != 0 {
			t.Errorf("metadata %v", o.Metadata)
		}
		a, err := b.Object("a/" + name).Attrs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if a.ContentType != "application/vnd.sqlite3" || a.CacheControl != "no-store" || a.ComponentCount != components ||
			a.CRC32C != crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) {
			t.Errorf("got %+v", a)
		}
	}
}

func TestOpen(t *testing.T) {
	for _, url := range []string{"", "serving", "gs://", "s3://serving"} {
		if _, err := gcs.Open(t.Context(), url, gcs.Options{}, gcstest.ClientOptions("127.0.0.1:1")...); err == nil {
			t.Errorf("%q was opened", url)
		}
	}
	if _, err := gcs.Open(t.Context(), "gs://serving", gcs.Options{Chunk: 1000}); err == nil {
		t.Error("a chunk of 1000 bytes")
	}
	srv := serve(t, &gcstest.Server{})
	t.Setenv("STORAGE_EMULATOR_HOST", srv.Host())
	s, err := gcs.Open(t.Context(), "gs://serving/some/", gcs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Write(t.Context(), "x.json", []byte("{}"), dynasette.Absent, nil); err != nil {
		t.Error(err)
	}
	for prefix, want := range map[string]string{"": "gs://serving/some", "releases/1/": "gs://serving/some/releases/1"} {
		if got := s.Location(prefix); got != want {
			t.Errorf("%q is at %s, want %s", prefix, got, want)
		}
	}
}

// A store keeps the service's limit on writes to one name by itself: nothing is refused, also
// where a pipeline publishes one change after another.
func TestPaced(t *testing.T) {
	t.Parallel()
	const interval = 300 * time.Millisecond
	host := refusing(t, interval, func() { t.Error("a write was refused") })
	s := openPaced(t, host, "gs://serving", interval)
	var writers sync.WaitGroup
	for _, name := range []string{"current.json", "lease.json"} {
		writers.Go(func() {
			over := dynasette.Absent
			for range 5 {
				var err error
				if over, err = s.Write(t.Context(), name, []byte("{}"), over, nil); err != nil {
					t.Error(err)
				}
			}
			if err := s.Delete(t.Context(), name, over); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
}

// It is the pace that does it: without one, writes are refused.
func TestNotPaced(t *testing.T) {
	t.Parallel()
	ctx, refused := context.WithCancel(t.Context())
	defer refused()
	s := openPaced(t, refusing(t, time.Hour, refused), "gs://serving", -1)
	over, err := s.Write(ctx, "x.json", []byte("{}"), dynasette.Absent, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(ctx, "x.json", []byte("{}"), over, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the service refuses nothing: %v", err)
	}
}

// refusing starts a server that takes a write to one name in each interval, and calls a function
// when it has refused one. It returns the server's host.
func refusing(t *testing.T, interval time.Duration, refused func()) string {
	srv := serve(t, &gcstest.Server{WriteInterval: interval})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		srv.ServeHTTP(statusWriter{w, func(code int) {
			if code == http.StatusTooManyRequests {
				refused()
			}
		}}, r)
	}))
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://")
}

// statusWriter calls a function with the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status func(code int)
}

func (w statusWriter) WriteHeader(code int) {
	w.status(code)
	w.ResponseWriter.WriteHeader(code)
}
