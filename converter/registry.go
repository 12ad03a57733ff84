package converter

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/charset"
)

// A Registry knows formats. The zero value is empty and ready. Register before use;
// afterwards a Registry may be read by many goroutines.
type Registry struct {
	entries []entry
	only    string // the format that every document is taken for; "": none
}

type entry struct {
	Format
	Converter
	options []Option // of the Converter; they don't depend on what is set
}

// Register adds a format. It panics where Add returns an error: that is a mistake in the
// program.
func (r *Registry) Register(f Format, c Converter) {
	if err := r.Add(f, c); err != nil {
		panic("converter: " + err.Error())
	}
}

// Add adds a format. It is an error if its name, an extension or a media type is taken or
// malformed, or c is nil. Several formats may share an extension if each of them has
// Sniff.
func (r *Registry) Add(f Format, c Converter) error {
	if err := r.check(f); err != nil {
		return err
	}
	if c == nil {
		return fmt.Errorf("no Converter for %s", f.Name)
	}
	e := entry{f, c, own(c)}
	for _, o := range e.options {
		if err := r.checkOption(f.Name, o); err != nil {
			return err
		}
	}
	r.entries = append(r.entries, e)
	return nil
}

func (r *Registry) check(f Format) error {
	if f.Name == "" || f.Name != strings.ToLower(f.Name) || strings.ContainsAny(f.Name, " \t/,") {
		return fmt.Errorf("a format's name is one lower-case word, not %q", f.Name)
	}
	for _, ext := range f.Extensions {
		if len(ext) < 2 || ext[0] != '.' || ext != strings.ToLower(ext) {
			return fmt.Errorf("extension %q of %s: want a dot and lower case", ext, f.Name)
		}
	}
	if f.Magic != "" && f.Tail == "" && !binaryMagic(f.Magic) {
		return fmt.Errorf("magic %q of %s: too short, or text could begin with it", f.Magic, f.Name)
	}
	if f.Tail != "" && len(f.Magic)+len(f.Tail) < 8 || f.Binary && f.Sniff == nil {
		return fmt.Errorf("%s is told by too little: want 8 bytes of Magic and Tail, and Sniff if it is Binary", f.Name)
	}
	for _, e := range r.entries {
		if e.Name == f.Name {
			return fmt.Errorf("format %s is registered twice", f.Name)
		}
		for _, ext := range f.Extensions {
			if slices.Contains(e.Extensions, ext) && (e.Sniff == nil || f.Sniff == nil) {
				return fmt.Errorf("extension %s belongs to %s already", ext, e.Name)
			}
		}
		for _, m := range f.MediaTypes {
			if slices.Contains(e.MediaTypes, m) {
				return fmt.Errorf("media type %s belongs to %s already", m, e.Name)
			}
		}
	}
	return nil
}

