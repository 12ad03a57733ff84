package dynasette

import (
	"context"
	"io"
	"time"
)

// A Source is where uploads are: a folder, a bucket.
type Source interface {
	// List calls fn for every upload, in any order, until fn returns an error.
	List(ctx context.Context, fn func(Upload) error) error
	// Stat returns the live upload of that name, or ErrNotFound.
	Stat(ctx context.Context, name string) (Upload, error)
	// Open returns the upload's bytes, pinned to u.Generation: reading or closing fails
	// with ErrChanged (or ErrNotFound) once that generation can no longer be read.
	Open(ctx context.Context, u Upload) (Document, error)
}

// An Upload is one generation of a named object of a Source. Two generations of one name
// never compare equal; which is the newer one only Stat can tell.
type Upload struct {
	Name       string // slash-separated, relative to the source's root
	Generation string
	Size       int64 // in bytes
	MediaType  string
	Updated    time.Time
}

// A Document is an open upload, or an open object of a Store. It may be read at any
// offset and by many goroutines.
type Document interface {
	io.ReaderAt
	// Close returns ErrChanged if what was read may be of more than one generation.
	io.Closer
}
