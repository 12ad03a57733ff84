package compress

import (
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/therootcompany/xz"
)

// A Packing is a way to pack one document.
type Packing struct {
	Format converter.Format
	Open   func(packed io.Reader) (io.ReadCloser, error) // of what is packed
}

var (
	// Gzip is gzip (RFC 1952), of one or more members.
	Gzip = Packing{converter.Format{
		Name:       "gzip",
		Extensions: []string{".gz", ".tgz"},
		MediaTypes: []string{"application/gzip", "application/x-gzip"},
		Magic:      "\x1f\x8b\x08",
		Doc:        "any other format, packed by gzip",
	}, openGzip}

	// Zstd is Zstandard (RFC 8878).
	Zstd = Packing{converter.Format{
		Name:       "zstd",
		Extensions: []string{".zst", ".tzst"},
		MediaTypes: []string{"application/zstd"},
		Magic:      "\x28\xb5\x2f\xfd",
		Doc:        "any other format, packed by zstd",
	}, openZstd}

	// Bzip2 is bzip2. It has no Magic, since its first bytes are not always the same.
	Bzip2 = Packing{converter.Format{
		Name:       "bzip2",
		Extensions: []string{".bz2", ".tbz2", ".tbz"},
		MediaTypes: []string{"application/x-bzip2"},
		Binary:     true,
		Sniff:      isBzip2,
		Doc:        "any other format, packed by bzip2",
	}, openBzip2}

	// Xz is xz (the .xz file format, version 1.2.1).
	Xz = Packing{converter.Format{
		Name:       "xz",
		Extensions: []string{".xz", ".txz"},
		MediaTypes: []string{"application/x-xz"},
		Magic:      "\xfd7zXZ\x00",
		Doc:        "any other format, packed by xz",
	}, openXz}

	// LZ4 is the frame format of LZ4 (version 1.6.4), of one or more frames.
	LZ4 = Packing{converter.Format{
		Name:       "lz4",
		Extensions: []string{".lz4"},
		MediaTypes: []string{"application/x-lz4"},
		Magic:      "\x04\x22\x4d\x18",
		Doc:        "any other format, packed by lz4",
	}, openLZ4}
)

// tars are extensions that stand for two.
var tars = map[string]bool{".tgz": true, ".tzst": true, ".tbz2": true, ".tbz": true, ".txz": true}

func openBzip2(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }

// isBzip2 looks for the header and the number that begins each block.
func isBzip2(head []byte) bool {
	return len(head) > 10 && string(head[:3]) == "BZh" && '1' <= head[3] && head[3] <= '9' && string(head[4:10]) == "1AY&SY"
}

// maxZstdWindow is the memory that a zstd stream may ask for: as much as the zstd program
// grants unless it is told otherwise.
const maxZstdWindow = 128 << 20

func openZstd(r io.Reader) (io.ReadCloser, error) {
	// With one block at a time it needs no goroutines and least memory.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, zstdError(err)
	}
	return zstdReader{d.IOReadCloser()}, nil
}

type zstdReader struct{ io.ReadCloser }

func (r zstdReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	return n, zstdError(err)
}

func zstdError(err error) error {
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return fmt.Errorf("a window of more than %d MiB: %w: pack it without --long", maxZstdWindow>>20, converter.ErrLimit)
	}
	return err
}

// maxXzDictionary is the memory that an xz stream may ask for: that of xz -9.
const maxXzDictionary = 64 << 20

// openXz reads by the port of XZ Embedded, as that bounds memory, which the more usual
// github.com/ulikunitz/xz does not.
func openXz(r io.Reader) (io.ReadCloser, error) {
	d, err := xz.NewReader(r, maxXzDictionary)
	if err != nil {
		return nil, xzError(err)
	}
	return xzReader{d}, nil
}

type xzReader struct{ *xz.Reader }

func (r xzReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	return n, xzError(err)
}

func (xzReader) Close() error { return nil }

func xzError(err error) error {
	switch {
	case errors.Is(err, xz.ErrMemlimit):
		return fmt.Errorf("a dictionary of more than %d MiB: %w: pack it by xz -9 or less", maxXzDictionary>>20, converter.ErrLimit)
	case errors.Is(err, xz.ErrOptions):
		return fmt.Errorf("packed with filters that are not known: %w: pack it as xz does by default", converter.ErrUnsupported)
	}
	return err
}

func openLZ4(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(lz4.NewReader(r)), nil }
