package extsort

import "bytes"

// A Merge reads the entries of a List in order, or a part of them.
type Merge struct {
	hi      []byte // entries are less; nil: no end
	cursors []*cursor
	losers  []int32 // a tree: losers[1:] are its inner nodes; the winner is losers[0]
	begun   bool
}

// readAhead is how many bytes of a file one Merge reads ahead, of all runs together.
const readAhead = 4 << 20

// Merge returns the entries from lo on and below hi; nil is no bound. Merges of one list may
// be used at the same time, each by one goroutine.
func (l *List) Merge(lo, hi []byte) (*Merge, error) {
	m := &Merge{hi: hi}
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
	m.losers = make([]int32, max(n, 1))
	winners := make([]int32, 2*n)
	for i := range n {
		winners[n+i] = int32(i)
	}
	for i := n - 1; i > 0; i-- {
		a, b := winners[2*i], winners[2*i+1]
		if m.less(b, a) {
			a, b = b, a
		}
		winners[i], m.losers[i] = a, b
	}
	if n > 1 {
		m.losers[0] = winners[1]
	}
}

// less reports whether the entry of cursor a comes before that of b.
func (m *Merge) less(a, b int32) bool {
	x, y := m.cursors[a], m.cursors[b]
	if x.word != y.word && x.entry != nil && y.entry != nil {
		return x.word < y.word
	}
	switch {
	case y.entry == nil:
		return x.entry != nil || a < b
	case x.entry == nil:
		return false
	}
	c := bytes.Compare(x.entry, y.entry)
	return c < 0 || c == 0 && a < b
}

// Next returns the next entry, which is valid until the next call, or nil at the end.
func (m *Merge) Next() ([]byte, error) {
	n := len(m.cursors)
	if n == 0 {
		return nil, nil
	}
	winner := m.losers[0]
	c := m.cursors[winner]
	if m.begun {
		if c.entry == nil {
			return nil, nil
		}
		if err := c.advance(); err != nil {
			return nil, err
		}
		if c.entry != nil && !m.within(c.entry) {
			c.entry = nil
		}
		for i := (n + int(winner)) / 2; i > 0; i /= 2 {
			if m.less(m.losers[i], winner) {
				winner, m.losers[i] = m.losers[i], winner
			}
		}
		m.losers[0] = winner
		c = m.cursors[winner]
	}
	m.begun = true
	return c.entry, nil
}
