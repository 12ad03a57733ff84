package cli

import (
	"github.com/dynasette/dynasette"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// openSource returns the place where uploads are, by the scheme of its URL.
func openSource(place string) (dynasette.Source, error) {
	if s := scheme(place); s != "" {
		return nil, usagef("%s: uploads can't be read from %s://; what can: folders", place, s)
	}
	if err := isFolder(place); err != nil {
		return nil, err
	}
	return &sourcedir.Source{Root: place}, nil
}

// openStore returns the place where databases and releases are, by the scheme of its URL.
func openStore(place string) (dynasette.Store, error) {
	if s := scheme(place); s != "" {
		return nil, usagef("%s: releases can't be kept at %s://; what can: folders", place, s)
	}
	return sinkdir.Open(place)
}
