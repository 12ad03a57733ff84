package extsort

import (
	"bytes"
	"math"
)

// A Merge reads the entries of a List in order, or a part of them.
type Merge struct {
	hi      []byte // entries are less; nil: no end
	shared  int    // bytes that all entries begin with
	last    uint64 // entries whose words are less are within
	cursors []cursor
	losers  []node // a tree: losers[1:] are its inner nodes; the winner is losers[0]
	begun   bool
}

// A node of the tree is a cursor, with what its entry has behind the shared bytes.
type node struct {
	word   uint64
	cursor int32
}

// readAhead is how many bytes of a file one Merge reads ahead, of all runs together.
const readAhead = 4 << 20

// Merge returns the entries from lo on and below hi; nil is no bound. Merges of one list may
// be used at the same time, each by one goroutine.
func (l *List) Merge(lo, hi []byte) (*Merge, error) {
	m := &Merge{hi: hi, last: math.MaxUint64}
	if hi != nil {
		m.shared = sharedBytes(lo, hi)
		m.last = word(hi[m.shared:])
	}
	ahead := min(max(readAhead/max(len(l.runs), 1), blockBytes), 256<<10)
	for _, r := range l.runs {
		c, err := r.open(lo, ahead)
		if err != nil {
			return nil, err
		}
		if c.entry != nil && m.within(c.entry) {
			m.cursors = append(m.cursors, c)
		}
	}
	m.build()
	return m, nil
}

func (m *Merge) within(entry []byte) bool { return m.hi == nil || bytes.Compare(entry, m.hi) < 0 }

// build fills the tree.
func (m *Merge) build() {
	n := len(m.cursors)
	m.losers = make([]node, max(n, 1))
	winners := make([]node, 2*n)
	for i := range n {
		winners[n+i] = node{word(m.cursors[i].entry[m.shared:]), int32(i)}
	}
	for i := n - 1; i > 0; i-- {
		a, b := winners[2*i], winners[2*i+1]
		if m.less(&b, &a) {
			a, b = b, a
		}
		winners[i], m.losers[i] = a, b
	}
	if n > 0 {
		m.losers[0] = winners[1] // of one, too
	}
}

// less reports whether the entry of a comes before that of b.
func (m *Merge) less(a, b *node) bool {
	return a.word < b.word || a.word == b.word && m.tieLess(a.cursor, b.cursor)
}

// tieLess is less of those whose words are the same. Cursors at their end come last.
func (m *Merge) tieLess(a, b int32) bool {
	x, y := m.cursors[a].entry, m.cursors[b].entry
	switch {
	case y == nil:
		return x != nil || a < b
	case x == nil:
		return false
	}
	c := bytes.Compare(x[m.shared:], y[m.shared:])
	return c < 0 || c == 0 && a < b
}

// word returns what a cursor's entry has behind the shared bytes. One that is not within is its end.
func (m *Merge) word(c *cursor) uint64 {
	if c.entry != nil && c.shared >= m.shared { // as has the entry before
		if w := word(c.entry[m.shared:]); w < m.last {
			return w
		}
	}
	if c.entry == nil || !m.within(c.entry) {
		c.entry = nil
		return math.MaxUint64
	}
	return word(c.entry[m.shared:])
}

// Next returns the next entry, which is valid until the next call, or nil at the end.
func (m *Merge) Next() ([]byte, error) {
	n := len(m.cursors)
	if n == 0 {
		return nil, nil
	}
	winner := m.losers[0]
	if !m.begun {
		m.begun = true
		return m.cursors[winner.cursor].entry, nil
	}
	c := &m.cursors[winner.cursor]
	if c.entry == nil {
		return nil, nil
	}
	if err := c.advance(); err != nil {
		return nil, err
	}
	winner.word = m.word(c)
	for i := (n + int(winner.cursor)) / 2; i > 0; i /= 2 {
		if loser := &m.losers[i]; m.less(loser, &winner) {
			winner, *loser = *loser, winner
		}
	}
	m.losers[0] = winner
	return m.cursors[winner.cursor].entry, nil
}
