package compress

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/charmap"
)

// Zip is an archive of any number of documents (APPNOTE.TXT of PKWARE), but not a document
// format that is built on it.
var Zip = converter.Format{
	Name:       "zip",
	Extensions: []string{".zip"},
	MediaTypes: []string{"application/zip", "application/x-zip-compressed"},
	Magic:      zipMagic,
	Sniff:      isArchive,
	Members:    holdsDocuments,
	Doc:        "an archive of documents of the other formats",
}

const zipMagic = "PK\x03\x04"

// holdsDocuments tells archives from the packages of Office Open XML, OpenDocument, Java
// and others, whose files are parts of one document.
func holdsDocuments(names []string) bool {
	_, ok := signature.OfMembers(names)
	return !ok && !holdsKML(names)
}

// isArchive does so by the first file, which in most packages says what they are.
func isArchive(head []byte) bool {
	first := firstMember(head)
	if strings.EqualFold(first, "doc.kml") {
		return false
	}
	for _, marker := range []string{"[Content_Types].xml", "mimetype", "_rels/", "docProps/", "xl/", "word/", "ppt/", "META-INF/"} {
		if strings.HasPrefix(first, marker) {
			return false
		}
	}
	return true
}

// firstMember returns the name of the first file in an archive.
func firstMember(head []byte) string {
	const nameLength, name = 26, 30 // of a local file header
	if len(head) < name {
		return ""
	}
	n := int(head[nameLength]) | int(head[nameLength+1])<<8
	return string(head[name:min(name+n, len(head))])
}

const (
	encrypted = 1       // bit of a member's flags
	perMember = 1 << 10 // bytes that the directory may have for each member that is allowed
)

// Archive converts the members of a zip archive. Folders, hidden files and what macOS adds
// are passed over; members that are empty or of no known format are left out, which is
// found.
type Archive struct {
	Limits Limits
}

// Inner returns nil: members may be of any format.
func (Archive) Inner() []string { return nil }

// Convert converts each member, in the order of their names.
func (a Archive) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	ctx, budget, err := enter(ctx, in, a.Limits)
	if err != nil {
		return err
	}
	if in, err = in.Whole(); err != nil { // the directory is at the end
		return err
	}
	members, err := list(in, budget)
	if err != nil {
		return err
	}
	if err := whole(members, out.Formats()); err != nil {
		return err
	}
	out.Describe("compression", "zip", "by its first bytes")
	left, converted := converter.ErrEmpty, false
	beside := &folder{ctx, budget, in.Name, members}
	formats, names := out.Formats(), namesOf(members)
	for _, m := range members {
		if formats.Beside(m.name, func(name string) bool { return names[name] }) != "" {
			continue
		}
		err := a.member(ctx, budget, in, m, beside, out)
		switch {
		case errors.Is(err, converter.ErrUnknownFormat), errors.Is(err, converter.ErrEmpty):
			if _, known := errors.AsType[*converter.NoTableError](left); !known {
				left = err
			}
			out.Report(leftOut(m.name, err))
		case err != nil:
			return err
		default:
			converted = true
		}
	}
	if !converted {
		return fmt.Errorf("an archive without a member to convert: %w", left)
	}
	return nil
}

// leftOut is what is said of a member that is not converted.
func leftOut(name string, err error) converter.Finding {
	if known, ok := errors.AsType[*converter.NoTableError](err); ok {
		return converter.Finding{Code: "member-no-table", Severity: converter.Loss, Example: name + " is " + known.Kind,
			Message: "a file in the archive is no table and left out"}
	}
	if errors.Is(err, converter.ErrEmpty) {
		return converter.Finding{Code: "member-empty", Example: name, Message: "a file in the archive is empty and left out"}
	}
	return converter.Finding{Code: "member-unknown", Severity: converter.Loss, Example: name,
		Message: "a file in the archive is of no known format and left out"}
}

