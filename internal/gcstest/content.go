package gcstest

import (
	"bytes"
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

// A blob is the bytes of an upload, in a file if they are many. Composites and copies share blobs.
type blob struct {
	data []byte
	path string // of the file
	size int64
	refs int
}

// inMemory is how many bytes are not worth a file.
const inMemory = 64 << 10

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
		if b.refs--; b.refs == 0 && b.path != "" {
			os.Remove(b.path)
		}
	}
}

// open returns a reader that goes on to work when c is released.
func (c content) open() (*reader, error) {
	r := &reader{}
	for _, b := range c {
		if b.path == "" {
			r.parts = append(r.parts, bytes.NewReader(b.data))
		} else {
			f, err := os.Open(b.path)
			if err != nil {
				r.Close()
				return nil, err
			}
			r.parts = append(r.parts, f)
			r.files = append(r.files, f)
		}
		r.ends = append(r.ends, r.size()+b.size)
	}
	return r, nil
}

// A reader reads and seeks in a content.
type reader struct {
	parts []io.ReaderAt
	files []*os.File // of parts
	ends  []int64    // of each part, in the content
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
			n, err := r.parts[i].ReadAt(p[:min(int64(len(p)), end-r.at)], r.at-start)
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
	path string // for a file
	data []byte // until they are too many
	file *os.File
	size int64
	crc  hash.Hash32
	md5  hash.Hash
}

func (s *Server) receive() *receiver {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs++
	return &receiver{path: filepath.Join(s.Dir, fmt.Sprintf("%08d", s.blobs)), crc: crc32.New(castagnoli), md5: md5.New()}
}

func (r *receiver) Write(p []byte) (n int, err error) {
	if r.file == nil && len(r.data)+len(p) > inMemory {
		if r.file, err = os.Create(r.path); err != nil {
			return 0, err
		}
		if _, err := r.file.Write(r.data); err != nil {
			return 0, err
		}
		r.data = nil
	}
	if n = len(p); r.file == nil {
		r.data = append(r.data, p...)
	} else {
		n, err = r.file.Write(p)
	}
	r.size += int64(n)
	r.crc.Write(p[:n])
	r.md5.Write(p[:n])
	return n, err
}

func (r *receiver) sums() checksums { return checksums{r.crc.Sum32(), r.md5.Sum(nil)} }

// content ends the receiving.
func (r *receiver) content() content {
	if r.file == nil {
		return content{{data: r.data, size: r.size, refs: 1}}
	}
	r.file.Close()
	return content{{path: r.path, size: r.size, refs: 1}}
}

func (r *receiver) discard() {
	if r.file != nil {
		r.file.Close()
		os.Remove(r.path)
	}
}
