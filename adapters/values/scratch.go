package values

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// MostKept is how many bytes of a database a Scratch keeps.
const MostKept = 64 << 20

// ErrLarge: a database is too large to be looked into.
var ErrLarge = errors.New("the database is too large to be looked into here")

// A Scratch keeps a database that is read once it is whole, in a temporary file. It is a
// converter.Destination; of a database of more than MostKept bytes it keeps nothing.
type Scratch struct {
	file  *os.File
	have  int64 // bytes in it: pages 2, 3, …
	first []byte
	large bool
}

// Write takes whole pages.
func (s *Scratch) Write(pages []byte) (int, error) {
	if s.large = s.large || s.have+int64(len(pages)) > MostKept; s.large {
		return len(pages), nil
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "dynasette-look-")
		if err != nil {
			return 0, fmt.Errorf("a temporary file to look into a database: %w", err)
		}
		os.Remove(f.Name()) // where the system allows it: it is gone with the process
		s.file = f
	}
	n, err := s.file.WriteAt(pages, s.have)
	s.have += int64(n)
	return n, err
}

// Reset throws away what was written.
func (s *Scratch) Reset() error {
	s.have, s.first, s.large = 0, nil, false
	return nil
}

// Commit takes page 1.
func (s *Scratch) Commit(first []byte) error {
	s.first = bytes.Clone(first)
	return nil
}

// Size returns the database's size; 0 if there is none to be read.
func (s *Scratch) Size() int64 {
	if s.large || s.first == nil {
		return 0
	}
	return int64(len(s.first)) + s.have
}

// Open opens the database; ErrLarge if it is not kept.
func (s *Scratch) Open(ctx context.Context) (*Database, error) {
	if s.Size() == 0 {
		return nil, ErrLarge
	}
	return Open(ctx, s, s.Size())
}

// ReadAt reads the database.
func (s *Scratch) ReadAt(b []byte, off int64) (n int, err error) {
	if off >= s.Size() {
		return 0, io.EOF
	}
	if off < int64(len(s.first)) {
		if n = copy(b, s.first[off:]); n == len(b) {
			return n, nil
		}
	}
	if s.file == nil {
		return n, io.EOF
	}
	rest := io.NewSectionReader(s.file, 0, s.have)
	m, err := rest.ReadAt(b[n:], off+int64(n)-int64(len(s.first)))
	return n + m, err
}

// Close removes it.
func (s *Scratch) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	os.Remove(s.file.Name())
	return err
}
