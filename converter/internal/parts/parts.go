// Package parts opens workbooks that are zip archives, as those of Office Open XML and of
// OpenDocument are, and reads their parts. An archive is untrusted: see [Limits].
package parts

import (
	"archive/zip"
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/flate"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/charset"
)

// Limits against archives made to exhaust whoever opens them. A zero field is its default.
type Limits struct {
	Size    int64 // bytes that may be unpacked in all; 8 GiB
	Ratio   int64 // unpacked to packed bytes of a part, once 64 MiB are unpacked; 500
	Entries int   // files in the archive; 32,768
}

const (
	minRatioSize = 64 << 20 // below it a part's ratio does not matter
	maxPart      = 64 << 20 // bytes of a part that is read as a whole: the workbook, its styles
)

func (l Limits) withDefaults() Limits {
	l.Size = cmp.Or(l.Size, 8<<30)
	l.Ratio = cmp.Or(l.Ratio, 500)
	l.Entries = cmp.Or(l.Entries, 32<<10)
	return l
}

// An Archive is the zip archive with the parts of a workbook.
type Archive struct {
	parts    map[string]*zip.File // by clean name in lower case
	limits   Limits
	source   *source
	unpacked int64 // bytes so far
}

// Open reads the directory of the archive.
func Open(in *converter.Input, limits Limits) (*Archive, error) {
	limits = limits.withDefaults()
	in, err := in.Whole()
	if err != nil {
		return nil, err
	}
	src, size := &source{ReaderAt: in.ReaderAt, budget: -1}, in.Size
	if size == 0 {
		return nil, converter.ErrEmpty
	}
	// archive/zip keeps every entry of the directory, however many there are: what it may
	// read of it is bounded by what a directory of that many entries can take.
	src.budget = 256<<10 + 512*int64(limits.Entries)
	archive, err := zip.NewReader(src, size)
	src.budget = -1
	if err == nil && len(archive.File) > limits.Entries {
		err = errEntries
	}
	switch {
	case errors.Is(err, errEntries):
		return nil, fmt.Errorf("%w: more than %d files in the archive", converter.ErrLimit, limits.Entries)
	case err != nil:
		return nil, src.blame(err, "not a workbook that can be opened")
	}
	archive.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		return flate.NewReader(bufio.NewReaderSize(r, 64<<10))
	})
	c := &Archive{parts: make(map[string]*zip.File), limits: limits, source: src}
	for _, f := range archive.File {
		key := Key(f.Name)
		if _, ok := c.parts[key]; !ok && !strings.HasSuffix(key, "/") {
			c.parts[key] = f
		}
	}
	return c, nil
}

// Key makes the name of a part comparable: names are equal without regard to case
// (ECMA-376 part 2, 6.2.2.3), and some producers write backslashes or a leading slash.
func Key(name string) string {
	dir := strings.HasSuffix(name, "/")
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if dir {
		name += "/"
	}
	return name
}

// Has reports whether there is a part of that name.
func (c *Archive) Has(name string) bool { return c.parts[Key(name)] != nil }

// Open returns a reader of a part as UTF-8.
func (c *Archive) Open(name string) (io.ReadCloser, error) {
	f := c.parts[Key(name)]
	if f == nil {
		return nil, fmt.Errorf("%w: the part %s is missing", converter.ErrCorrupt, name)
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%w: the archive is encrypted: save it without a password", converter.ErrUnsupported)
	}
	rc, err := f.Open()
	if err != nil {
		if errors.Is(err, zip.ErrAlgorithm) {
			return nil, fmt.Errorf("%w: %s is packed with method %d: save the workbook again",
				converter.ErrUnsupported, name, f.Method)
		}
		return nil, c.source.blame(err, name)
	}
	p := &part{ReadCloser: rc, c: c, name: name, packed: int64(f.CompressedSize64)}
	text := bufio.NewReaderSize(p, 16)
	var utf8 io.Reader = text
	start, _ := text.Peek(4)
	if encoding, _, mark := charset.Evident(start); mark > 0 && encoding != charset.UTF8 {
		text.Discard(mark)
		utf8 = charset.NewReader(text, encoding)
	}
	return struct {
		io.Reader
		io.Closer
	}{utf8, p}, nil
}

// Read returns a part that is small in every honest workbook.
func (c *Archive) Read(name string) ([]byte, error) {
	r, err := c.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxPart {
		return nil, fmt.Errorf("%w: %s has more than %d MiB", converter.ErrLimit, name, maxPart>>20)
	}
	return b, nil
}

// A part is being unpacked.
type part struct {
	io.ReadCloser
	c        *Archive
	name     string
	packed   int64
	unpacked int64
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.unpacked += int64(n)
	p.c.unpacked += int64(n)
	limits := p.c.limits
	switch {
	case err != nil && err != io.EOF:
		err = p.c.source.blame(err, p.name)
	case p.c.unpacked > limits.Size:
		err = fmt.Errorf("%w: the workbook unpacks to more than %d MiB", converter.ErrLimit, limits.Size>>20)
	case p.unpacked > minRatioSize && p.unpacked/limits.Ratio > p.packed:
		err = fmt.Errorf("%w: %s unpacks to more than %d times its size", converter.ErrLimit, p.name, limits.Ratio)
	}
	return n, err
}

// A source is the document's bytes. It remembers an error of reading, so that it can be
// told from a fault of the document whatever became of it on its way through the archive.
type source struct {
	io.ReaderAt
	budget int64 // bytes that may still be read; negative: any number
	failed atomic.Pointer[error]
}

var errEntries = errors.New("too many entries")

func (s *source) ReadAt(b []byte, off int64) (int, error) {
	if s.budget >= 0 {
		if s.budget -= int64(len(b)); s.budget < 0 {
			s.budget = 0
			return 0, errEntries
		}
	}
	n, err := s.ReaderAt.ReadAt(b, off)
	if err != nil && err != io.EOF {
		s.failed.CompareAndSwap(nil, &err)
	}
	return n, err
}

// blame returns the error of reading that is behind err, or says that the document is
// corrupt.
func (s *source) blame(err error, what string) error {
	if failed := s.failed.Load(); failed != nil {
		return *failed
	}
	return fmt.Errorf("%w: %s: %w", converter.ErrCorrupt, what, err)
}
