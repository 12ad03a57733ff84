package gcs_test

import (
	"errors"
	"strings"
	"testing"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/gcstest/fakegcs"
	"github.com/dynasette/dynasette/sources/gcs"
	"github.com/dynasette/dynasette/sources/shelf"
	"github.com/dynasette/dynasette/sources/shelf/shelftest"
)

func TestShelf(t *testing.T) {
	urls := []string{"gs://uploads/in", "gs://uploads"}
	if testing.Short() {
		urls = urls[:1]
	}
	for _, url := range urls {
		t.Run(url, func(t *testing.T) {
			shelftest.Test(t, func(t *testing.T) (shelf.Shelf, dynasette.Source) {
				srv := &gcstest.Server{}
				serve(t, srv, nil)
				s := open(t, srv.Host(), url, gcs.Options{})
				return s.Shelf(), s
			})
		})
	}
}

// What passes with a fake of others rests on no misunderstanding of ours.
func TestShelfElsewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("the same again")
	}
	shelftest.Test(t, func(t *testing.T) (shelf.Shelf, dynasette.Source) {
		s := open(t, fakegcs.Start(t, "uploads"), "gs://uploads", gcs.Options{})
		return s.Shelf(), s
	})
}

// A published file has its media type, is more than one part, and leaves nothing behind.
func TestShelfParts(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	s := open(t, srv.Host(), "gs://uploads", gcs.Options{})
	sh := s.Shelf()
	data := strings.Repeat("0123456789abcdef", 40<<16) // 40 MiB: two parts
	f, err := sh.Create(t.Context(), shelf.File{Name: "a.csv", MediaType: "text/csv", Size: int64(len(data))})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := sh.Append(t.Context(), f.ID, 0, strings.NewReader(data)); err != nil || n != f.Size {
		t.Fatalf("%d: %v", n, err)
	}
	u, err := sh.Publish(t.Context(), f.ID, dynasette.Absent)
	if err != nil || u.MediaType != "text/csv" {
		t.Fatalf("%+v: %v", u, err)
	}
	readAll(t, s, "a.csv", []byte(data))
	it := b.Objects(t.Context(), &storage.Query{Prefix: ".dynasette"})
	if a, err := it.Next(); err == nil {
		t.Errorf("%s is left", a.Name)
	}
	if _, err := s.Stat(t.Context(), ".dynasette/incoming/"+f.ID+"/file.json"); !errors.Is(err, dynasette.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
