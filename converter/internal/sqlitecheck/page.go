package sqlitecheck

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Kinds of b-tree page (file format §1.6).
const (
	indexInterior = 2
	tableInterior = 5
	indexLeaf     = 10
	tableLeaf     = 13
)

// A cell is a cell of a b-tree page.
type cell struct {
	child    uint32 // left child of an interior page's cell
	rowid    int64  // of a table's cell
	payload  int64  // length of the record in bytes, also what is on overflow pages
	local    []byte // what of it is on the page
	overflow uint32 // first overflow page; 0 if all is on the page
	number   int    // of the cell on its page
}

// localPayload returns how many bytes of a payload are on the b-tree page itself.
func localPayload(payload int64, usable int, tableLeaf bool) int {
	most := (usable-12)*64/255 - 23
	if tableLeaf {
		most = usable - 35
	}
	if payload <= int64(most) {
		return int(payload)
	}
	least := (usable-12)*32/255 - 23
	local := least + int((payload-int64(least))%int64(usable-4))
	if local > most {
		return least
	}
	return local
}

// decode decodes the cell at off of a page of that kind. page ends where usable bytes end.
// size is the bytes it takes, problem what is wrong with it.
func (c *cell) decode(page []byte, off int, kind byte) (size int, problem string) {
	p := off
	*c = cell{number: c.number}
	if kind == indexInterior || kind == tableInterior {
		c.child = binary.BigEndian.Uint32(page[p:]) // off is at most usable-4
		p += 4
	}
	if kind != tableInterior {
		payload, n := readVarint(page[p:])
		if n == 0 {
			return 0, "extends off the end of the page"
		}
		if payload > math.MaxInt32 {
			return 0, fmt.Sprintf("has a payload of %d bytes", payload)
		}
		c.payload = int64(payload)
		p += n
	}
	if kind == tableInterior || kind == tableLeaf {
		rowid, n := readVarint(page[p:])
		if n == 0 {
			return 0, "extends off the end of the page"
		}
		c.rowid = int64(rowid)
		p += n
	}
	if kind != tableInterior {
		n := localPayload(c.payload, len(page), kind == tableLeaf)
		if p+n > len(page) {
			return 0, "extends off the end of the page"
		}
		c.local = page[p : p+n : p+n]
		p += n
		if int64(n) < c.payload {
			if p+4 > len(page) {
				return 0, "extends off the end of the page"
			}
			c.overflow = binary.BigEndian.Uint32(page[p:])
			p += 4
		}
	}
	size = max(p-off, 4)
	if off+size > len(page) {
		return 0, "extends off the end of the page"
	}
	return size, ""
}

// layout checks how page n is used: the pointers to cells, the cells, the freeblocks, and
// that each byte of the cell content area belongs to one of them or is counted as a
// fragment. It appends the sound cells to cells. hdr is where the page's header is.
func (c *checker) layout(n uint32, page []byte, hdr int, cells []cell) ([]cell, error) {
	kind := page[hdr]
	first := int(binary.BigEndian.Uint16(page[hdr+1:]))
	count := int(binary.BigEndian.Uint16(page[hdr+3:]))
	content := int(binary.BigEndian.Uint16(page[hdr+5:]))
	if content == 0 {
		content = 65536
	}
	pointers := hdr + 8
	if kind == indexInterior || kind == tableInterior {
		pointers += 4
	}
	if end := pointers + 2*count; end > content || content > len(page) {
		return cells, c.problem(n, "%d cells need %d bytes of pointers, and the cells' content begins at byte %d of %d", count, end, content, len(page))
	}
	spans, sound := c.spans[:0], true
	for i := range count {
		off := int(binary.BigEndian.Uint16(page[pointers+2*i:]))
		if off < content || off > len(page)-4 {
			sound = false
			if err := c.problem(n, "cell %d: offset %d is not in %d to %d", i, off, content, len(page)-4); err != nil {
				return cells, err
			}
			continue
		}
		cells = append(cells, cell{number: i})
		size, problem := cells[len(cells)-1].decode(page, off, kind)
		if problem != "" {
			cells = cells[:len(cells)-1]
			sound = false
			if err := c.problem(n, "cell %d: %s", i, problem); err != nil {
				return cells, err
			}
			continue
		}
		spans = append(spans, uint64(off)<<32|uint64(off+size))
	}
	for off, before := first, 0; off != 0; {
		// Freeblocks are in ascending order, and what is under four bytes is a fragment.
		if off < content || off > len(page)-4 || before > 0 && off < before+4 {
			return cells, c.problem(n, "freeblock at byte %d is out of place", off)
		}
		next, size := int(binary.BigEndian.Uint16(page[off:])), int(binary.BigEndian.Uint16(page[off+2:]))
		if size < 4 || off+size > len(page) {
			return cells, c.problem(n, "freeblock at byte %d has %d bytes", off, size)
		}
		spans = append(spans, uint64(off)<<32|uint64(off+size))
		off, before = next, off+size
	}
	c.spans = spans
	if !sound {
		return cells, nil
	}
	slices.Sort(spans)
	fragments, end := 0, content
	for _, s := range spans {
		from, to := int(s>>32), int(uint32(s))
		if from < end {
			return cells, c.problem(n, "multiple uses of byte %d", from)
		}
		fragments += from - end
		end = to
	}
	fragments += len(page) - end
	if counted := int(page[hdr+7]); fragments != counted {
		return cells, c.problem(n, "%d bytes are fragments, and the header says %d", fragments, counted)
	}
	return cells, nil
}
