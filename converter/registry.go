package converter

// A Registry knows formats. The zero value is empty and ready. Register before use;
// afterwards a Registry may be read by many goroutines.
type Registry struct {
	entries []entry
}

type entry struct {
	Format
	Converter
}

// Register adds a format. It panics if the name, an extension or a media type is taken or
// malformed: that is a mistake in the program.
func (r *Registry) Register(f Format, c Converter) { panic("soon") }

// Replace puts c in the place of the converter registered under name, and reports whether
// there is one.
func (r *Registry) Replace(name string, c Converter) bool { panic("soon") }

// Lookup returns the format registered under name.
func (r *Registry) Lookup(name string) (Format, Converter, bool) { panic("soon") }

// Formats returns all formats in the order of their registration.
func (r *Registry) Formats() []Format { panic("soon") }

// Clone returns a copy of r, to be changed apart from it.
func (r *Registry) Clone() *Registry { panic("soon") }

// Detect returns the format of a document, by its content and its name, or an error that
// is ErrUnknownFormat or ErrEmpty, or one of reading. Text is never taken for a binary
// format because of a short prefix.
func (r *Registry) Detect(in *Input) (Format, Converter, error) { panic("soon") }
