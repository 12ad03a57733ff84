package gcs

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"cloud.google.com/go/storage"

	"github.com/dynasette/dynasette"
)

// Copy has the service copy an object; its metadata goes with it.
func (s *Store) Copy(ctx context.Context, from dynasette.Object, to string) error {
	src, dst := s.call(from.Name).object.Generation(number(from.Generation)), s.call(to)
	_, err := dst.object.If(storage.Conditions{DoesNotExist: true}).CopierFrom(src).Run(ctx)
	switch {
	case errors.Is(err, storage.ErrObjectNotExist):
		if _, err := s.Stat(ctx, from.Name); err != nil {
			return err
		}
		return s.wrap(from.Name, dynasette.ErrChanged)
	case isCode(err, http.StatusPreconditionFailed) && dst.unsure && s.copied(ctx, src, to):
		return nil // an attempt before was done, and its answer lost
	}
	return s.wrap(to, err)
}

// copied reports whether to is a copy of src.
func (s *Store) copied(ctx context.Context, src *storage.ObjectHandle, to string) bool {
	a, err := src.Attrs(ctx)
	if err != nil {
		return false
	}
	b, err := s.call(to).object.Attrs(ctx)
	return err == nil && a.Size == b.Size && a.CRC32C == b.CRC32C && maps.Equal(a.Metadata, b.Metadata)
}