func (a Archive) member(ctx context.Context, b *budget, in *converter.Input, m member, beside *folder, out *converter.Writer) error {
	inner := &converter.Input{Name: in.Name + "/" + m.name, Generation: in.Generation, Size: int64(m.UncompressedSize64), Folder: beside}
	if m.Flags&encrypted != 0 {
		return out.Inside(inner.Name, func(*converter.Writer) error {
			return fmt.Errorf("encrypted: %w: pack it without a password", converter.ErrUnsupported)
		})
	}
	w := m.window(ctx, b)
	defer w.Close()
	inner.ReaderAt = w
	return convert(ctx, inner.Name, inner, out)
}

// A member is a file of an archive.
type member struct {
	*zip.File
	name   string    // clean: relative, with slashes, in UTF-8
	packed **counter // of the member opened last
}

// list reads the archive's directory.
func list(in *converter.Input, b *budget) ([]member, error) {
	packed := new(*counter)
	reader := &metered{ReaderAt: in, left: 128<<10 + b.Members*perMember}
	archive, err := zip.NewReader(reader, in.Size)
	if err != nil {
		return nil, damaged(err)
	}
	reader.left = math.MaxInt64
	for method, open := range methods {
		archive.RegisterDecompressor(method, func(r io.Reader) io.ReadCloser {
			*packed = newCounter(r)
			unpacked, err := open(*packed)
			if err != nil {
				return failed{err}
			}
			return unpacked
		})
	}
	if all := b.members.Add(int64(len(archive.File))); all > b.Members {
		return nil, over("more than %d members", b.Members)
	}
	var members []member
	for _, f := range archive.File {
		if name := memberName(f.Name); name != "" {
			members = append(members, member{f, name, packed})
		}
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return members, nil
}

// memberName returns a name that is only a name, wherever it pointed to, or "" for what is
// no document.
func memberName(raw string) string {
	name := raw
	if !utf8.ValidString(name) {
		name, _ = charmap.CodePage437.NewDecoder().String(name)
	}
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasSuffix(name, "/") {
		return ""
	}
	name = path.Clean("/" + name)[1:]
	for _, part := range strings.Split(name, "/") {
		if part == "" || part[0] == '.' || part == "__MACOSX" {
			return ""
		}
	}
	return name
}

// window returns the member's text. It has to be closed.
func (m member) window(ctx context.Context, b *budget) *window {
	return &window{ctx: ctx, budget: b, size: int64(m.UncompressedSize64), open: m.open}
}

// open begins to unpack the member.
func (m member) open() (*source, error) {
	*m.packed = nil
	r, err := m.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		return nil, fmt.Errorf("packed by method %d: %w: pack it as zip programs do by default", m.Method, converter.ErrUnsupported)
	case err != nil:
		return nil, damaged(err)
	}
	return &source{ReadCloser: r, packed: *m.packed, name: "zip"}, nil
}

// damaged says that the archive is at fault, unless reading it was.
func damaged(err error) error {
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the zip archive is damaged or not complete: %w: %w", converter.ErrCorrupt, err)
	}
	return err
}

// A metered reader bounds how much is read of a directory, since each entry costs memory.
type metered struct {
	io.ReaderAt
	left int64
}

func (m *metered) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // as a damaged entry may have it
		return 0, zip.ErrFormat
	}
	if m.left -= int64(len(p)); m.left < 0 {
		return 0, over("a directory of too many members")
	}
	return m.ReaderAt.ReadAt(p, off)
}

// methods are how members may be packed, by the numbers of APPNOTE.TXT, 4.4.5.
var methods = map[uint16]func(io.Reader) (io.ReadCloser, error){
	0:  func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(r), nil },
	8:  func(r io.Reader) (io.ReadCloser, error) { return flate.NewReader(r), nil },
	12: openBzip2,
	93: openZstd,
}

// failed is a member that can't be unpacked at all.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }
func (f failed) Close() error             { return nil }
