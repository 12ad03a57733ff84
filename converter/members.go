package converter

import (
	"archive/zip"
	"io"
	"slices"
	"strings"
)

const (
	zipMagic      = "PK\x03\x04"
	maxZipReading = 4 << 20 // bytes of an archive's directory: each entry costs memory
)

// members returns the names of the files in a zip archive, in the order of its directory:
// nil if the document is none, or its directory can't be read, as its end is not known yet.
func members(in *Input, head []byte) []string {
	if in.Size < 0 || !strings.HasPrefix(string(head[:min(len(head), len(zipMagic))]), zipMagic) {
		return nil
	}
	archive, err := zip.NewReader(&limitedReaderAt{in, maxZipReading}, in.Size)
	if err != nil {
		return nil
	}
	names := make([]string, len(archive.File))
	for i, f := range archive.File {
		names[i] = f.Name
	}
	return names
}

// limitedReaderAt ends when so many bytes were read in all.
type limitedReaderAt struct {
	io.ReaderAt
	left int
}

func (r *limitedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if r.left -= len(p); r.left < 0 || off < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return r.ReaderAt.ReadAt(p, off)
}

// byMembers returns the format that claims an archive with these members. One that may
// hold documents of any format is asked last.
func (r *Registry) byMembers(names []string) (entry, bool) {
	if names == nil {
		return entry{}, false
	}
	for _, packing := range []bool{false, true} {
		i := slices.IndexFunc(r.entries, func(e entry) bool {
			return e.Members != nil && packs(e.Converter) == packing && e.Members(names)
		})
		if i >= 0 {
			return r.entries[i], true
		}
	}
	return entry{}, false
}
