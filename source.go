package dynasette

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A Source is where uploads are: a folder, a bucket.
type Source interface {
	// List calls fn for every upload, in any order, until fn returns an error. An
	// IncompleteError says that it has left some out that may be there.
	List(ctx context.Context, fn func(Upload) error) error
	// Stat returns the live upload of that name, or ErrNotFound.
	Stat(ctx context.Context, name string) (Upload, error)
	// Open returns the upload's bytes, pinned to u.Generation: reading or closing fails
	// with ErrChanged (or ErrNotFound) once that generation can no longer be read. It is
	// ErrUnfinished if somebody is writing it.
	Open(ctx context.Context, u Upload) (Document, error)
}

// A LiveSource is a Source that can do more in one call. Its List tells of an upload all that
// Stat does.
type LiveSource interface {
	Source
	// OpenLive is Open, and fails with ErrChanged or ErrNotFound if the live upload is no longer
	// of that generation, also where others can be read.
	OpenLive(ctx context.Context, u Upload) (Document, error)
}

// A PrefixSource is a Source that need not list everything to find what is in a folder.
type PrefixSource interface {
	Source
	// ListPrefix is List of the uploads whose names begin with prefix.
	ListPrefix(ctx context.Context, prefix string, fn func(Upload) error) error
}

// An Upload is one generation of a named object of a Source. Two generations of one name
// never compare equal; which is the newer one only Stat can tell.
type Upload struct {
	Name       string // slash-separated, relative to the source's root
	Generation string
	Size       int64 // in bytes
	MediaType  string
	Updated    time.Time

	// Unfinished says that somebody is writing it. Only Stat tells, if anybody can.
	Unfinished bool
}

// An IncompleteError says that a List is complete but for what is in some folders, which
// can't be read.
type IncompleteError struct {
	Folders []string // names, without a slash at the end
	Err     error    // why
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("what is in %s can't be listed, and stays as it was: %v", strings.Join(e.Folders, ", "), e.Err)
}

func (e *IncompleteError) Unwrap() error { return e.Err }

// lacks reports whether an upload may be one of those that were left out.
func (e *IncompleteError) lacks(name string) bool {
	return e != nil && slices.ContainsFunc(e.Folders, func(folder string) bool { return strings.HasPrefix(name, folder+"/") })
}

// A Document is an open upload, or an open object of a Store. It may be read at any
// offset and by many goroutines.
type Document interface {
	io.ReaderAt
	// Close returns ErrChanged if what was read may be of more than one generation.
	io.Closer
}
