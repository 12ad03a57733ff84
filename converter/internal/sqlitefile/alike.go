package sqlitefile

import (
	"encoding/binary"
	"math"
	"sort"
)

// AddAlike adds the records of rows that have one value in the index's only column, by their
// ids, which ascend: what Add would add for each.
func (x *Index) AddAlike(serial uint64, value []byte, rowids []int64) error {
	for len(rowids) > 0 {
		var room [8]byte
		id, kind := AppendInt(room[:0], rowids[0])
		n := 1 // rows that have ids of that kind
		if rowids[0] > 1 {
			n = sort.Search(len(rowids), func(i int) bool { return rowids[i] > mostAlike(kind) })
		}
		if head := x.alike(serial, value, kind, len(id)); head != nil {
			n = min(n, x.room(len(head)+len(id)))
			if n > 0 {
				x.levels[0].putAlike(head, rowids[:n], len(id))
				rowids = rowids[n:]
				continue
			}
		}
		x.record = AppendVarint(AppendVarint(x.record[:0], uint64(1+VarintLen(serial)+1)), serial)
		x.record = append(append(append(x.record, kind), value...), id...)
		if err := x.Add(x.record); err != nil {
			return err
		}
		rowids = rowids[1:]
	}
	return nil
}

// mostAlike returns the greatest integer of a kind.
func mostAlike(kind byte) int64 {
	switch kind {
	case 5:
		return 1<<47 - 1
	case 6:
		return math.MaxInt64
	}
	return 1<<(8*kind-1) - 1
}

// alike returns what such cells begin with, or nil if they have overflow pages.
func (x *Index) alike(serial uint64, value []byte, kind byte, width int) []byte {
	heads := 1 + VarintLen(serial) + 1
	size := heads + len(value) + width
	if size > x.most() {
		return nil
	}
	x.head = AppendVarint(AppendVarint(AppendVarint(x.head[:0], uint64(size)), uint64(heads)), serial)
	x.head = append(append(x.head, kind), value...)
	return x.head
}

// room returns how many cells of that size the open leaf has room for.
func (x *Index) room(size int) int {
	if len(x.levels) == 0 || x.levels[0].full {
		return 0
	}
	l := x.levels[0]
	return (l.top - l.header - 2*l.cells) / (size + 2)
}

// putAlike adds cells to the page, which has room for them.
func (l *indexLevel) putAlike(head []byte, rowids []int64, width int) {
	size := len(head) + width
	bottom := l.top - len(rowids)*size
	var words [16]byte
	few := copy(words[:], head) == len(head)
	first, second := binary.LittleEndian.Uint64(words[:]), binary.LittleEndian.Uint64(words[8:])
	shift := 64 - 8*width
	// From the bottom up, so that more than is meant may be written: the next cell comes there. Not
	// behind the last one.
	cells := l.page[bottom:l.top]
	pointers := l.page[l.header+2*l.cells:][:2*len(rowids)]
	at := 0
	for i := len(rowids) - 1; i >= 0; i-- {
		binary.BigEndian.PutUint16(pointers[2*i:], uint16(bottom+at))
		cell := cells[at:]
		at += size
		if id := uint64(rowids[i]) << shift; len(cell) >= 24 && few {
			binary.LittleEndian.PutUint64(cell, first)
			binary.LittleEndian.PutUint64(cell[8:], second)
			binary.BigEndian.PutUint64(cell[len(head):], id)
		} else {
			copy(cell, head)
			for k := range width {
				cell[len(head)+k] = byte(id >> (56 - 8*k))
			}
		}
	}
	l.cells += len(rowids)
	l.top = bottom
}
