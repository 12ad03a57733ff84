package gcstest

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// A blob is a file with the bytes of an upload. Composites and copies share blobs.
type blob struct {
	path string
	size int64
	refs int
}

// A content is the bytes of an object: blobs, one after another.
type content []*blob

func (c content) size() (n int64) {
	for _, b := range c {
		n += b.size
	}
	return n
}

// share returns c for one more object.
func (c content) share() content {
	for _, b := range c {
		b.refs++
	}
	return c
}

func (c content) release() {
	for _, b := range c {
		if b.refs--; b.refs == 0 {
			os.Remove(b.path)
		}
	}
}

// open returns a reader that goes on to work when c is released.
func (c content) open() (*reader, error) {
	r := &reader{}
	for _, b := range c {
		f, err := os.Open(b.path)
		if err != nil {
			r.Close()
			return nil, err
		}
		r.files = append(r.files, f)
		r.ends = append(r.ends, r.size()+b.size)
	}
	return r, nil
}

// A reader reads and seeks in a content.
type reader struct {
	files []*os.File
	ends  []int64 // of each file, in the content
	at    int64
}

func (r *reader) size() int64 {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

func (r *reader) Read(p []byte) (int, error) {
	start := int64(0)
	for i, end := range r.ends {
		if r.at < end {
			n, err := r.files[i].ReadAt(p[:min(int64(len(p)), end-r.at)], r.at-start)
			r.at += int64(n)
			if err == io.EOF && n > 0 {
				err = nil
			}
			return n, err
		}
		start = end
	}
	return 0, io.EOF
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size()
	}
	if offset < 0 {
		return 0, fmt.Errorf("gcstest: seek to %d", offset)
	}
	r.at = offset
	return offset, nil
}

func (r *reader) Close() error {
	for _, f := range r.files {
		f.Close()
	}
	return nil
}

// checksums are of a whole object. A composite has no MD5.
type checksums struct {
	crc uint32
	md5 []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (c checksums) crc32c() string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, c.crc))
}

func (c checksums) md5Hash() string { return base64.StdEncoding.EncodeToString(c.md5) }

// A receiver takes the bytes of an upload.
type receiver struct {
	file *os.File
	size int64
	crc  hash.Hash32
	md5  hash.Hash
}

func (s *Server) receive() (*receiver, error) {
	s.mu.Lock()
	s.blobs++
	n := s.blobs
	s.mu.Unlock()
	f, err := os.Create(filepath.Join(s.Dir, fmt.Sprintf("%08d", n)))
	if err != nil {
		return nil, err
	}
	return &receiver{file: f, crc: crc32.New(castagnoli), md5: md5.New()}, nil
}

func (r *receiver) Write(p []byte) (int, error) {
	n, err := r.file.Write(p)
	r.size += int64(n)
	r.crc.Write(p[:n])
	r.md5.Write(p[:n])
	return n, err
}

func (r *receiver) sums() checksums { return checksums{r.crc.Sum32(), r.md5.Sum(nil)} }

// content ends the receiving.
func (r *receiver) content() content {
	r.file.Close()
	return content{{path: r.file.Name(), size: r.size, refs: 1}}
}

func (r *receiver) discard() {
	r.file.Close()
	os.Remove(r.file.Name())
}
