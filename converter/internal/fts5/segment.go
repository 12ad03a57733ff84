package fts5

import (
	"encoding/binary"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// The format is described at the top of SQLite's ext/fts5/fts5_index.c.
const (
	segmentID    = 1
	pageSize     = 4050 // when a page is full, about: FTS5's option pgsz
	fewestSkips  = 4    // pages without a term that make an index of a doclist worth while
	averagesID   = 1
	structureID  = 10
	leafIDs      = segmentID << 37
	skipIDs      = leafIDs | 1<<36
	skipLevelIDs = 1 << 31
)

// A segment writes the pages of the only segment of an index.
type segment struct {
	block func(id int64, block []byte) error             // takes a row of the table of data; leaves come in order
	page  func(term []byte, leaf int64, skip bool) error // takes a row of the table of pages

	err    error
	leaf   []byte // the open leaf
	terms  []byte // where terms are in it: its end
	before int    // where the last one is
	pages  int64  // the open leaf's number
	term   []byte // the last one

	noTerm, noRowid bool // on the leaf so far
	newList         bool // the doclist has no rowid yet
	rowid           int64

	key   []byte // that leads to the last leaf with a term
	keyed int64  // that leaf; 0 if it was written
	empty int    // leaves without a term since then
	skips []skips
	later []laterBlock
}

// skips is one level of the index of a doclist: where pages begin, by rowid.
type skips struct {
	buf   []byte
	pages int64
	begun bool
	rowid int64
}

// A laterBlock is a page of such an index; they stand behind the leaves.
type laterBlock struct {
	id    int64
	block []byte
}

func newSegment(block func(int64, []byte) error, page func([]byte, int64, bool) error) *segment {
	return &segment{block: block, page: page, leaf: make([]byte, 4), pages: 1, keyed: 1, noTerm: true, noRowid: true, skips: make([]skips, 1)}
}

func (s *segment) full(more int) bool { return len(s.leaf)+len(s.terms)+more >= pageSize }

// flushLeaf writes the open leaf and begins another.
func (s *segment) flushLeaf() {
	binary.BigEndian.PutUint16(s.leaf[2:], uint16(len(s.leaf)))
	if s.noTerm {
		if s.noRowid && len(s.skips[0].buf) > 0 {
			s.skips[0].buf = append(s.skips[0].buf, 0)
		}
		s.empty++
	} else {
		s.leaf = append(s.leaf, s.terms...)
	}
	s.failed(s.block(leafIDs+s.pages, s.leaf))
	s.leaf, s.terms, s.before = append(s.leaf[:0], 0, 0, 0, 0), s.terms[:0], 0
	s.pages++
	s.noTerm, s.noRowid = true, true
}

func (s *segment) failed(err error) {
	if s.err == nil {
		s.err = err
	}
}

// addTerm begins the doclist of the next term.
func (s *segment) addTerm(term []byte) {
	if s.full(len(term)+2) && len(s.leaf) > 4 {
		s.flushLeaf()
	}
	s.terms = sqlitefile.AppendVarint(s.terms, uint64(len(s.leaf)-s.before))
	s.before = len(s.leaf)
	shared := 0
	for shared < min(len(s.term), len(term)) && s.term[shared] == term[shared] {
		shared++
	}
	if s.noTerm {
		if s.pages != 1 {
			// The shortest that is greater than all terms before.
			n := len(term)
			if len(s.term) > 0 {
				n = shared + 1
			}
			s.flushKey()
			s.key, s.keyed = append(s.key[:0], term[:n]...), s.pages
		}
		shared = 0
	} else {
		s.leaf = sqlitefile.AppendVarint(s.leaf, uint64(shared))
	}
	s.leaf = sqlitefile.AppendVarint(s.leaf, uint64(len(term)-shared))
	s.leaf = append(s.leaf, term[shared:]...)
	s.term = append(s.term[:0], term...)
	s.noTerm, s.noRowid, s.newList = false, false, true
	s.skips[0].pages = s.pages
}

// addRow adds a row to the doclist, with its positions.
func (s *segment) addRow(rowid int64, positions []byte) {
	if s.full(0) {
		s.flushLeaf()
	}
	if s.noRowid {
		binary.BigEndian.PutUint16(s.leaf, uint16(len(s.leaf)))
		s.skip(rowid)
	}
	if s.newList || s.noRowid {
		s.leaf = sqlitefile.AppendVarint(s.leaf, uint64(rowid))
	} else {
		s.leaf = sqlitefile.AppendVarint(s.leaf, uint64(rowid-s.rowid))
	}
	s.rowid, s.newList, s.noRowid = rowid, false, false
	s.leaf = sqlitefile.AppendVarint(s.leaf, uint64(len(positions))*2)
	for s.full(len(positions)) {
		// Whole numbers only, and at least what makes the page full.
		n, least := 0, pageSize-len(s.leaf)-len(s.terms)
		for n < least {
			for positions[n] >= 0x80 {
				n++
			}
			n++
		}
		s.leaf = append(s.leaf, positions[:n]...)
		positions = positions[n:]
		s.flushLeaf()
	}
	s.leaf = append(s.leaf, positions...)
}

// skip adds the first rowid of a leaf to the index of the doclist.
func (s *segment) skip(rowid int64) {
	for i, done := 0, false; !done; i++ {
		l := &s.skips[i]
		if done = len(l.buf) < pageSize; !done {
			// The page is full: its successor's first rowid goes up, and its own if it was the root.
			l.buf[0] = 1
			s.addLater(i)
			if len(s.skips) < i+2 {
				s.skips = append(s.skips, skips{})
				l = &s.skips[i]
			}
			if up := &s.skips[i+1]; len(up.buf) == 0 {
				first := firstSkip(l.buf)
				up.pages = l.pages
				up.buf = sqlitefile.AppendVarint(sqlitefile.AppendVarint(append(up.buf, 0), uint64(l.pages)), uint64(first))
				up.begun, up.rowid = true, first
			}
			l.buf, l.begun = l.buf[:0], false
			l.pages++
		}
		value := rowid - l.rowid
		if !l.begun {
			below := s.pages
			if i > 0 {
				below = s.skips[i-1].pages
			}
			root := byte(0)
			if !done {
				root = 1
			}
			l.buf = sqlitefile.AppendVarint(append(l.buf, root), uint64(below))
			value = rowid
		}
		l.buf = sqlitefile.AppendVarint(l.buf, uint64(value))
		l.begun, l.rowid = true, rowid
	}
}

// firstSkip returns the first rowid of a page of such an index.
func firstSkip(page []byte) int64 {
	at := 1
	for page[at] >= 0x80 {
		at++
	}
	rowid, _ := sqlitefile.Varint(page[at+1:])
	return int64(rowid)
}

func (s *segment) addLater(level int) {
	l := &s.skips[level]
	s.later = append(s.later, laterBlock{skipIDs + int64(level)*skipLevelIDs + l.pages, append([]byte(nil), l.buf...)})
}

// flushKey writes what leads to the last leaf with a term.
func (s *segment) flushKey() {
	if s.keyed == 0 {
		return
	}
	skip := len(s.skips[0].buf) > 0 && s.empty >= fewestSkips
	for i := range s.skips {
		if len(s.skips[i].buf) == 0 {
			break
		}
		if skip {
			s.addLater(i)
		}
		s.skips[i] = skips{buf: s.skips[i].buf[:0], pages: s.skips[i].pages}
	}
	s.empty = 0
	s.failed(s.page(s.key, s.keyed, skip))
	s.keyed = 0
}

// finish writes what is left, and returns the number of leaves.
func (s *segment) finish() (leaves int64, err error) {
	if len(s.leaf) > 4 {
		s.flushLeaf()
	}
	if s.pages > 1 {
		s.flushKey()
	}
	return s.pages - 1, s.err
}
