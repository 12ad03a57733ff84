package values

import (
	"cmp"
	"slices"
)

// A matching is which rows of a table are found again in another, by their places, in order.
type matching struct {
	before, after int
	added         []int
	removed       []int
	changed       [][2]int
	numbered      bool // by running numbers
}

func (m *matching) common() int      { return m.before - len(m.removed) }
func (m *matching) differences() int { return len(m.added) + len(m.removed) + len(m.changed) }

// betterThan reports whether it tells more about what was done. Where a row has come in at the top, most differ by
// their running numbers, and as many by anything else, since their numbers differ.
func (m *matching) betterThan(n *matching) bool {
	if m.differences() == n.differences() {
		return n.numbered && !m.numbered && 2*len(n.changed) > n.common()
	}
	return m.differences() < n.differences()
}

// match finds rows by keys that tell them apart.
func match(before, after, rowsBefore, rowsAfter []uint64) matching {
	m := matching{before: len(before), after: len(after)}
	a, b := order(before), order(after)
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && before[a[0]] < after[b[0]]:
			m.removed, a = append(m.removed, int(a[0])), a[1:]
		case len(a) == 0 || after[b[0]] < before[a[0]]:
			m.added, b = append(m.added, int(b[0])), b[1:]
		default:
			if rowsBefore[a[0]] != rowsAfter[b[0]] {
				m.changed = append(m.changed, [2]int{int(a[0]), int(b[0])})
			}
			a, b = a[1:], b[1:]
		}
	}
	slices.Sort(m.added)
	slices.Sort(m.removed)
	slices.SortFunc(m.changed, func(x, y [2]int) int { return cmp.Compare(x[1], y[1]) })
	return m
}

// order returns the places of hashes, by hash.
func order(hashes []uint64) []int32 {
	places := make([]int32, len(hashes))
	for i := range places {
		places[i] = int32(i)
	}
	slices.SortFunc(places, func(a, b int32) int { return cmp.Compare(hashes[a], hashes[b]) })
	return places
}
