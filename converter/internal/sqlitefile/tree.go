package sqlitefile

import "encoding/binary"

// A Tree builds the interior pages of one table's b-tree while its leaves are written, so
// that no more than a page's worth of children per level is held.
type Tree struct {
	file   *File
	levels [][]child
	root   uint32 // of a table with a single leaf so far
	leaves int
}

type child struct {
	page uint32
	last int64 // the largest rowid below
}

// NewTree returns the Tree of a new table.
func (f *File) NewTree() *Tree { return &Tree{file: f} }

// add appends a child to level 0 is the lowest interior level.
func (t *Tree) add(level int, c child) error {
	if level == 0 {
		t.leaves++
	}
	if level == len(t.levels) {
		t.levels = append(t.levels, nil)
	}
	children := append(t.levels[level], c)
	if innerSize(children) > t.file.pageSize {
		// Two stay behind: an interior page has at least one cell beside its right child.
		full := children[:len(children)-2]
		page, err := t.file.inner(full)
		if err != nil {
			return err
		}
		if err := t.add(level+1, child{page, full[len(full)-1].last}); err != nil {
			return err
		}
		n := copy(children, children[len(full):])
		children = children[:n]
	}
	t.levels[level] = children
	return nil
}

// Finish writes what is left and returns the table's root page.
func (t *Tree) Finish() (uint32, error) {
	if t.leaves == 0 {
		return t.file.emptyLeaf()
	}
	for level := 0; ; level++ {
		children := t.levels[level]
		if len(children) == 1 && level == len(t.levels)-1 {
			return children[0].page, nil
		}
		page, err := t.file.inner(children)
		if err != nil {
			return 0, err
		}
		if level == len(t.levels)-1 {
			return page, nil
		}
		if err := t.add(level+1, child{page, children[len(children)-1].last}); err != nil {
			return 0, err
		}
	}
}

// innerSize returns how many bytes an interior page of these children takes.
func innerSize(children []child) int {
	n := innerHeader
	for _, c := range children[:len(children)-1] {
		n += 2 + 4 + VarintLen(uint64(c.last))
	}
	return n
}

// putInner makes page, from byte at on, an interior page: the last child is its right one.
func putInner(page []byte, at int, children []child) {
	cells := children[:len(children)-1]
	top := len(page)
	for i, c := range cells {
		top -= 4 + VarintLen(uint64(c.last))
		binary.BigEndian.PutUint32(page[top:], c.page)
		PutVarint(page[top+4:], uint64(c.last))
		binary.BigEndian.PutUint16(page[at+innerHeader+2*i:], uint16(top))
	}
	leafHead(page[at:], interiorTable, len(cells), top)
	binary.BigEndian.PutUint32(page[at+8:], children[len(children)-1].page)
	clear(page[at+innerHeader+2*len(cells) : top])
}
