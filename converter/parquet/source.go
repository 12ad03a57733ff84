package parquet

import "io"

// A source is the bytes of a page, from front to back. A large page is not all in memory: what
// is to come is read when it is wanted, into another buffer, so what has been taken stays as it
// is for whoever keeps it.
type source struct {
	b    []byte
	rest io.Reader // or nil: b is all
	left int       // how many bytes rest has
	step int       // how many are read at once
}

var errPage = corruptf("a page is shorter than its values")

// take returns the next n bytes.
func (s *source) take(n int) ([]byte, error) {
	if n > len(s.b) {
		if err := s.more(n); err != nil {
			return nil, err
		}
	}
	b := s.b[:n:n]
	s.b = s.b[n:]
	return b, nil
}

// size returns how many bytes are to come.
func (s *source) size() int { return len(s.b) + s.left }

// more has b hold at least n bytes. What a length claims is read in steps, so it costs no more
// memory than there are bytes.
func (s *source) more(n int) error {
	if n > s.size() {
		return errPage
	}
	for n > len(s.b) {
		step := min(max(s.step, len(s.b)), s.left)
		b := make([]byte, len(s.b)+step)
		copy(b, s.b)
		if _, err := io.ReadFull(s.rest, b[len(s.b):]); err != nil {
			if err == io.ErrUnexpectedEOF || err == io.EOF { // not one of reading
				err = errPage
			}
			return err
		}
		s.b, s.left = b, s.left-step
	}
	return nil
}

// byte returns the next byte.
func (s *source) byte() (byte, error) {
	b, err := s.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// uvarint reads a number of 7 bits a byte.
func (s *source) uvarint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		c, err := s.byte()
		if err != nil {
			return 0, err
		}
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v, nil
		}
	}
	return 0, corruptf("a number in a page is too long")
}

// varint reads a signed one.
func (s *source) varint() (int64, error) {
	v, err := s.uvarint()
	return int64(v>>1) ^ -int64(v&1), err
}