// checkOption returns an error unless the option is well described, and of the kind that
// it has for other formats.
func (r *Registry) checkOption(format string, o Option) error {
	if strings.Trim(o.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || o.Name == "" || o.Name[0] == '-' {
		return fmt.Errorf("option %q of %s: want lower-case words with hyphens", o.Name, format)
	}
	for _, e := range r.entries {
		for _, known := range e.options {
			if known.Name == o.Name && known.Kind != o.Kind {
				return fmt.Errorf("option %s of %s: it is of another kind for %s", o.Name, format, e.Name)
			}
		}
	}
	return nil
}

// binaryMagic reports whether no text begins with m: it is long, or has a byte that is not
// text.
func binaryMagic(m string) bool {
	return len(m) >= 10 || len(m) >= 3 && strings.ContainsFunc(m, func(c rune) bool { return c < 9 || c > 13 && c < 32 || c > 126 })
}

// Replace puts c in the place of the converter registered under name, and reports whether
// there is one.
func (r *Registry) Replace(name string, c Converter) bool {
	for i := range r.entries {
		if r.entries[i].Name == name {
			r.entries[i].Converter, r.entries[i].options = c, own(c)
			return true
		}
	}
	return false
}

// Lookup returns the format registered under name.
func (r *Registry) Lookup(name string) (Format, Converter, bool) {
	for _, e := range r.entries {
		if e.Name == name {
			return e.Format, e.Converter, true
		}
	}
	return Format{}, nil, false
}

// Formats returns all formats in the order of their registration.
func (r *Registry) Formats() []Format {
	formats := make([]Format, len(r.entries))
	for i, e := range r.entries {
		formats[i] = e.Format
	}
	return formats
}

// Clone returns a copy of r, to be changed apart from it.
func (r *Registry) Clone() *Registry { return &Registry{slices.Clone(r.entries), r.only} }

// Detect returns the format of a document, by its content and its name, or an error that
// is ErrUnknownFormat or ErrEmpty, or one of reading. What a zip archive holds comes first,
// then bytes that no text has, then the extension, then the media type, then what the first bytes
// look like; so text is never taken for a binary format because of a short prefix, and a
// workbook named .csv is a workbook.
func (r *Registry) Detect(in *Input) (Format, Converter, error) {
	head, err := in.Head(SniffLen)
	if err != nil && err != io.EOF {
		return Format{}, nil, named(err, in.Name)
	}
	if len(head) == 0 {
		return Format{}, nil, named(ErrEmpty, in.Name)
	}
	if len(r.entries) == 0 {
		return Format{}, nil, ErrNoFormats
	}
	if r.endTells(head) {
		if in, err = in.Whole(); err != nil {
			return Format{}, nil, named(err, in.Name)
		}
	}
	names := members(in, head)
	e, ok := r.detect(in, head, names)
	if only, c, known := r.Lookup(r.only); known && !(ok && packs(e.Converter)) {
		return only, c, nil
	}
	if !ok {
		if known := noTable(head, names); known != nil {
			known.Err = ErrUnknownFormat
			return Format{}, nil, named(known, in.Name)
		}
		return Format{}, nil, named(fmt.Errorf("%w; known are %s (name the format to use)", ErrUnknownFormat, r.list()), in.Name)
	}
	return e.Format, e.Converter, nil
}

// detect returns the format that fits best; names are those of a zip archive's members.
func (r *Registry) detect(in *Input, head []byte, names []string) (entry, bool) {
	if e, ok := r.byMembers(names); ok {
		return e, true
	}
	text := charset.Plain(head)
	media, _, _ := mime.ParseMediaType(in.MediaType)
	ext := extension(in.Name)
	for _, fits := range []func(f Format) bool{
		func(f Format) bool { return f.evident(in, head) && (f.Members == nil || names == nil) },
		func(f Format) bool { return r.claims(f, f.Extensions, ext, text) },
		func(f Format) bool { return r.claims(f, f.MediaTypes, media, text) },
		func(f Format) bool { return f.Magic == "" && f.Sniff != nil && f.Sniff(text) },
	} {
		for _, e := range r.entries {
			if fits(e.Format) {
				return e, true
			}
		}
	}
	return entry{}, false
}

// evident reports whether a document's bytes say that it is of this format, whatever its name is.
func (f *Format) evident(in *Input, head []byte) bool {
	if f.Magic == "" && !f.Binary || !bytes.HasPrefix(head, []byte(f.Magic)) || f.Sniff != nil && !f.Sniff(head) {
		return false
	}
	tail := make([]byte, len(f.Tail))
	if len(tail) > 0 {
		n, err := in.ReadAt(tail, max(in.Size-int64(len(tail)), 0))
		return n == len(tail) && (err == nil || err == io.EOF) && string(tail) == f.Tail
	}
	return true
}

// endTells reports whether only the end of a document that begins so can tell what it is.
func (r *Registry) endTells(head []byte) bool {
	return bytes.HasPrefix(head, []byte(zipMagic)) || slices.ContainsFunc(r.entries, func(e entry) bool {
		return e.Tail != "" && bytes.HasPrefix(head, []byte(e.Magic))
	})
}

// claims reports whether f has the name as an extension or media type, and, where it
// shares that with others, looks like it. A binary format needs its magic.
func (r *Registry) claims(f Format, names []string, name string, text []byte) bool {
	if name == "" || !slices.Contains(names, name) || f.Magic != "" {
		return false
	}
	shared := 0
	for _, e := range r.entries {
		if slices.Contains(e.Extensions, name) || slices.Contains(e.MediaTypes, name) {
			shared++
		}
	}
	return shared == 1 || f.Sniff(text)
}

func (r *Registry) list() string {
	var list []string
	for _, e := range r.entries {
		list = append(list, e.Name)
	}
	return strings.Join(list, ", ")
}
