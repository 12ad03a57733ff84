package cli

import (
	"context"
	"errors"
	"io"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/service"
)

// openSource returns the place where uploads are, and what to close after use. A folder
// must be there.
func openSource(ctx context.Context, place string) (dynasette.Source, io.Closer, error) {
	if scheme(place) == "" {
		if err := isFolder(place); err != nil {
			return nil, nil, err
		}
	}
	source, closer, err := service.Source(ctx, place)
	return source, closer, misplaced(err)
}

// openStore returns the place where databases and releases are, and what to close after
// use.
func openStore(ctx context.Context, place string) (dynasette.Store, io.Closer, error) {
	store, closer, err := service.Store(ctx, place)
	return store, closer, misplaced(err)
}

// misplaced makes a usage error of the error about a place of the wrong kind.
func misplaced(err error) error {
	if errors.Is(err, service.ErrPlace) {
		return usageError{err}
	}
	return err
}
