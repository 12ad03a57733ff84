package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dynasette/dynasette"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sinkgcs "github.com/dynasette/dynasette/sinks/gcs"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
	sourcegcs "github.com/dynasette/dynasette/sources/gcs"
)

// ErrPlace: a place is a URL of a scheme that can't be used.
var ErrPlace = errors.New("not a folder and not gs://BUCKET/PREFIX")

// Source returns the place where uploads are, by the scheme of its URL, and what to close
// after use.
func Source(ctx context.Context, place string) (dynasette.Source, io.Closer, error) {
	switch {
	case isBucket(place):
		s, err := sourcegcs.Open(ctx, place, sourcegcs.Options{})
		if err != nil {
			return nil, nil, err
		}
		return s, s, nil
	case strings.Contains(place, "://"):
		return nil, nil, fmt.Errorf("uploads at %s: %w", place, ErrPlace)
	}
	return &sourcedir.Source{Root: place}, open{}, nil
}

// Store returns the place where databases and releases are, by the scheme of its URL, and
// what to close after use.
func Store(ctx context.Context, place string) (dynasette.Store, io.Closer, error) {
	switch {
	case isBucket(place):
		s, err := sinkgcs.Open(ctx, place, sinkgcs.Options{})
		if err != nil {
			return nil, nil, err
		}
		return s, s, nil
	case strings.Contains(place, "://"):
		return nil, nil, fmt.Errorf("releases at %s: %w", place, ErrPlace)
	}
	s, err := sinkdir.Open(place)
	return s, open{}, err
}

func isBucket(place string) bool { return strings.HasPrefix(place, "gs://") }

// open is what has nothing to close.
type open struct{}

func (open) Close() error { return nil }
