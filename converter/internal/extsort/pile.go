package extsort

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A pile is entries that are not sorted yet, in the order in which they came.
type pile struct {
	data []byte
	ends []uint32
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

func (p *pile) reset() { p.data, p.ends = p.data[:0], p.ends[:0] }

func (p *pile) full() bool { return len(p.data) >= runBytes || len(p.ends) >= runEntries }

// size is how much memory the pile takes.
func (p *pile) size() int { return len(p.data) + 4*len(p.ends) }

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
func (p *pile) add(data []byte, ends []uint32, from uint32) {
	shift := uint32(len(p.data)) - from
	p.data = append(p.data, data...)
	for _, end := range ends {
		p.ends = append(p.ends, end+shift)
	}
}

// sort returns the entries in order; those that are equal stay in the order in which they came.
func (p *pile) sort(b *bench) []item {
	if cap(b.items) < len(p.ends) {
		b.items, b.spare = make([]item, len(p.ends)+len(p.ends)/8), make([]item, len(p.ends)+len(p.ends)/8)
	}
	items := b.items[:len(p.ends)]
	from := uint32(0)
	for i, end := range p.ends {
		items[i] = item{at: from, size: end - from}
		from = end
	}
	p.sortFrom(items, b.spare, 0)
	return items
}

// sortFrom sorts items that are the same in their first depth bytes.
func (p *pile) sortFrom(items, spare []item, depth uint32) {
	const few = 128
	if len(items) < few {
		p.compareFrom(items, depth)
		return
	}
	sorted, last := true, uint64(0)
	for i := range items {
		t := &items[i]
		if t.size < depth+8 {
			// Its end would look like zeros.
			if depth > 0 {
				p.compareFrom(items, depth)
				return
			}
			t.word = word(p.data[t.at : t.at+t.size])
		} else {
			t.word = binary.BigEndian.Uint64(p.data[t.at+depth:])
		}
		sorted = sorted && last <= t.word
		last = t.word
	}
	if !sorted {
		radix(items, spare[:len(items)])
	}
	from := 0
	for i := 1; i <= len(items); i++ {
		if i < len(items) && items[i].word == items[from].word {
			continue
		}
		if i-from > 1 {
			p.tie(items[from:i], spare, depth)
		}
		from = i
	}
}

// tie sorts items that are the same in eight more bytes, or seem so.
func (p *pile) tie(items, spare []item, depth uint32) {
	for _, t := range items {
		if t.size < depth+8 {
			p.compareFrom(items, depth)
			return
		}
	}
	p.sortFrom(items, spare, depth+8)
}

// compareFrom sorts items that are the same in their first depth bytes by comparing them.
func (p *pile) compareFrom(items []item, depth uint32) {
	compare := func(a, b item) int {
		return bytes.Compare(p.data[a.at+depth:a.at+a.size], p.data[b.at+depth:b.at+b.size])
	}
	if !slices.IsSortedFunc(items, compare) {
		slices.SortStableFunc(items, compare)
	}
}

// radix sorts items by their words; equal ones stay in their order.
func radix(items, spare []item) {
	var counts [8][256]uint32
	for _, t := range items {
		for b := range counts {
			counts[b][byte(t.word>>(8*b))]++
		}
	}
	from, to := items, spare
	for b := range counts {
		count := &counts[b]
		if count[byte(items[0].word>>(8*b))] == uint32(len(items)) {
			continue // all have the same
		}
		sum := uint32(0)
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for _, t := range from {
			i := &count[byte(t.word>>(8*b))]
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
	var w [8]byte
	copy(w[:], b)
	return binary.BigEndian.Uint64(w[:])
}
