// Package gcs reads uploads from a bucket of Cloud Storage.
package gcs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"

	"github.com/dynasette/dynasette"
)

// A Source is a bucket, or what lies under a prefix of one. It needs the permissions
// storage.objects.list and storage.objects.get. Close it after use.
type Source struct {
	client *storage.Client
	bucket *storage.BucketHandle
	prefix string // empty, or ends with a slash
	opts   Options
}

var (
	_ dynasette.LiveSource   = (*Source)(nil)
	_ dynasette.PrefixSource = (*Source)(nil)
)

// Options say how to read; the zero value is right for most.
type Options struct {
	// Ahead is how many ranges of 8 MiB of a document are fetched ahead while it is read
	// in order; 0: 3. A document holds up to two more in memory, and 4 MiB.
	Ahead int
}

// Open opens gs://bucket or gs://bucket/prefix. It asks nothing of the bucket yet. Without
// client options, credentials are found as Google's libraries do (Application Default
// Credentials), and STORAGE_EMULATOR_HOST is respected.
func Open(ctx context.Context, url string, opts Options, clientOpts ...option.ClientOption) (*Source, error) {
	bucket, prefix, err := ParseURL(url)
	if err != nil {
		return nil, err
	}
	client, err := NewClient(ctx, clientOpts...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return &Source{client, client.Bucket(bucket), prefix, opts}, nil
}

// Close ends the connections.
func (s *Source) Close() error { return s.client.Close() }

// Bucket returns the bucket and the prefix of the names in it, which ends with a slash unless
// it is empty: an event names an object by both.
func (s *Source) Bucket() (name, prefix string) { return s.bucket.BucketName(), s.prefix }

// ParseURL takes gs://bucket/prefix apart. The prefix ends with a slash, unless it is empty.
func ParseURL(url string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(url, "gs://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", fmt.Errorf("%q is not a bucket's URL, gs://BUCKET or gs://BUCKET/PREFIX", url)
	}
	if prefix = strings.TrimRight(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return bucket, prefix, nil
}

// Retry are the settings for calls that may fail for a while.
func Retry() []storage.RetryOption {
	return []storage.RetryOption{
		storage.WithBackoff(gax.Backoff{Initial: 200 * time.Millisecond, Max: 10 * time.Second, Multiplier: 2}),
		storage.WithMaxRetryDuration(2 * time.Minute),
	}
}

// List lists all objects under the prefix. What the console shows as an empty folder, a
// name that ends with a slash, is none, and nor is what waits on the Shelf.
func (s *Source) List(ctx context.Context, fn func(dynasette.Upload) error) error {
	return s.ListPrefix(ctx, "", fn)
}

// ListPrefix is List of those objects whose names begin with prefix.
func (s *Source) ListPrefix(ctx context.Context, prefix string, fn func(dynasette.Upload) error) error {
	q := &storage.Query{Prefix: s.prefix + prefix, Projection: storage.ProjectionNoACL}
	if err := q.SetAttrSelection([]string{"Name", "Generation", "Size", "ContentType", "Updated"}); err != nil {
		return err
	}
	it := s.bucket.Retryer(Retry()...).Objects(ctx, q)
	for {
		a, err := it.Next()
		if err == iterator.Done {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list gs://%s/%s: %w", s.bucket.BucketName(), s.prefix+prefix, err)
		}
		if a.Name == s.prefix || strings.HasSuffix(a.Name, "/") || strings.HasPrefix(a.Name, s.prefix+shelfFolder) {
			continue
		}
		if err := fn(s.upload(a)); err != nil {
			return err
		}
	}
}

// Stat describes the live object.
func (s *Source) Stat(ctx context.Context, name string) (dynasette.Upload, error) {
	if name == "" || strings.HasSuffix(name, "/") || strings.HasPrefix(name, shelfFolder) {
		return dynasette.Upload{}, fmt.Errorf("%q: %w", name, dynasette.ErrNotFound)
	}
	a, err := s.object(name).Attrs(ctx)
	if errors.Is(err, storage.ErrObjectNotExist) {
		err = dynasette.ErrNotFound
	}
	if err != nil {
		return dynasette.Upload{}, fmt.Errorf("gs://%s/%s%s: %w", s.bucket.BucketName(), s.prefix, name, err)
	}
	return s.upload(a), nil
}

// Open returns a document of that generation. It asks for nothing before the first read.
func (s *Source) Open(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	d, _, err := s.document(ctx, u)
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *Source) document(ctx context.Context, u dynasette.Upload) (*document, int64, error) {
	g, err := strconv.ParseInt(u.Generation, 10, 64)
	if err != nil {
		return nil, 0, fmt.Errorf("gs://%s/%s%s: generation %q: %w", s.bucket.BucketName(), s.prefix, u.Name, u.Generation, dynasette.ErrChanged)
	}
	return newDocument(ctx, s.object(u.Name).Generation(g), u.Size, s.opts), g, nil
}

// OpenLive returns a document of that generation if it is the live one, which the first read
// tells.
func (s *Source) OpenLive(ctx context.Context, u dynasette.Upload) (dynasette.Document, error) {
	d, g, err := s.document(ctx, u)
	if err != nil {
		return nil, err
	}
	if err := d.begin(s.object(u.Name).If(storage.Conditions{GenerationMatch: g})); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (s *Source) object(name string) *storage.ObjectHandle {
	return s.bucket.Object(s.prefix + name).Retryer(Retry()...)
}

func (s *Source) upload(a *storage.ObjectAttrs) dynasette.Upload {
	return dynasette.Upload{
		Name:       strings.TrimPrefix(a.Name, s.prefix),
		Generation: strconv.FormatInt(a.Generation, 10),
		Size:       a.Size,
		MediaType:  a.ContentType,
		Updated:    a.Updated,
	}
}
