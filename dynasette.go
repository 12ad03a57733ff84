package dynasette

import (
	"context"
	"io"
	"time"

	"github.com/dynasette/dynasette/converter"
)

// A Source is where uploads are: a folder, a bucket.
type Source interface {
	// List calls fn for every upload, in any order, until fn returns an error.
	List(ctx context.Context, fn func(Upload) error) error
	// Stat returns the live upload of that name, or ErrNotFound.
	Stat(ctx context.Context, name string) (Upload, error)
	// Open returns the upload's bytes, pinned to u.Generation: reading fails with
	// ErrChanged once that generation can no longer be read.
	Open(ctx context.Context, u Upload) (Document, error)
}

// An Upload is one generation of a named object of a Source. Two generations of one name
// never compare equal; which is the newer one only Stat can tell.
type Upload struct {
	Name       string // slash-separated, relative to the source's root
	Generation string
	Size       int64
	MediaType  string
	Updated    time.Time
}

// A Document is an open upload.
type Document interface {
	io.ReaderAt
	io.Closer
}

// A Restarter makes the server see a release.
type Restarter interface {
	// Restart returns once the server serves r, checked, or with an error if it can't be
	// brought to; then what was served before is still being served. It may be called
	// again for a release that is being served already, and does nothing then.
	Restart(ctx context.Context, r Release) error
}

// A Release is an immutable folder of databases and what is known about them.
type Release struct {
	ID       string // sorts by age: later is larger
	Location string // a folder's path or a gs:// URL: where its files are
}

// RestarterFunc is a function that is a Restarter.
type RestarterFunc func(ctx context.Context, r Release) error

// Restart calls f.
func (f RestarterFunc) Restart(ctx context.Context, r Release) error { return f(ctx, r) }

var _ = converter.ErrEmpty
