package sheets

import (
	"encoding/binary"
	"math"
)

// Strings are the texts that cells refer to by number, from 0. They
// are in pages, each text after its length, and never move: no copies while they grow.
type Strings struct {
	pages   [][]byte
	refs    []uint64 // page<<32 | offset
	memory  int64
	longest int // text
}

const stringPage = 1 << 20

// Add appends a text, which is copied.
func (s *Strings) Add(text []byte) {
	need := len(text) + binary.MaxVarintLen64
	last := len(s.pages) - 1
	if last < 0 || cap(s.pages[last])-len(s.pages[last]) < need {
		size := max(need, stringPage)
		s.pages = append(s.pages, make([]byte, 0, size))
		s.memory += int64(size)
		last++
	}
	s.longest = max(s.longest, len(text))
	page := s.pages[last]
	s.refs = append(s.refs, uint64(last)<<32|uint64(len(page)))
	s.memory += 8
	page = binary.AppendUvarint(page, uint64(len(text)))
	s.pages[last] = append(page, text...)
}

// Len returns how many texts there are.
func (s *Strings) Len() int { return len(s.refs) }

// Memory returns how many bytes of memory the texts take.
func (s *Strings) Memory() int64 { return s.memory }

// longestText returns the length of the longest text.
func (s *Strings) longestText() int {
	if s == nil {
		return 0
	}
	return s.longest
}

// NoString is an index that no string has.
const NoString = math.MaxUint32

// Text returns the text with that number.
func (s *Strings) Text(i uint32) ([]byte, bool) {
	if s == nil || int64(i) >= int64(len(s.refs)) {
		return nil, false
	}
	ref := s.refs[i]
	page := s.pages[ref>>32][uint32(ref):]
	n, w := binary.Uvarint(page)
	return page[w : w+int(n)], true
}
