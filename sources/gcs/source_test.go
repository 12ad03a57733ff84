package gcs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/gcstest/fakegcs"
	"github.com/dynasette/dynasette/sources/gcs"
)

// serve starts a server with a bucket named uploads, and returns its client.
func serve(t testing.TB, s *gcstest.Server, attrs *storage.BucketAttrs) *storage.BucketHandle {
	t.Helper()
	s.Dir = t.TempDir()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.CreateBucket(t.Context(), "uploads", attrs); err != nil {
		t.Fatal(err)
	}
	c, err := storage.NewClient(t.Context(), gcstest.ClientOptions(s.Host())...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.Bucket("uploads")
}

func open(t testing.TB, host, url string, opts gcs.Options) *gcs.Source {
	t.Helper()
	s, err := gcs.Open(t.Context(), url, opts, gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t testing.TB, o *storage.ObjectHandle, data []byte) {
	t.Helper()
	w := o.NewWriter(t.Context())
	w.ContentType = "text/csv"
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func random(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}

func stat(t testing.TB, s *gcs.Source, name string) dynasette.Upload {
	t.Helper()
	u, err := s.Stat(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestListAndStat(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	for _, name := range []string{"a.csv", "in/x.csv", "in/dir/y z.csv", "in/dir/", "in/", "inner/z.csv", "in//odd.csv"} {
		put(t, b.Object(name), []byte(name))
	}
	for url, want := range map[string][]string{
		"gs://uploads":       {"a.csv", "in//odd.csv", "in/dir/y z.csv", "in/x.csv", "inner/z.csv"},
		"gs://uploads/":      {"a.csv", "in//odd.csv", "in/dir/y z.csv", "in/x.csv", "inner/z.csv"},
		"gs://uploads/in":    {"/odd.csv", "dir/y z.csv", "x.csv"},
		"gs://uploads/in/":   {"/odd.csv", "dir/y z.csv", "x.csv"},
		"gs://uploads/none/": nil,
	} {
		s := open(t, srv.Host(), url, gcs.Options{})
		var got []string
		err := s.List(t.Context(), func(u dynasette.Upload) error {
			got = append(got, u.Name)
			if live := stat(t, s, u.Name); live != u {
				t.Errorf("listed %+v, stat %+v", u, live)
			}
			if u.Generation == "" || u.MediaType != "text/csv" || u.Size == 0 || u.Updated.IsZero() {
				t.Errorf("got %+v", u)
			}
			return nil
		})
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q (%v)", url, got, want, err)
		}
	}
	s := open(t, srv.Host(), "gs://uploads/in", gcs.Options{})
	for _, name := range []string{"none", "a.csv", "", "dir/", "dir"} {
		if _, err := s.Stat(t.Context(), name); !errors.Is(err, dynasette.ErrNotFound) {
			t.Errorf("stat %q: %v", name, err)
		}
	}
	for prefix, want := range map[string]int{"": 3, "dir/": 1, "x.": 1, "none/": 0} {
		n := 0
		if err := s.ListPrefix(t.Context(), prefix, func(u dynasette.Upload) error { n++; return nil }); err != nil || n != want {
			t.Errorf("%q: %d, want %d (%v)", prefix, n, want, err)
		}
	}
	stop := errors.New("stop")
	if err := s.List(t.Context(), func(dynasette.Upload) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
	if err := open(t, srv.Host(), "gs://elsewhere", gcs.Options{}).List(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "gs://elsewhere/") {
		t.Errorf("no bucket: %v", err)
	}
}

func TestURL(t *testing.T) {
	for url, want := range map[string]string{
		"gs://b": "b ", "gs://b/": "b ", "gs://b/p": "b p/", "gs://b/p/q//": "b p/q/",
		"gs://": "", "gs:///p": "", "s3://b": "", "b/p": "", "": "",
	} {
		bucket, prefix, err := gcs.ParseURL(url)
		if got := bucket + " " + prefix; (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
}

// STORAGE_EMULATOR_HOST is enough to use a stand-in.
func TestEmulatorHost(t *testing.T) {
	srv := &gcstest.Server{}
	put(t, serve(t, srv, nil).Object("a.csv"), []byte("a"))
	t.Setenv("STORAGE_EMULATOR_HOST", srv.Host())
	s, err := gcs.Open(t.Context(), "gs://uploads", gcs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if u := stat(t, s, "a.csv"); u.Size != 1 {
		t.Errorf("got %+v", u)
	}
}

func TestReplacedAndDeleted(t *testing.T) {
	for _, versioning := range []bool{false, true} {
		srv := &gcstest.Server{}
		b := serve(t, srv, &storage.BucketAttrs{VersioningEnabled: versioning})
		s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
		put(t, b.Object("a"), []byte("old"))
		u := stat(t, s, "a")
		put(t, b.Object("a"), []byte("new"))
		doc, err := s.Open(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 3)
		_, err = doc.ReadAt(buf, 0)
		switch {
		case versioning && (err != nil || string(buf) != "old"):
			t.Errorf("with Object Versioning: %q, %v", buf, err)
		case !versioning && !errors.Is(err, dynasette.ErrChanged):
			t.Errorf("got %q, %v", buf, err)
		}
		if err := doc.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenNonsense(t *testing.T) {
	srv := &gcstest.Server{}
	serve(t, srv, nil)
	s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
	if _, err := s.Open(t.Context(), dynasette.Upload{Name: "a", Generation: "x"}); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("got %v", err)
	}
}

// A gzipped object is read as it is stored, also in ranges.
func TestContentEncoding(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	data := append([]byte("\x1f\x8b"), random(9<<20)...) // looks like gzip, and is none
	w := b.Object("a").NewWriter(t.Context())
	w.ContentEncoding = "gzip"
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
	readAll(t, s, "a", data)
}

// A stand-in that others have written agrees, also with faults on the way.
// A key of metadata that is no name of a header breaks reads by the XML API.
func TestOddMetadata(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	w := b.Object("a.csv").NewWriter(t.Context())
	w.Metadata = map[string]string{"v1/width": "3"}
	w.Write([]byte("a\n1\n"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if resp, err := http.Get("http://" + srv.Host() + "/uploads/a.csv"); err == nil {
		t.Errorf("the XML API answers %s", resp.Status)
	}
	s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
	doc, err := s.Open(t.Context(), stat(t, s, "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	got := make([]byte, 4)
	if _, err := doc.ReadAt(got, 0); err != nil && err != io.EOF || string(got) != "a\n1\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestElsewhere(t *testing.T) {
	host := fakegcs.Start(t, "uploads")
	client, err := storage.NewClient(t.Context(), gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	old, now := random(100), random(20<<20)
	put(t, client.Bucket("uploads").Object("in/a b.csv"), old)
	s := open(t, host, "gs://uploads/in", gcs.Options{})
	replaced := stat(t, s, "a b.csv")
	put(t, client.Bucket("uploads").Object("in/a b.csv"), now)
	doc, err := s.Open(t.Context(), replaced)
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	if _, err := doc.ReadAt(make([]byte, 10), 0); !errors.Is(err, dynasette.ErrChanged) {
		t.Errorf("a generation that was replaced: %v", err)
	}
	if _, err := s.Stat(t.Context(), "none"); !errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("stat: %v", err)
	}
	p := &gcstest.Proxy{Target: host, Seed: 1, Rate: 0.4, Run: 2}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, host := range []string{host, p.Host()} {
		s := open(t, host, "gs://uploads/in", gcs.Options{})
		readAll(t, s, "a b.csv", now)
		var names []string
		if err := s.List(t.Context(), func(u dynasette.Upload) error { names = append(names, u.Name); return nil }); err != nil || !slices.Equal(names, []string{"a b.csv"}) {
			t.Errorf("listed %q, %v", names, err)
		}
	}
}

func readAll(t *testing.T, s *gcs.Source, name string, want []byte) {
	t.Helper()
	u := stat(t, s, name)
	doc, err := s.Open(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(doc, 0, u.Size))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %d of %d bytes, %v", len(got), len(want), err)
	}
	if err := doc.Close(); err != nil {
		t.Error(err)
	}
}

func TestCancelled(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	put(t, b.Object("a"), random(1000))
	s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
	u := stat(t, s, "a")
	ctx, cancel := context.WithCancel(t.Context())
	doc, err := s.Open(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := doc.ReadAt(make([]byte, 10), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := doc.Close(); err != nil {
		t.Error(err)
	}
}
