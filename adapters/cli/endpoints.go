package cli

import (
	"context"
	"errors"
	"io"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/places"
)

// openSource returns the place where uploads are, and what to close after use. A folder
// must be there.
func (a *app) openSource(ctx context.Context, place string) (dynasette.Source, io.Closer, error) {
	if err := folderIsThere(place); err != nil {
		return nil, nil, err
	}
	source, closer, err := a.Places.Source(ctx, place)
	return source, closer, misnamed(err)
}

// folderIsThere returns an error if place is a folder that is not there.
func folderIsThere(place string) error {
	path, local, err := places.Path(place)
	if err != nil || !local {
		return misnamed(err)
	}
	return isFolder(path)
}

// openStore returns the place where databases and releases are, and what to close after
// use.
func (a *app) openStore(ctx context.Context, place string) (dynasette.Store, io.Closer, error) {
	store, closer, err := a.Places.Store(ctx, place)
	return store, closer, misnamed(err)
}

// misnamed makes a usage error of the error about a place that is named wrongly.
func misnamed(err error) error {
	if m := (places.Misnamed{}); errors.As(err, &m) {
		return usageError{err}
	}
	return err
}
