package gcs_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sources/gcs"
)

// An upload is opened, and its beginning read, only if it is the live one; of what is small, that
// is all there is to ask for. Older generations could still be read.
func TestOpenLive(t *testing.T) {
	for _, size := range []int{0, 1, 1000, 256 << 10, 256<<10 + 1, 8 << 20, 8<<20 + 1, 20<<20 + 123} {
		srv := &gcstest.Server{}
		b := serve(t, srv, &storage.BucketAttrs{VersioningEnabled: true})
		data := random(size)
		put(t, b.Object("a"), data)
		c, host := count(t, srv, nil)
		s := open(t, host, "gs://uploads", gcs.Options{})
		u := stat(t, s, "a")

		doc, err := s.OpenLive(t.Context(), u)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		got, err := io.ReadAll(io.NewSectionReader(doc, 0, u.Size+1))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %d other ones, %v", size, len(got), err)
		}
		if err := doc.Close(); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if most := map[bool]int{true: 1, false: 12}[size <= 256<<10]; len(c.ranges) > most {
			t.Errorf("%d bytes were read in %d requests: %q", size, len(c.ranges), c.ranges)
		}

		// What is open stays readable when it is replaced, but is not opened any more.
		doc, err = s.OpenLive(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		put(t, b.Object("a"), []byte("new"))
		if got, err := io.ReadAll(io.NewSectionReader(doc, 0, u.Size)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes, replaced: %d other ones, %v", size, len(got), err)
		}
		doc.Close()
		refused := func(why string) {
			t.Helper()
			if _, err := s.OpenLive(t.Context(), u); !errors.Is(err, dynasette.ErrChanged) && !errors.Is(err, dynasette.ErrNotFound) {
				t.Errorf("%d bytes, %s: %v", size, why, err)
			}
		}
		refused("replaced")
		u = stat(t, s, "a")
		if err := b.Object("a").Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
		refused("deleted")
	}
}

// Faults on the way cost time, no bytes, and are no word on what is live.
func TestOpenLiveFaults(t *testing.T) {
	srv := &gcstest.Server{}
	data := random(700 << 10)
	put(t, serve(t, srv, nil).Object("a"), data)
	for fault := gcstest.TooMany; fault <= gcstest.SlowAnswer; fault++ {
		p := &gcstest.Proxy{Target: srv.Host(), Seed: uint64(fault), Rate: 1, Run: 2, Kinds: []gcstest.Fault{fault}}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		s := open(t, p.Host(), "gs://uploads", gcs.Options{})
		doc, err := s.OpenLive(t.Context(), stat(t, s, "a"))
		if err != nil {
			t.Fatalf("fault %d: %v", fault, err)
		}
		got, err := io.ReadAll(io.NewSectionReader(doc, 0, int64(len(data))))
		if err = errors.Join(err, doc.Close()); err != nil || !bytes.Equal(got, data) {
			t.Errorf("fault %d: %d bytes, %v", fault, len(got), err)
		}
		p.Close()
	}
}
