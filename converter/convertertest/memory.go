package convertertest

import (
	"bytes"
	"errors"
	"fmt"
)

// Memory is a converter.Destination that keeps the database in memory. The zero value is
// ready.
type Memory struct {
	pages     []byte
	first     []byte
	committed bool
	resets    int
}

// Write takes whole pages.
func (m *Memory) Write(p []byte) (int, error) {
	if m.committed {
		return 0, errors.New("written after Commit")
	}
	if len(p)%512 != 0 {
		return 0, fmt.Errorf("%d bytes are not whole pages", len(p))
	}
	m.pages = append(m.pages, p...)
	return len(p), nil
}

// Reset throws away what was written.
func (m *Memory) Reset() error {
	m.pages = m.pages[:0]
	m.resets++
	return nil
}

// Commit takes page 1.
func (m *Memory) Commit(first []byte) error {
	if m.committed {
		return errors.New("committed twice")
	}
	if len(first) < 512 || len(m.pages)%len(first) != 0 {
		return fmt.Errorf("page 1 of %d bytes, and %d bytes of others", len(first), len(m.pages))
	}
	m.first, m.committed = bytes.Clone(first), true
	return nil
}

// Bytes returns the database, or nil if none was committed.
func (m *Memory) Bytes() []byte {
	if !m.committed {
		return nil
	}
	return append(append(make([]byte, 0, len(m.first)+len(m.pages)), m.first...), m.pages...)
}
