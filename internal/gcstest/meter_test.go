package gcstest_test

import (
	"bytes"
	"io"
	"maps"
	"net/http/httptest"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// Each request of the client is counted as what it is, whatever objects are called.
func TestMeter(t *testing.T) {
	s := server(t, &gcstest.Server{})
	m := &gcstest.Meter{Handler: s}
	front := httptest.NewServer(m)
	defer front.Close()
	c, err := storage.NewClient(t.Context(), append(gcstest.ClientOptions(front.Listener.Addr().String()), storage.WithJSONReads())...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b := c.Bucket("bucket")
	data := bytes.Repeat([]byte("0123456789abcdef"), 45<<10) // three pieces
	for _, name := range []string{"a/o", "b/compose"} {
		for _, step := range []struct {
			do      func(o *storage.ObjectHandle) error
			by      map[string]int
			a, b, f int
			sent    int // at least
			got     int
		}{
			{func(o *storage.ObjectHandle) error {
				w := o.NewWriter(t.Context())
				w.Write(data[:1000])
				return w.Close()
			}, map[string]int{"write": 1}, 1, 0, 0, 1000, 0},
			{func(o *storage.ObjectHandle) error {
				w := o.NewWriter(t.Context())
				w.ChunkSize = 256 << 10
				w.Write(data)
				return w.Close()
			}, map[string]int{"begin": 1, "piece": 3}, 1, 0, 3, len(data), 0},
			{func(o *storage.ObjectHandle) error {
				r, err := o.NewReader(t.Context())
				if err != nil {
					return err
				}
				defer r.Close()
				_, err = io.Copy(io.Discard, r)
				return err
			}, map[string]int{"read": 1}, 0, 1, 0, 0, len(data)},
			{func(o *storage.ObjectHandle) error { _, err := o.Attrs(t.Context()); return err }, map[string]int{"stat": 1}, 0, 1, 0, 0, 100},
			{func(o *storage.ObjectHandle) error {
				_, err := b.Object("both").ComposerFrom(o, o).Run(t.Context())
				return err
			}, map[string]int{"compose": 1}, 1, 0, 0, 10, 100},
			{func(o *storage.ObjectHandle) error {
				if _, err := b.Objects(t.Context(), nil).Next(); err != iterator.Done {
					return err
				}
				return nil
			}, map[string]int{"list": 1}, 1, 0, 0, 0, 100},
			{func(o *storage.ObjectHandle) error { return o.Delete(t.Context()) }, map[string]int{"delete": 1}, 0, 0, 1, 0, 0},
		} {
			m.Take()
			if err := step.do(b.Object(name)); err != nil {
				t.Fatalf("%v: %v", step.by, err)
			}
			u := m.Take()
			if !maps.Equal(u.By, step.by) || u.A != step.a || u.B != step.b || u.Free != step.f || u.Calls() != step.a+step.b+step.f || u.AtOnce != 1 {
				t.Errorf("%s: %+v, want %v", name, u, step.by)
			}
			if u.Sent < int64(step.sent) || u.Got < int64(step.got) {
				t.Errorf("%s: %+v: too few bytes", name, u)
			}
		}
	}
}
