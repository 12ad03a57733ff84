package sqlitefile

import "encoding/binary"

// AddAlike adds the records of rows that have one value in the index's only column, by their
// ids, which ascend: what Add would add for each.
func (x *Index) AddAlike(serial uint64, value []byte, rowids []int64) error {
	var head []byte // of a cell: all but the rowid
	last := byte(0xff)
	width := 0 // bytes of a rowid
	var room [8]byte
	for _, rowid := range rowids {
		id, kind := AppendInt(room[:0], rowid)
		if kind != last {
			last, width = kind, len(id)
			head = x.alike(serial, value, kind, width)
		}
		if head != nil && x.putAlike(head, rowid, width) {
			continue
		}
		record := AppendVarint(AppendVarint(x.record[:0], uint64(1+VarintLen(serial)+1)), serial)
		x.record = append(append(append(record, kind), value...), id...)
		if err := x.Add(x.record); err != nil {
			return err
		}
	}
	return nil
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

// putAlike adds a cell to the open leaf, if there is room.
func (x *Index) putAlike(head []byte, rowid int64, width int) bool {
	if len(x.levels) == 0 {
		return false
	}
	l := x.levels[0]
	size := len(head) + width
	if l.full || l.header+2*(l.cells+1)+size > l.top {
		return false
	}
	// The rowid's bytes are the last of eight; what is before them is overwritten.
	if size >= 8 {
		binary.BigEndian.PutUint64(l.page[l.top-8:], uint64(rowid))
	} else {
		for i := range width {
			l.page[l.top-1-i] = byte(rowid >> (8 * i))
		}
	}
	l.top -= size
	copy(l.page[l.top:], head)
	binary.BigEndian.PutUint16(l.page[l.header+2*l.cells:], uint16(l.top))
	l.cells++
	return true
}
