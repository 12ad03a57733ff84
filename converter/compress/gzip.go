package compress

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// A gzipReader unpacks the members of a gzip stream, one after another. NULs behind one are
// padding, as tapes and block devices have it, and as the gzip program takes it.
type gzipReader struct {
	*gzip.Reader
	packed *bufio.Reader
}

func openGzip(r io.Reader) (io.ReadCloser, error) {
	packed := bufio.NewReader(r)
	member, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	member.Multistream(false)
	return &gzipReader{member, packed}, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if n > 0 && err == io.EOF {
		return n, nil // and again at the next call
	}
	if err != io.EOF {
		return n, err
	}
	for {
		b, err := g.packed.ReadByte()
		if err != nil {
			return 0, err
		}
		if b == 0 {
			continue
		}
		g.packed.UnreadByte() // just read
		if err := g.Reset(g.packed); err != nil {
			return 0, err
		}
		g.Multistream(false)
		return 0, nil
	}
}
