package extsort

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// A pile is entries that are not sorted yet, in the order in which they came.
type pile struct {
	data []byte
	ends []uint32
	keys []uint8
}

// A bench is the memory that sorting takes, to be used again.
type bench struct {
	items, spare []item
	out          []byte // a run's bytes
}

// An item is an entry while it is sorted: where it is, and eight of its bytes.
type item struct {
	word uint64
	at   uint32
	size uint32
}

// longKey is said of keys that have so many bytes or more.
const longKey = math.MaxUint8

func (p *pile) reset() { p.data, p.ends, p.keys = p.data[:0], p.ends[:0], p.keys[:0] }

func (p *pile) full() bool { return len(p.data) >= runBytes || len(p.ends) >= runEntries }

// size is how much memory the pile takes.
func (p *pile) size() int { return len(p.data) + 5*len(p.ends) }

// room returns how many of the entries the pile takes before it is full: at least one.
func (p *pile) room(from uint32, ends []uint32) int {
	n := min(len(ends), max(1, runEntries-len(p.ends)))
	left := from + uint32(max(0, runBytes-len(p.data)))
	if i, _ := slices.BinarySearch(ends[:n], left); i < n {
		n = i + 1
	}
	return n
}

// add appends entries whose ends are counted as if from were the first byte.
func (p *pile) add(data []byte, ends []uint32, keys []uint8, from uint32) {
	shift := uint32(len(p.data)) - from
	p.data = append(p.data, data...)
	for _, end := range ends {
		p.ends = append(p.ends, end+shift)
	}
	p.keys = append(p.keys, keys...)
}

// entry returns the bytes of an item.
func (p *pile) entry(t *item) []byte { return p.data[t.at : t.at+t.size] }

// sort returns the entries in order; those that are equal stay in the order in which they came.
func (p *pile) sort(b *bench) []item {
	if cap(b.items) < len(p.ends) {
		b.items, b.spare = make([]item, len(p.ends)+len(p.ends)/8), make([]item, len(p.ends)+len(p.ends)/8)
	}
	items := b.items[:len(p.ends)]
	depth := len(p.data[:p.ends[0]])
	from := uint32(0)
	for i, end := range p.ends {
		items[i] = item{at: from, size: end - from}
		if depth > 0 {
			depth = sharedBytes(p.data[:depth], p.data[from:end])
		}
		from = end
	}
	longest := p.longestKey(depth)
	if longest == 0 {
		p.sortFrom(items, b.spare, depth)
		return items
	}
	for i := range items {
		t := &items[i]
		key := max(int(p.keys[i]), depth)
		t.word = word(p.entry(t)[depth:]) &^ (1<<(8*max(0, depth+8-key)) - 1)
	}
	radix(items, b.spare[:len(items)])
	if longest > depth+8 {
		ties(items, func(items []item) { p.sortFrom(items, b.spare, depth) })
	}
	return items
}

// longestKey returns how long keys are at most, or 0 if that is not known, or can't be told from what
// follows them where eight bytes behind depth are looked at.
func (p *pile) longestKey(depth int) int {
	longest := slices.Max(p.keys)
	switch {
	case slices.Min(p.keys) == 0 || longest == longKey && depth+8 > longKey:
		return 0
	case longest == longKey:
		return math.MaxInt
	}
	return int(longest)
}

// ties calls each for items that have the same word.
func ties(items []item, each func([]item)) {
	from := 0
	for i := 1; i <= len(items); i++ {
		if i < len(items) && items[i].word == items[from].word {
			continue
		}
		if i-from > 1 {
			each(items[from:i])
		}
		from = i
	}
}

// sortFrom sorts items that are the same in their first depth bytes.
func (p *pile) sortFrom(items, spare []item, depth int) {
	const few = 128
	if len(items) < few {
		p.compareFrom(items, depth)
		return
	}
	for i := range items {
		t := &items[i]
		t.word = word(p.entry(t)[depth:])
	}
	radix(items, spare[:len(items)])
	ties(items, func(items []item) {
		for _, t := range items {
			if int(t.size) < depth+8 {
				p.compareFrom(items, depth) // what is missing looks like zeros
				return
			}
		}
		p.sortFrom(items, spare, depth+8)
	})
}

// compareFrom sorts items that are the same in their first depth bytes by comparing them.
func (p *pile) compareFrom(items []item, depth int) {
	compare := func(a, b item) int { return bytes.Compare(p.entry(&a)[depth:], p.entry(&b)[depth:]) }
	if !slices.IsSortedFunc(items, compare) {
		slices.SortStableFunc(items, compare)
	}
}

// radix sorts items by their words; equal ones stay in their order.
func radix(items, spare []item) {
	differ, sorted, last := uint64(0), true, items[0].word
	for i := range items {
		w := items[i].word
		differ |= w ^ last
		sorted = sorted && last <= w
		last = w
	}
	if sorted {
		return
	}
	from, to := items, spare
	for shift := 0; shift < 64; shift += 8 {
		if byte(differ>>shift) == 0 {
			continue
		}
		var next [256]uint32
		for i := range from {
			next[byte(from[i].word>>shift)]++
		}
		sum := uint32(0)
		for i, n := range next {
			next[i] = sum
			sum += n
		}
		for _, t := range from {
			i := &next[byte(t.word>>shift)]
			to[*i] = t
			*i++
		}
		from, to = to, from
	}
	if &from[0] != &items[0] {
		copy(items, from)
	}
}

// word returns the first eight bytes of b, as a number that sorts as they do; missing ones
// are zero.
func word(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	if cap(b) >= 8 {
		return binary.BigEndian.Uint64(b[:8]) &^ (1<<(8*(8-len(b))) - 1)
	}
	var w [8]byte
	copy(w[:], b)
	return binary.BigEndian.Uint64(w[:])
}
