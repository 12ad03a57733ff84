package gcs

import (
	"context"
	"errors"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
)

// Copy has the service copy an object; its metadata goes with it.
func (s *Store) Copy(ctx context.Context, from dynasette.Object, to string) error {
	if from.Metadata == nil { // not as Stat and List describe an object of this Store
		a, err := s.call(from.Name).object.Generation(number(from.Generation)).Attrs(ctx)
		if err != nil {
			return s.gone(ctx, from.Name, err)
		}
		from = s.describe(a)
	}
	src := s.call(from.Name).object.Generation(number(from.Generation))
	_, err := s.write(ctx, to, dynasette.Absent, from.Metadata, attempts, func(o *storage.ObjectHandle, metadata map[string]string) (*storage.ObjectAttrs, error) {
		c := o.CopierFrom(src)
		c.ContentType, c.CacheControl = contentType(to), cacheControl
		c.Metadata = metadata
		return c.Run(ctx)
	})
	if errors.Is(err, dynasette.ErrNotFound) {
		return s.gone(ctx, from.Name, err)
	}
	return err
}

// gone tells, of a generation that is not there, whether there is another one.
func (s *Store) gone(ctx context.Context, name string, err error) error {
	if !errors.Is(err, dynasette.ErrNotFound) && !errors.Is(err, storage.ErrObjectNotExist) {
		return s.wrap(name, err)
	}
	if _, err := s.Stat(ctx, name); err != nil {
		return err
	}
	return s.wrap(name, dynasette.ErrChanged)
}
