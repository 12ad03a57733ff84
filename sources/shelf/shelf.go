// Package shelf is where files wait that are being uploaded, until they become uploads of a source.
package shelf

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/dynasette/dynasette"
)

// A File is being uploaded, or waits to be published.
type File struct {
	ID        string // unguessable; letters and digits
	Name      string // that it is published under: slash-separated, relative to the source's root
	MediaType string
	Size      int64 // in bytes; -1 if nobody has said how much will come
	Offset    int64 // bytes that have come
	Begun     time.Time
	By        string // who uploads it, for the audit log
}

// Complete reports whether all of it has come.
func (f File) Complete() bool { return f.Size >= 0 && f.Offset == f.Size }

// ErrOffset: bytes were sent that don't begin where those end that have come.
var ErrOffset = errors.New("not at the end of what has come")

// A Shelf keeps files until they are published, that is, become an upload of a source, or are
// thrown away. A file is appended to by one at a time: who comes second gets dynasette.ErrChanged. Errors are
// that, dynasette.ErrNotFound, dynasette.ErrUnfinished, ErrName or ErrOffset, wrapped, where a method says so. Methods may be called from
// many goroutines.
type Shelf interface {
	// Create begins a file; it chooses ID and Begun. It is ErrName if nothing can be published under Name.
	Create(ctx context.Context, f File) (File, error)
	// Append adds what r has, until its end. It returns the new Offset; what came before an
	// error of r's is kept. It is ErrOffset if Offset is not offset.
	Append(ctx context.Context, id string, offset int64, r io.Reader) (int64, error)
	// SetSize says how much will come of a file whose Size is -1. It is ErrOffset if more has.
	SetSize(ctx context.Context, id string, size int64) error
	// SetName says what a file is published under instead. It is ErrName if nothing can be.
	SetName(ctx context.Context, id, name string) error
	// Get returns a file, or ErrNotFound.
	Get(ctx context.Context, id string) (File, error)
	// List calls fn for every file, in any order.
	List(ctx context.Context, fn func(File) error) error
	// Open returns what has come of a file, or ErrNotFound.
	Open(ctx context.Context, id string) (dynasette.Document, error)
	// Publish makes a complete file the live upload of its Name, whole or not at all, if the live
	// one's generation is over (dynasette.Absent: there is none), or else returns ErrChanged.
	// The file leaves the shelf. It is ErrUnfinished if it is not complete, and ErrName if something is in the way.
	Publish(ctx context.Context, id, over string) (dynasette.Upload, error)
	// Discard throws a file away. It is no error if there is none.
	Discard(ctx context.Context, id string) error
}

// A Keeper is a source that has a Shelf: files can be uploaded to it.
type Keeper interface{ Shelf() Shelf }

// Room is what a Shelf has that can be full.
type Room interface {
	// Free returns how many bytes can still be written, if that is known.
	Free() (n int64, known bool)
}
