package dynasette

import (
	"context"
	"io"
	"time"
)

// A Store is the serving side: a folder or a bucket with databases, records, releases and
// small documents. Everything that makes a release is written once, over a Store; it relies
// on nothing but the preconditions named here, so any number of processes may use one Store
// at a time.
//
// Names are slash-separated paths without empty, "." and ".." elements. The pipeline makes
// names of ASCII letters, digits and "._%-" only, no element longer than 200 bytes and
// none beginning with a dot.
//
// Errors are ErrNotFound or ErrChanged, wrapped, where a method says so. Any other error
// leaves open whether the operation was done; whoever called looks again. Methods may be
// called from many goroutines.
type Store interface {
	Objects
	SmallObjects
	Databases
	// Location returns where a server finds what is under a prefix: the absolute path of
	// a folder, or a gs:// URL. It ends without a slash.
	Location(prefix string) string
}

// Absent, as the generation that is expected, means that there must be no such object.
const Absent = ""

// An Object is one generation of something in a Store.
type Object struct {
	Name       string
	Generation string // never Absent; two generations of one name never compare equal
	Size       int64  // in bytes
	Updated    time.Time
	SHA256     string            // of a database's content, in hex, if Commit learned it
	Metadata   map[string]string // as given to Write; a store may lose it, never alter it
}

// Objects are all that a Store holds.
type Objects interface {
	// List calls fn for every object whose name begins with prefix, in any order, until
	// fn returns an error, which List returns. What an open Draft has written is not
	// listed. An object that comes or goes meanwhile may be listed or not.
	List(ctx context.Context, prefix string, fn func(Object) error) error
	// Stat returns the object of that name, or ErrNotFound.
	Stat(ctx context.Context, name string) (Object, error)
	// Delete deletes the object if its generation is still the one given. It returns
	// ErrNotFound if there is none, and ErrChanged if there is another one.
	Delete(ctx context.Context, name, generation string) error
}

// SmallObjects are read and written whole.
type SmallObjects interface {
	// Read returns a document and its generation, or ErrNotFound.
	Read(ctx context.Context, name string) (data []byte, generation string, err error)
	// Write writes a document, whole or not at all, if the generation of what is there is
	// still the one given, which may be Absent. It returns the new generation, or
	// ErrChanged. List and Stat show its metadata, which may be nil: at most 6 KiB of
	// printable ASCII, under keys of a-z.
	Write(ctx context.Context, name string, data []byte, over string, metadata map[string]string) (generation string, err error)
}

// Databases are objects of any size, written page by page. The pipeline never replaces one.
type Databases interface {
	// Create begins a database. Nothing is visible of it before Commit. ctx is for the
	// whole life of the Draft.
	Create(ctx context.Context, name string) (Draft, error)
	// Open returns the content of an object, or ErrNotFound or ErrChanged if its
	// generation is no longer the one given.
	Open(ctx context.Context, o Object) (Document, error)
	// Sweep removes what drafts have left behind whose process died, if it is older than
	// before. A store that can tell that the process is dead need not wait for that.
	Sweep(ctx context.Context, before time.Time) error
}

// A Draft is a database that is being written: pages 2, 3, … in order, and page 1 last. It
// is for one goroutine at a time.
type Draft interface {
	// Writer takes whole pages, in order, beginning with page 2.
	io.Writer
	// Reset throws away what was written, to begin with page 2 once more.
	Reset() error
	// Commit takes page 1 and makes the database visible, whole or not at all, if the
	// generation of what is there is still the one given, which may be Absent. After
	// ErrChanged it may be called once more, with another generation.
	Commit(first []byte, over string) (Object, error)
	// Close throws the draft away, unless it was committed. It may be called twice.
	Close() error
}
