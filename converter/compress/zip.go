package compress

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/signature"
	"github.com/klauspost/compress/flate"
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

// Archive converts the members of a zip archive, in the order of their names; see Limits.
type Archive struct {
	Limits Limits
}

// Inner returns nil: members may be of any format.
func (Archive) Inner() []string { return nil }

// Convert converts each member.
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
	return convertMembers(ctx, &folder{budget, in, members}, "zip", out)
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
	if err := b.more(int64(len(archive.File))); err != nil {
		return nil, err
	}
	names := namesOfZip(archive.File)
	var members []member
	for i, f := range archive.File {
		m := member{name: memberName(names[i]), size: int64(f.UncompressedSize64)}
		m.open = func() (*source, error) { return openZipped(f, packed) }
		if f.Flags&encrypted != 0 {
			m.refused = fmt.Errorf("encrypted: %w: pack it without a password", converter.ErrUnsupported)
		}
		if m.name != "" {
			members = append(members, m)
		}
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return members, nil
}

// openZipped begins to unpack a member; packed has its packed bytes then.
func openZipped(f *zip.File, packed **counter) (*source, error) {
	*packed = nil
	r, err := f.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		return nil, fmt.Errorf("packed by method %d: %w: pack it as zip programs do by default", f.Method, converter.ErrUnsupported)
	case err != nil:
		return nil, damaged(err)
	}
	return &source{ReadCloser: r, packed: *packed, name: "zip"}, nil
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
