package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sinks/gcs"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// Options are of a system.
type options struct {
	interval time.Duration // between two writes to one name; the service takes one a second
	quiet    time.Duration // Pipeline.Quiet
	burst    int           // changes, one soon after another
}

// A system is two buckets on the stand-in for Cloud Storage, and a process that keeps one of
// them published in the other. What the process asks for is measured; what the uploader and
// the operator do is not.
type system struct {
	options
	storage *gcstest.Server
	meter   *gcstest.Meter
	front   *httptest.Server
	client  *storage.Client
	uploads *storage.BucketHandle
	serving *storage.BucketHandle

	pipeline *dynasette.Pipeline
	close    func()

	sources int
	version int             // of what was uploaded last: no two are alike
	event   dynasette.Event // about it
	deleted int             // how many uploads are
	back    string          // the release to go back to
}

func newSystem(ctx context.Context, o options) (_ *system, err error) {
	s := &system{options: o, storage: &gcstest.Server{WriteInterval: o.interval}, close: func() {}}
	if err := s.storage.Start(); err != nil {
		return nil, err
	}
	s.meter = &gcstest.Meter{Handler: s.storage}
	s.front = httptest.NewServer(s.meter)
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	// As the Terraform has them.
	for name, attrs := range map[string]*storage.BucketAttrs{"uploads": {VersioningEnabled: true}, "serving": nil} {
		if err := s.storage.CreateBucket(ctx, name, attrs); err != nil {
			return nil, err
		}
	}
	if s.client, err = storage.NewClient(ctx, gcstest.ClientOptions(s.storage.Host())...); err != nil {
		return nil, err
	}
	s.uploads, s.serving = s.client.Bucket("uploads"), s.client.Bucket("serving")
	return s, s.start(ctx)
}

func (s *system) Close() {
	s.close()
	if s.client != nil {
		s.client.Close()
	}
	s.front.Close()
	s.storage.Close()
}

// start replaces the process by another one, which knows nothing yet.
func (s *system) start(ctx context.Context) error {
	s.close()
	to := gcstest.ClientOptions(s.front.Listener.Addr().String())
	from, err := source.Open(ctx, "gs://uploads", source.Options{}, to...)
	if err != nil {
		return err
	}
	store, err := gcs.Open(ctx, "gs://serving", gcs.Options{Pace: cmp.Or(s.interval, -1)}, to...)
	if err != nil {
		from.Close()
		return err
	}
	p := &dynasette.Pipeline{
		Source: from, Store: store, Formats: all.Formats(), Quiet: s.quiet,
		Linger: 1, // so each release collects what another one has left
	}
	s.pipeline = p
	s.close = func() {
		p.Wait()
		from.Close()
		store.Close()
	}
	return nil
}

// upload puts a small file into the bucket of uploads, without being measured.
func (s *system) upload(ctx context.Context, name, text string) (dynasette.Event, error) {
	a, err := put(ctx, s.uploads.Object(name), text)
	if err != nil {
		return dynasette.Event{}, err
	}
	return dynasette.Event{Name: name, Generation: fmt.Sprint(a.Generation)}, nil
}

func put(ctx context.Context, o *storage.ObjectHandle, text string) (*storage.ObjectAttrs, error) {
	w := o.NewWriter(ctx)
	w.ChunkSize = 0 // no 16 MiB to send them in
	if _, err := w.Write([]byte(text)); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return w.Attrs(), nil
}

// process handles the last event, and wants it to come to that.
func (s *system) process(ctx context.Context, want dynasette.Action) error {
	r, err := s.pipeline.Process(ctx, s.event)
	if err == nil && r.Action != want {
		err = fmt.Errorf("%s is %s, and not %s (%v)", r.Name, r.Action, want, r.Err)
	}
	return err
}

// small is the text of a small file, another one for each version.
func small(version int) string {
	var b strings.Builder
	b.WriteString("id,name,weight\n")
	for i := range 20 {
		fmt.Fprintf(&b, "%d,name %d of version %d,%d.5\n", i, i, version, i)
	}
	return b.String()
}
