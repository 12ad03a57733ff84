package sqlitefile

import "encoding/binary"

const (
	leafIndex     = 0x0a
	interiorIndex = 0x02
)

// An Index builds an index b-tree of records that ascend, page by page, so that no more than
// a page of each level is held.
//
// Unlike in a table's b-tree every entry stands on one page only: what divides two pages
// is on the page above (https://www.sqlite.org/fileformat2.html#b_tree_pages).
type Index struct {
	file   *File
	levels []*indexLevel // from the leaves
	cell   []byte

	head, record []byte // see AddAlike
}

// An indexLevel is the open page of one level.
type indexLevel struct {
	page   []byte
	header int // its size
	cells  int
	top    int // where the cells begin

	// The page is full, and this divides it from the next: if there is one, since a page
	// behind it must have a cell. right is the child before it, but on a leaf.
	divider []byte
	right   uint32
	full    bool
}

// NewIndex returns an empty Index.
func (f *File) NewIndex() *Index { return &Index{file: f} }

// Add adds a record.
func (x *Index) Add(record []byte) error {
	if len(x.levels) > 0 && len(record) < 128 && x.levels[0].putShort(record) {
		return nil
	}
	x.cell = AppendVarint(x.cell[:0], uint64(len(record)))
	most, local := x.most(), len(record)
	if local <= most {
		x.cell = append(x.cell, record...)
		return x.add(0, 0, x.cell)
	}
	local = (x.file.pageSize-12)*32/255 - 23
	if k := local + (len(record)-local)%(x.file.pageSize-4); k <= most {
		local = k
	}
	first, err := x.file.chain(record[local:])
	if err != nil {
		return err
	}
	x.cell = binary.BigEndian.AppendUint32(append(x.cell, record[:local]...), first)
	return x.add(0, 0, x.cell)
}

// most returns how many bytes a record may have without overflow pages.
func (x *Index) most() int { return (x.file.pageSize-12)*64/255 - 23 }

// add adds a cell to a level, with the child before it if that is not the leaves'.
func (x *Index) add(n int, child uint32, cell []byte) error {
	if n == len(x.levels) {
		l := &indexLevel{page: make([]byte, x.file.pageSize), header: leafHeader}
		if n > 0 {
			l.header = innerHeader
		}
		l.top = len(l.page)
		x.levels = append(x.levels, l)
	}
	l := x.levels[n]
	if l.full {
		if err := x.divide(n, l.right, l.divider); err != nil {
			return err
		}
		l.full = false
	}
	if !l.put(child, cell) {
		l.full, l.right, l.divider = true, child, append(l.divider[:0], cell...)
	}
	return nil
}

// divide writes a level's page and adds the divider behind it to the level above.
func (x *Index) divide(n int, right uint32, divider []byte) error {
	page, err := x.close(n, right)
	if err != nil {
		return err
	}
	return x.add(n+1, page, divider)
}

// close writes a level's page and begins another one.
func (x *Index) close(n int, right uint32) (uint32, error) {
	l := x.levels[n]
	kind := byte(leafIndex)
	if n > 0 {
		kind = interiorIndex
		binary.BigEndian.PutUint32(l.page[8:], right)
	}
	leafHead(l.page, kind, l.cells, l.top)
	clear(l.page[l.header+2*l.cells : l.top])
	l.cells, l.top = 0, len(l.page)
	return x.file.page(l.page)
}

// put adds a cell to the page, if there is room.
func (l *indexLevel) put(child uint32, cell []byte) bool {
	size := len(cell)
	if l.header == innerHeader {
		size += 4
	}
	if l.header+2*(l.cells+1)+size > l.top {
		return false
	}
	l.top -= size
	copy(l.page[l.top+size-len(cell):], cell)
	if l.header == innerHeader {
		binary.BigEndian.PutUint32(l.page[l.top:], child)
	}
	binary.BigEndian.PutUint16(l.page[l.header+2*l.cells:], uint16(l.top))
	l.cells++
	return true
}

// putShort adds the cell of a record of less than 128 bytes to the leaf, if there is room and all of
// it belongs there.
func (l *indexLevel) putShort(record []byte) bool {
	top := l.top - 1 - len(record)
	if l.full || leafHeader+2*(l.cells+1) > top || len(record) > (len(l.page)-12)*64/255-23 {
		return false
	}
	l.page[top] = byte(len(record))
	copy(l.page[top+1:], record)
	binary.BigEndian.PutUint16(l.page[leafHeader+2*l.cells:], uint16(top))
	l.top = top
	l.cells++
	return true
}

// last takes the last cell off the page: the child before it, and the cell.
func (l *indexLevel) last() (child uint32, cell []byte) {
	next := len(l.page)
	if l.cells > 1 {
		next = int(binary.BigEndian.Uint16(l.page[l.header+2*(l.cells-2):]))
	}
	cell = append(cell, l.page[l.top:next]...)
	l.cells--
	l.top = next
	if l.header == innerHeader {
		return binary.BigEndian.Uint32(cell), cell[4:]
	}
	return 0, cell
}

// Finish writes what is left and returns the root page.
func (x *Index) Finish() (root uint32, err error) {
	if len(x.levels) == 0 {
		page := make([]byte, x.file.pageSize)
		leafHead(page, leafIndex, 0, len(page))
		return x.file.page(page)
	}
	child := uint32(0) // the last one of the level below
	for n := 0; n < len(x.levels); n++ {
		l := x.levels[n]
		if l.full {
			// Nothing comes behind the divider, so the entry before it divides.
			right, cell := l.last()
			if err := x.divide(n, right, cell); err != nil {
				return 0, err
			}
			l.full = false
			l.put(l.right, l.divider)
		}
		if child, err = x.close(n, child); err != nil {
			return 0, err
		}
	}
	return child, nil
}

// chain writes overflow pages, the last one first, since each names the next, and returns
// the number of the first.
func (f *File) chain(payload []byte) (uint32, error) {
	room := f.pageSize - 4
	next := uint32(0)
	page := make([]byte, f.pageSize)
	for n := (len(payload) + room - 1) / room; n > 0; n-- {
		binary.BigEndian.PutUint32(page, next)
		clear(page[4+copy(page[4:], payload[(n-1)*room:min(n*room, len(payload))]):])
		var err error
		if next, err = f.page(page); err != nil {
			return 0, err
		}
	}
	return next, nil
}
