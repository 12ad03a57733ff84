package sqlitefile

import "encoding/binary"

const (
	leafIndex     = 0x0a
	interiorIndex = 0x02
)

// Index writes an index b-tree of records that ascend and returns its root page. next
// returns one record after the other, and nil at the end; it may use its memory again.
//
// Unlike in a table's b-tree every entry stands on one page only: what divides two pages
// is on the page above (https://www.sqlite.org/fileformat2.html#b_tree_pages).
func (f *File) Index(next func() []byte) (uint32, error) {
	level, err := f.indexLeaves(next)
	for err == nil && len(level.pages) > 1 {
		level, err = f.indexAbove(level)
	}
	if err != nil {
		return 0, err
	}
	return level.pages[0], nil
}

// indexLevel is the pages of one level, and the cells that divide them: one fewer.
type indexLevel struct {
	pages    []uint32
	dividers [][]byte
}

// indexLeaves fills leaf pages one after another.
func (f *File) indexLeaves(next func() []byte) (indexLevel, error) {
	var level indexLevel
	var cells [][]byte
	used := leafHeader
	for record := next(); record != nil; {
		cell, err := f.indexCell(record)
		if err != nil {
			return level, err
		}
		record = next()
		if used += len(cell) + 2; used <= f.pageSize {
			cells = append(cells, cell)
			continue
		}
		divider, rest := cell, [][]byte(nil)
		if record == nil {
			// Nothing would come behind the divider, so the entry before it divides.
			divider, rest, cells = cells[len(cells)-1], [][]byte{cell}, cells[:len(cells)-1]
		}
		if err := f.indexPage(&level, leafIndex, cells, 0); err != nil {
			return level, err
		}
		level.dividers = append(level.dividers, divider)
		cells, used = rest, leafHeader
	}
	return level, f.indexPage(&level, leafIndex, cells, 0)
}

// indexAbove fills the interior pages above a level.
func (f *File) indexAbove(below indexLevel) (indexLevel, error) {
	var level indexLevel
	var cells [][]byte
	used := innerHeader
	last := len(below.dividers) - 1
	for i, divider := range below.dividers {
		cell := append(binary.BigEndian.AppendUint32(nil, below.pages[i]), divider...)
		if used += len(cell) + 2; used <= f.pageSize {
			cells = append(cells, cell)
			continue
		}
		right, rest := below.pages[i], [][]byte(nil)
		if i == last {
			// The next page would have no cell beside its right child.
			moved := cells[len(cells)-1]
			right, divider = binary.BigEndian.Uint32(moved), moved[4:]
			rest, cells = [][]byte{cell}, cells[:len(cells)-1]
		}
		if err := f.indexPage(&level, interiorIndex, cells, right); err != nil {
			return level, err
		}
		level.dividers = append(level.dividers, divider)
		cells, used = rest, innerHeader
	}
	return level, f.indexPage(&level, interiorIndex, cells, below.pages[len(below.pages)-1])
}

// indexCell returns an entry without child pointer, and writes its overflow pages.
func (f *File) indexCell(record []byte) ([]byte, error) {
	cell := AppendVarint(nil, uint64(len(record)))
	most := (f.pageSize-12)*64/255 - 23
	if len(record) <= most {
		return append(cell, record...), nil
	}
	local := (f.pageSize-12)*32/255 - 23
	if k := local + (len(record)-local)%(f.pageSize-4); k <= most {
		local = k
	}
	first, err := f.chain(record[local:])
	return binary.BigEndian.AppendUint32(append(cell, record[:local]...), first), err
}

// chain writes overflow pages, the last one first, since each names the next, and returns
// the number of the first.
func (f *File) chain(payload []byte) (uint32, error) {
	room := f.pageSize - 4
	next := uint32(0)
	for n := (len(payload) + room - 1) / room; n > 0; n-- {
		page := make([]byte, f.pageSize)
		binary.BigEndian.PutUint32(page, next)
		copy(page[4:], payload[(n-1)*room:min(n*room, len(payload))])
		var err error
		if next, err = f.page(page); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// indexPage writes a page of cells and adds it to the level.
func (f *File) indexPage(level *indexLevel, kind byte, cells [][]byte, right uint32) error {
	page := make([]byte, f.pageSize)
	header := leafHeader
	if kind == interiorIndex {
		header = innerHeader
		binary.BigEndian.PutUint32(page[8:], right)
	}
	top := f.pageSize
	for i, cell := range cells {
		top -= len(cell)
		copy(page[top:], cell)
		binary.BigEndian.PutUint16(page[header+2*i:], uint16(top))
	}
	leafHead(page, kind, len(cells), top)
	n, err := f.page(page)
	level.pages = append(level.pages, n)
	return err
}
