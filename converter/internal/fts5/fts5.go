// Package fts5 makes what SQLite's extension FTS5 keeps of a full-text index: the rows of its
// tables, as they are after "optimize", from the text of the rows that can be searched.
package fts5

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// An Index says what is indexed and how.
type Index struct {
	tokenizer *Tokenizer
	prefixes  []int
}

// New returns an Index with FTS5's options tokenize and prefix.
func New(tokenize, prefix string) (*Index, error) {
	t, err := NewTokenizer(tokenize)
	if err != nil {
		return nil, err
	}
	x := &Index{tokenizer: t}
	for _, word := range strings.FieldsFunc(prefix, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > 999 || len(x.prefixes) == 31 {
			return nil, fmt.Errorf("prefix %q: want up to 31 lengths from 1 to 999, as in 2 3", prefix)
		}
		x.prefixes = append(x.prefixes, n)
	}
	return x, nil
}

// The tables of an index, whose names are its own with these behind it.
const (
	DataTable    = "_data"    // id INTEGER PRIMARY KEY, block
	PagesTable   = "_idx"     // without rowid: segid, term, pgno
	SizesTable   = "_docsize" // id INTEGER PRIMARY KEY, sz
	ContentTable = "_content" // which an index of another table does not have
	ConfigTable  = "_config"  // without rowid: k, v
)

// Version is the value of "version" in the table of the configuration.
const Version = 4

// SegmentID is that of the only segment.
const SegmentID = segmentID

// AppendSizes appends the size of a row, as the table of sizes has it: how many tokens there are in
// each column.
func AppendSizes(b []byte, tokens []int) []byte {
	for _, n := range tokens {
		b = sqlitefile.AppendVarint(b, uint64(n))
	}
	return b
}

// A Block is a row of the table of data.
type Block struct {
	ID    int64
	Bytes []byte
}

// Heads returns the first rows of the table of data, from what all rows have together and what
// Write has returned.
func Heads(rows int64, tokens []int64, leaves int64) []Block {
	averages := sqlitefile.AppendVarint(nil, uint64(rows))
	for _, n := range tokens {
		averages = sqlitefile.AppendVarint(averages, uint64(n))
	}
	structure := []byte{0, 0, 0, 0} // the configuration's cookie
	put := func(n int64) { structure = sqlitefile.AppendVarint(structure, uint64(n)) }
	if leaves == 0 {
		put(0) // levels
		put(0) // segments
		put(0)
	} else {
		put(1)
		put(1)
		put(leaves) // that were ever written
		put(0)      // inputs of a merge
		put(1)      // segments of the level
		put(SegmentID)
		put(1)
		put(leaves)
	}
	return []Block{{averagesID, averages}, {structureID, structure}}
}

// Write makes the rows of two tables of what Gatherers have made, in order: of data, in the order
// of their IDs, and of pages. next returns one entry after the other, and nil at the end.
func Write(next func() ([]byte, error), data func(Block) error, page func(term []byte, number int64) error) (leaves int64, err error) {
	s := newSegment(
		func(id int64, b []byte) error { return data(Block{id, b}) },
		func(term []byte, leaf int64, skip bool) error {
			number := leaf << 1
			if skip {
				number |= 1
			}
			return page(term, number)
		})
	for s.err == nil {
		entry, err := next()
		if err != nil {
			return 0, err
		}
		if entry == nil {
			break
		}
		if err := s.add(entry); err != nil {
			return 0, err
		}
	}
	if leaves, err = s.finish(); err != nil {
		return 0, err
	}
	slices.SortFunc(s.later, func(a, b laterBlock) int { return cmp.Compare(a.id, b.id) })
	for _, b := range s.later {
		if err := data(Block{b.id, b.block}); err != nil {
			return 0, err
		}
	}
	return leaves, nil
}

var errEntry = errors.New("an entry of a full-text index is damaged")

// add adds an entry of a Gatherer.
func (s *segment) add(entry []byte) error {
	end := bytes.IndexByte(entry, 0)
	if end < 0 || end+2 > len(entry) {
		return errEntry
	}
	if term := entry[:end]; !bytes.Equal(term, s.term) {
		s.addTerm(term)
	}
	var first [8]byte
	n := int(entry[end+1])
	copy(first[8-n:], entry[end+2:])
	rowid := int64(binary.BigEndian.Uint64(first[:]))
	rest := entry[end+2+n:]
	for {
		size, n := sqlitefile.Varint(rest)
		if n == 0 || int(size/2) > len(rest)-n {
			return errEntry
		}
		rest = rest[n:]
		s.addRow(rowid, rest[:size/2])
		if rest = rest[size/2:]; len(rest) == 0 {
			return nil
		}
		delta, n := sqlitefile.Varint(rest)
		rowid += int64(delta)
		rest = rest[n:]
	}
}
