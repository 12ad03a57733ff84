package sqlitefile

import "encoding/binary"

const (
	leafTable     = 0x0d
	interiorTable = 0x05
	leafHeader    = 8
	innerHeader   = 12
)

// A Run is leaf pages of one table, with the overflow pages of their rows, whose page
// numbers are not known yet: so that several can be packed at the same time. File.Place
// gives them their numbers.
//
// A Run is for one goroutine at a time. Reset makes it empty and keeps its memory.
type Run struct {
	pageSize int
	buf      []byte  // whole pages
	patches  []patch // page numbers in buf, counted from the run's first page
	leaves   []leaf
	cur      int // where the open leaf page begins in buf; -1 if none is open
	cells    int // in the open leaf
	top      int // where the open leaf's cell content begins, from the page's start
	last     int64
}

type patch struct{ at, page int }

type leaf struct {
	page int // counted from the run's first page
	last int64
}

// NewRun returns an empty Run for pages of the file.
func (f *File) NewRun() *Run { return &Run{pageSize: f.pageSize, cur: -1} }

// Reset makes r empty.
func (r *Run) Reset() {
	r.buf, r.patches, r.leaves, r.cur = r.buf[:0], r.patches[:0], r.leaves[:0], -1
}

// Size returns how many bytes of pages r holds.
func (r *Run) Size() int { return len(r.buf) }

// Cap returns how much memory r holds on to.
func (r *Run) Cap() int { return cap(r.buf) }

// Grow makes room for the pages of about n bytes of records, if r has no memory yet.
func (r *Run) Grow(n int) {
	if cap(r.buf) == 0 {
		r.buf = make([]byte, 0, (n+n/8)/r.pageSize*r.pageSize+2*r.pageSize)
	}
}

// newPage appends a page that is not cleared and returns where it begins.
func (r *Run) newPage() int {
	at := len(r.buf)
	if cap(r.buf) < at+r.pageSize {
		grown := make([]byte, at, 2*cap(r.buf)+2*r.pageSize)
		copy(grown, r.buf)
		r.buf = grown
	}
	r.buf = r.buf[:at+r.pageSize]
	return at
}

// Add appends a row. Rowids must ascend.
func (r *Run) Add(rowid int64, record []byte) {
	size := VarintLen(uint64(len(record))) + VarintLen(uint64(rowid)) + len(record)
	local := len(record)
	if len(record) > r.pageSize-35 {
		local = localPayload(len(record), r.pageSize)
		size += local - len(record) + 4
	}
	if r.cur < 0 || leafHeader+2*(r.cells+1)+size > r.top {
		r.closeLeaf()
		r.cur, r.cells, r.top = r.newPage(), 0, r.pageSize
	}
	r.top -= size
	page := r.buf[r.cur : r.cur+r.pageSize]
	binary.BigEndian.PutUint16(page[leafHeader+2*r.cells:], uint16(r.top))
	r.cells++
	r.last = rowid
	at := r.top
	at += PutVarint(page[at:], uint64(len(record)))
	at += PutVarint(page[at:], uint64(rowid))
	at += copy(page[at:], record[:local])
	if local < len(record) {
		r.overflow(r.cur+at, record[local:])
	}
}

// localPayload returns how much of a table leaf's payload of n bytes, too long for the
// page, stays in the page (https://www.sqlite.org/fileformat2.html#b_tree_pages).
func localPayload(n, usable int) int {
	least := (usable-12)*32/255 - 23
	k := least + (n-least)%(usable-4)
	if k <= usable-35 {
		return k
	}
	return least
}

// overflow writes rest to a chain of overflow pages, whose first number goes to buf[at:].
func (r *Run) overflow(at int, rest []byte) {
	for len(rest) > 0 {
		page := r.newPage()
		r.patches = append(r.patches, patch{at, page / r.pageSize})
		at = page
		n := copy(r.buf[page+4:page+r.pageSize], rest)
		rest = rest[n:]
		clear(r.buf[page+4+n : page+r.pageSize])
	}
	clear(r.buf[at : at+4])
}

// closeLeaf completes the open leaf page.
func (r *Run) closeLeaf() {
	if r.cur < 0 {
		return
	}
	page := r.buf[r.cur : r.cur+r.pageSize]
	leafHead(page, leafTable, r.cells, r.top)
	clear(page[leafHeader+2*r.cells : r.top])
	r.leaves = append(r.leaves, leaf{r.cur / r.pageSize, r.last})
	r.cur = -1
}

// leafHead writes a b-tree page's header of 8 bytes: no freeblock, no fragments.
func leafHead(page []byte, kind byte, cells, top int) {
	page[0] = kind
	page[1], page[2] = 0, 0
	binary.BigEndian.PutUint16(page[3:], uint16(cells))
	binary.BigEndian.PutUint16(page[5:], uint16(top)) // 65536 is written as 0
	page[7] = 0
}
