package gcs_test

import (
	"fmt"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/sinktest"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// TestBucketNames: whatever objects are called that a bucket can hold, those beside them are served.
func TestBucketNames(t *testing.T) {
	c := newCloud(t, 0)
	c.notify = func(dynasette.Event) {}
	from, err := source.Open(t.Context(), "gs://uploads", source.Options{}, gcstest.ClientOptions(c.storage.Host())...)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	put := func(name string) error {
		w := c.uploads.Object(name).NewWriter(t.Context())
		w.Write([]byte("x"))
		return w.Close()
	}
	for i := range sinktest.Sound {
		if err := put(fmt.Sprintf("sound%02d.csv", i)); err != nil {
			t.Fatal(err)
		}
	}
	sinktest.NamesServed(t, c.store, from, put, func(name string) error { return c.uploads.Object(name).Delete(t.Context()) })
}
