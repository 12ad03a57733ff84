package sqlitefile

import "encoding/binary"

// A Tree builds the interior pages of one table's b-tree while its leaves are written, so
// that no more than a page's worth of children per level is held.
type Tree struct {
	file   *File
	levels []level // from the lowest
	leaves int

	holding bool
	held    []child
}

// level is the open interior page of one level.
type level struct {
	children []child
	size     int // bytes of the page, without a cell for the last child
}

type child struct {
	page uint32
	last int64 // the largest rowid below
}

// NewTree returns the Tree of a new table.
func (f *File) NewTree() *Tree { return &Tree{file: f} }

// NewHeldTree returns the Tree of a new table whose first rows come last: with PlaceFirst, once.
// Until then it takes 16 bytes of memory a leaf page.
func (f *File) NewHeldTree() *Tree { return &Tree{file: f, holding: true} }

// PlaceFirst writes the pages of r, and adds its leaves to t before all others.
func (f *File) PlaceFirst(t *Tree, r *Run) error {
	t.holding = false
	if err := f.Place(t, r); err != nil {
		return err
	}
	for _, c := range t.held {
		if err := t.add(0, c); err != nil {
			return err
		}
	}
	t.held = nil
	return nil
}

// add appends a child to an interior level, 0 being the lowest.
func (t *Tree) add(n int, c child) error {
	if t.holding {
		t.held = append(t.held, c)
		return nil
	}
	if n == 0 {
		t.leaves++
	}
	if n == len(t.levels) {
		t.levels = append(t.levels, level{size: innerHeader})
	}
	l := &t.levels[n]
	if len(l.children) > 0 {
		l.size += l.children[len(l.children)-1].size()
	}
	l.children = append(l.children, c)
	if l.size <= t.file.pageSize {
		return nil
	}
	// Two stay behind: an interior page has at least one cell beside its right child.
	full := l.children[:len(l.children)-2]
	page, err := t.file.inner(full)
	if err != nil {
		return err
	}
	last := full[len(full)-1].last
	l.children = l.children[:copy(l.children, l.children[len(full):])]
	l.size = innerSize(l.children)
	return t.add(n+1, child{page, last})
}

// Finish writes what is left and returns the table's root page.
func (t *Tree) Finish() (uint32, error) {
	if t.leaves == 0 {
		return t.file.emptyLeaf()
	}
	for n := 0; ; n++ {
		children := t.levels[n].children
		top := n == len(t.levels)-1
		if len(children) == 1 && top {
			return children[0].page, nil
		}
		page, err := t.file.inner(children)
		if err != nil || top {
			return page, err
		}
		if err := t.add(n+1, child{page, children[len(children)-1].last}); err != nil {
			return 0, err
		}
	}
}

// size returns how many bytes the child takes as a cell, its pointer included.
func (c child) size() int { return 2 + 4 + VarintLen(uint64(c.last)) }

// innerSize returns how many bytes an interior page of these children takes.
func innerSize(children []child) int {
	n := innerHeader
	for _, c := range children[:len(children)-1] {
		n += c.size()
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
