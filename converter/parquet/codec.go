package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/dynasette/dynasette/converter"
)

// Codecs.
const (
	codecNone   = 0
	codecSnappy = 1
	codecGzip   = 2
	codecLZO    = 3
	codecBrotli = 4
	codecLZ4    = 5 // deprecated: in a frame of Hadoop's, or in none
	codecZstd   = 6
	codecLZ4Raw = 7
)

// checkCodec returns an error that names a codec that is not read.
func checkCodec(codec int) error {
	switch {
	case codec < 0:
		return corruptf("there is no compression %d", codec)
	case codec > codecLZ4Raw:
		return fmt.Errorf("%w: compression %d is newer than this program (write it with Snappy or Zstandard)", converter.ErrUnsupported, codec)
	case codec == codecLZO:
		return fmt.Errorf("%w: it is compressed with LZO (write it with Snappy or Zstandard, as duckdb and pyarrow do)", converter.ErrUnsupported)
	}
	return nil
}

// An unpacker unpacks pages.
type unpacker struct {
	zstd *zstd.Decoder // of whole pages
}

const (
	// largePage is how large a page may be to be unpacked at once, if there is room; of another
	// one, a part is in memory, if its codec allows that.
	largePage = 16 << 20

	// Of a large page so much is read and unpacked at once, the less the more columns there are.
	smallStep, largeStep = 8 << 10, 128 << 10
	// maxZstdWindow is what a page's compression may look back, as of zstd --ultra.
	maxZstdWindow = 128 << 20
)

func newUnpacker() (*unpacker, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
	return &unpacker{d}, err
}

// Close ends what the unpacker has begun.
func (u *unpacker) Close() error { u.zstd.Close(); return nil }

// most is how many times the size of what is packed each codec can unpack to, with room for its
// head; other codecs have no such bound.
var most = map[int]int64{codecNone: 1, codecSnappy: 22, codecLZ4: 256, codecLZ4Raw: 256}

// possible returns an error if a page of so many bytes can't unpack to so many.
func possible(codec, packed, unpacked int) error {
	if times, bounded := most[codec]; bounded && int64(unpacked) > times*int64(packed) {
		return corruptf("%d bytes can't unpack to %d", packed, unpacked)
	}
	return nil
}

// whole unpacks a page that is in memory, to n bytes.
func (u *unpacker) whole(codec int, packed []byte, n int) ([]byte, error) {
	var b []byte
	var err error
	switch codec {
	case codecNone:
		b = packed
	case codecSnappy:
		if size, e := snappy.DecodedLen(packed); e != nil || size != n {
			return nil, corruptf("a page of %d bytes unpacks to %d (%v)", n, size, e)
		}
		b, err = snappy.Decode(make([]byte, n), packed)
	case codecLZ4:
		b, err = unpackHadoop(packed, n)
	case codecLZ4Raw:
		b, err = unpackLZ4(make([]byte, n), packed)
	case codecZstd:
		b, err = u.zstd.DecodeAll(packed, make([]byte, 0, n))
		if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
			err = errPage
		}
	default:
		var r io.Reader
		if r, err = u.stream(codec, bytes.NewReader(packed), 0, 0); err == nil {
			b, err = io.ReadAll(io.LimitReader(r, int64(n)+1))
		}
	}
	if err == nil && len(b) != n {
		err = fmt.Errorf("it unpacks to %d bytes, and should to %d", len(b), n)
	}
	if err != nil {
		return nil, corruptf("unpacking a page: %w", err)
	}
	return b, nil
}

func unpackLZ4(dst, packed []byte) ([]byte, error) {
	if len(dst) == 0 {
		return dst, nil
	}
	n, err := lz4.UncompressBlock(packed, dst)
	return dst[:max(n, 0)], err
}

// unpackHadoop unpacks blocks that each have their sizes before them, or, as other programs have
// written under that name, one block without.
func unpackHadoop(packed []byte, n int) ([]byte, error) {
	dst := make([]byte, n)
	rest, at := packed, 0
	for len(rest) >= 8 {
		unpacked, size := int64(binary.BigEndian.Uint32(rest)), int64(binary.BigEndian.Uint32(rest[4:]))
		if unpacked > int64(n-at) || size > int64(len(rest)-8) {
			break
		}
		b, err := unpackLZ4(dst[at:at+int(unpacked)], rest[8:8+size])
		if err != nil || len(b) != int(unpacked) {
			break
		}
		rest, at = rest[8+size:], at+len(b)
	}
	if at == n && len(rest) == 0 {
		return dst, nil
	}
	return unpackLZ4(dst, packed)
}

// streams reports whether a page of that codec can be unpacked bit by bit.
func streams(codec int) bool {
	switch codec {
	case codecNone, codecSnappy, codecGzip, codecBrotli, codecZstd, codecLZ4Raw:
		return true
	}
	return false
}

// back returns how far a page looks back: what it takes to unpack it bit by bit.
func back(codec int, page window) (int64, error) {
	switch codec {
	case codecGzip:
		return 32 << 10, nil
	case codecLZ4Raw:
		return lz4Back, nil
	case codecSnappy:
		n, err := farthest(&page)
		return int64(n), page.blame(err)
	case codecBrotli:
		return 16 << 20, nil
	case codecZstd:
		head, err := page.peek(zstd.HeaderMaxSize)
		if err != nil {
			return 0, err
		}
		var h zstd.Header
		if err := h.Decode(head); err != nil {
			return 0, page.blame(err)
		}
		if h.WindowSize > maxZstdWindow {
			return 0, fmt.Errorf("%w: unpacking a page takes %d MiB of memory", converter.ErrLimit, h.WindowSize>>20)
		}
		return int64(h.WindowSize), nil
	}
	return 0, nil
}

// stream unpacks what r has, and that looks back as far as window at most.
func (u *unpacker) stream(codec int, r io.Reader, window int64, step int) (io.Reader, error) {
	switch codec {
	case codecSnappy, codecLZ4Raw:
		return newLookback(r, codec == codecLZ4Raw, int(window), step)
	case codecGzip:
		return gzip.NewReader(r)
	case codecBrotli:
		return brotli.NewReader(r), nil
	case codecZstd:
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(uint64(max(window, zstd.MinWindowSize))))
		if err != nil {
			return nil, err
		}
		return d, nil // a decoder without concurrency has nothing to close
	}
	return r, nil
}

// A packedPage is a page that is unpacked while it is read.
type packedPage struct {
	packed *window
	codec  int
	window int64
	unpack *unpacker
	opened io.Reader
}

func (p *packedPage) Read(b []byte) (n int, err error) {
	if p.opened == nil {
		p.opened, err = p.unpack.stream(p.codec, p.packed, p.window, p.packed.step)
	}
	if err == nil {
		n, err = p.opened.Read(b)
	}
	if err != io.EOF {
		err = p.packed.blame(err)
	}
	return n, err
}
