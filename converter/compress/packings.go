package compress

import (
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/dynasette/dynasette/converter"
	"github.com/klauspost/compress/zstd"
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
		Extensions: []string{".gz"},
		MediaTypes: []string{"application/gzip", "application/x-gzip"},
		Magic:      "\x1f\x8b\x08",
		Doc:        "any other format, packed by gzip",
	}, openGzip}

	// Zstd is Zstandard (RFC 8878).
	Zstd = Packing{converter.Format{
		Name:       "zstd",
		Extensions: []string{".zst"},
		MediaTypes: []string{"application/zstd"},
		Magic:      "\x28\xb5\x2f\xfd",
		Doc:        "any other format, packed by zstd",
	}, openZstd}

	// Bzip2 is bzip2. It has no Magic, since its first bytes are text and not always the
	// same.
	Bzip2 = Packing{converter.Format{
		Name:       "bzip2",
		Extensions: []string{".bz2"},
		MediaTypes: []string{"application/x-bzip2"},
		Sniff:      isBzip2,
		Doc:        "any other format, packed by bzip2",
	}, openBzip2}
)

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
