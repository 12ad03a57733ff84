package converter

import (
	"context"
)

// A Converter reads one document and pushes its rows into a Writer. It is to a Registry
// what an http.Handler is to an http.ServeMux.
//
// Convert may be called more than once on one Input (a column's type is decided by the
// whole document, and sometimes only a second pass can tell), and for several Inputs at
// once, so it keeps nothing between calls. It returns ctx.Err() soon after ctx ends. An
// error about the document says where: see SyntaxError. One that does not read from front to
// back begins with Input.Whole.
//
// One with options is Configurable, and one that finds other formats inside of documents
// is an Outer.
type Converter interface {
	Convert(ctx context.Context, in *Input, out *Writer) error
}

// Func is a function that is a Converter.
type Func func(ctx context.Context, in *Input, out *Writer) error

// Convert calls f.
func (f Func) Convert(ctx context.Context, in *Input, out *Writer) error { return f(ctx, in, out) }

// Empty is the Converter of a document of no bytes, which has no part in a database of several.
var Empty Converter = Func(func(context.Context, *Input, *Writer) error { return ErrEmpty })

// A Format says which documents a Converter understands.
type Format struct {
	Name       string   // short and lower case: "csv"
	Extensions []string // with the dot, lower case: ".csv"
	MediaTypes []string // "text/csv"

	// Magic is the binary prefix that every document has, of at least 4 bytes, one of
	// them not text; empty if there is none. It goes before the name of a file.
	Magic string

	// Tail is what every document ends with, as well as it begins with Magic, which may be
	// text then. Optional.
	Tail string

	// Binary says that Sniff knows the format by bytes that nothing else has, text or not: what
	// it says goes before the name of a file then, as Magic does, and Magic may be empty.
	Binary bool

	// Sniff reports whether head, the document's first bytes (at most SniffLen, decoded
	// to UTF-8 if they are text in UTF-16), looks like this format. It is asked when no
	// magic and no extension settle the matter, and to tell formats apart that share an
	// extension. Optional.
	Sniff func(head []byte) bool

	// Members reports whether a zip archive that holds files of these names is a document
	// of this format: for formats that are built on zip. It decides before everything else,
	// and in the place of Magic and Sniff, unless the archive's directory can't be read.
	// Optional.
	Members func(names []string) bool

	// Beside lists the ends of names, with the dot and in lower case, of files that belong to a
	// document of this format and lie beside it under the same stem: a document finds them by
	// Input.Open, and they are none themselves. Optional.
	Beside []string

	Whole    bool   // a document becomes the whole database: it can't be converted together with others
	Together bool   // documents of one folder, but of the outermost, are one database when they are published
	Doc      string // one line for the list of formats
}

// SniffLen is how many bytes Sniff sees at most.
const SniffLen = 64 << 10
