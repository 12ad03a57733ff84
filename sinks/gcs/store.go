// Package gcs keeps databases and releases in a bucket of Cloud Storage.
//
// Every write has a precondition on the generation of what is there, so that any number of
// processes may use one bucket. A write whose answer was lost is recognised by a mark in
// its metadata. Databases are streamed: see Store.Create.
package gcs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"

	"github.com/dynasette/dynasette"
	source "github.com/dynasette/dynasette/sources/gcs"
)

// A Store is a bucket, or what lies under a prefix of one. It needs the permissions
// storage.objects.create, delete, get and list. Close it after use.
type Store struct {
	client *storage.Client
	bucket *storage.BucketHandle
	prefix string // empty, or ends with a slash
	opts   Options
	seen   seen
	pace   pace
}

var _ dynasette.Store = (*Store)(nil)

// Options say how to write; the zero value is right for most.
type Options struct {
	// Chunk is how many bytes of a database are sent at a time, a multiple of 256 KiB;
	// 0: 8 MiB. Each open draft takes up to three times as much memory. What is not
	// longer than a chunk is sent in one request.
	Chunk int

	// Pace is the time between two writes to one name, of which the service takes one a
	// second; 0: that, but for an emulator none. Negative: none.
	Pace time.Duration
}

const (
	defaultChunk = 8 << 20
	chunkUnit    = 256 << 10
)

// Open opens gs://bucket or gs://bucket/prefix. It asks nothing of the bucket yet. Without
// client options, credentials are found as Google's libraries do (Application Default
// Credentials), and STORAGE_EMULATOR_HOST is respected.
func Open(ctx context.Context, url string, opts Options, clientOpts ...option.ClientOption) (*Store, error) {
	bucket, prefix, err := source.ParseURL(url)
	if err != nil {
		return nil, err
	}
	if opts.Chunk == 0 {
		opts.Chunk = defaultChunk
	}
	if opts.Chunk%chunkUnit != 0 {
		return nil, fmt.Errorf("a chunk of %d bytes is not a multiple of %d", opts.Chunk, chunkUnit)
	}
	if opts.Pace == 0 && os.Getenv("STORAGE_EMULATOR_HOST") == "" {
		opts.Pace = time.Second
	}
	client, err := source.NewClient(ctx, clientOpts...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return &Store{
		client: client, bucket: client.Bucket(bucket), prefix: prefix, opts: opts, pace: pace{interval: opts.Pace},
	}, nil
}

// Close ends the connections.
func (s *Store) Close() error { return s.client.Close() }

// Location returns the gs:// URL of what is under a prefix.
func (s *Store) Location(prefix string) string { return strings.TrimRight(s.url(prefix), "/") }

func (s *Store) url(name string) string {
	return "gs://" + s.bucket.BucketName() + "/" + s.prefix + name
}

// List lists the objects in the order of their names, in as many requests as needed.
func (s *Store) List(ctx context.Context, prefix string, fn func(dynasette.Object) error) error {
	return s.list(ctx, prefix, func(a *storage.ObjectAttrs) error {
		o := s.describe(a)
		if strings.HasPrefix(o.Name, drafts) || strings.HasSuffix(o.Name, "/") {
			return nil
		}
		return fn(o)
	})
}

func (s *Store) list(ctx context.Context, prefix string, fn func(*storage.ObjectAttrs) error) error {
	q := &storage.Query{Prefix: s.prefix + prefix, Projection: storage.ProjectionNoACL}
	if err := q.SetAttrSelection([]string{"Name", "Generation", "Size", "Updated", "Metadata"}); err != nil {
		return err
	}
	it := s.bucket.Retryer(source.Retry()...).Objects(ctx, q)
	for {
		a, err := it.Next()
		if err == iterator.Done {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list %s: %w", s.url(prefix), err)
		}
		if err := fn(a); err != nil {
			return err
		}
	}
}

// Stat describes the live object.
func (s *Store) Stat(ctx context.Context, name string) (dynasette.Object, error) {
	a, err := s.call(name).object.Attrs(ctx)
	if err != nil {
		return dynasette.Object{}, s.wrap(name, err)
	}
	s.seen.note(name, a.Generation)
	return s.describe(a), nil
}

// describe gives an object's attributes in dynasette's terms.
func (s *Store) describe(a *storage.ObjectAttrs) dynasette.Object {
	metadata := maps.Clone(a.Metadata)
	delete(metadata, markKey)
	return dynasette.Object{
		Name:       strings.TrimPrefix(a.Name, s.prefix),
		Generation: strconv.FormatInt(a.Generation, 10),
		Size:       a.Size,
		Updated:    a.Updated,
		Metadata:   metadata,
	}
}

// Delete deletes the live object if it is of that generation.
func (s *Store) Delete(ctx context.Context, name, generation string) error {
	if err := s.pace.wait(ctx, name); err != nil {
		return err
	}
	defer s.pace.note(name)
	c := s.call(name)
	err := c.object.If(storage.Conditions{GenerationMatch: number(generation)}).Delete(ctx)
	if errors.Is(err, storage.ErrObjectNotExist) && c.unsure && number(generation) != nobodys {
		return nil // an attempt before has deleted it, or somebody else meanwhile
	}
	return s.wrap(name, err)
}

// maxDocument bounds what Read holds in memory.
const maxDocument = 256 << 20

// Read returns the content of an object.
func (s *Store) Read(ctx context.Context, name string) ([]byte, string, error) {
	r, err := s.call(name).object.NewReader(ctx)
	if err != nil {
		return nil, "", s.wrap(name, err)
	}
	defer r.Close()
	if r.Attrs.Size > maxDocument {
		return nil, "", s.wrap(name, fmt.Errorf("%d bytes are too long for a document", r.Attrs.Size))
	}
	data, err := io.ReadAll(r) // the client compares the checksum
	if err != nil {
		return nil, "", s.wrap(name, err)
	}
	s.seen.note(name, r.Attrs.Generation)
	return data, strconv.FormatInt(r.Attrs.Generation, 10), nil
}

// Write writes an object in one request.
func (s *Store) Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (string, error) {
	a, err := s.put(ctx, name, over, metadata, data)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(a.Generation, 10), nil
}

// Open returns the content of an object, which is fetched in ranges.
func (s *Store) Open(ctx context.Context, o dynasette.Object) (dynasette.Document, error) {
	object := s.call(o.Name).object
	a, err := object.If(storage.Conditions{GenerationMatch: number(o.Generation)}).Attrs(ctx)
	if err != nil {
		return nil, s.wrap(o.Name, err)
	}
	return source.NewDocument(ctx, object.Generation(a.Generation), a.Size, source.Options{}), nil
}

// Sweep deletes the parts of databases whose drafts were not closed.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	return s.list(ctx, drafts, func(a *storage.ObjectAttrs) error {
		if !a.Updated.Before(before) {
			return nil
		}
		return s.remove(ctx, strings.TrimPrefix(a.Name, s.prefix), a.Generation)
	})
}

// remove deletes a generation for good, also if the bucket has Object Versioning.
func (s *Store) remove(ctx context.Context, name string, generation int64) error {
	err := s.call(name).object.Generation(generation).Delete(ctx)
	if errors.Is(err, storage.ErrObjectNotExist) {
		return nil
	}
	return s.wrap(name, err)
}
