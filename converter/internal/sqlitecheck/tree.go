package sqlitecheck

import (
	"encoding/binary"
	"slices"
)

// What a b-tree is for, as the schema says.
const (
	anyTree   = iota // not known: the root page decides
	tableTree        // rows by rowid
	indexTree        // keys: an index or a table without rowid
)

// A tree is the walk of one b-tree, in the order of its keys.
type tree struct {
	c    *checker
	name string // for problems
	kind int
	root uint32
	rows int64

	// entry takes each row or key. Its arguments are valid until it returns.
	entry func(page uint32, cell *cell) error

	levels    []*level
	leafDepth int // of the first leaf; 0 before it
	ordered   bool
	last      int64 // the last rowid, or, if divided, the last interior key
	divided   bool
}

// A level is the page at hand on one level of a tree.
type level struct {
	page  []byte
	cells []cell
}

// Deeper than this SQLite calls a tree corrupt (BTCURSOR_MAX_DEPTH).
const maxDepth = 20

func (t *tree) run() error {
	ok, err := t.c.use(t.root, 1)
	if !ok {
		return err
	}
	if t.root > 1 {
		if err := t.c.pointerMap(t.root, ptrRoot, 0); err != nil {
			return err
		}
	}
	return t.walk(t.root, 1)
}

// walk visits page n, which is marked as used already, and what is below it.
func (t *tree) walk(n uint32, depth int) error {
	if depth > maxDepth {
		return t.c.problem(n, "%s: the tree is deeper than %d levels", t.name, maxDepth)
	}
	for len(t.levels) < depth {
		t.levels = append(t.levels, new(level))
	}
	level := t.levels[depth-1]
	page, err := t.c.pages.page(n)
	if err != nil {
		return err
	}
	level.page = append(level.page[:0], page[:t.c.head.usable]...)
	hdr := 0
	if n == 1 {
		hdr = 100
	}
	kind := level.page[hdr]
	leaf := kind == tableLeaf || kind == indexLeaf
	switch kind {
	case tableLeaf, tableInterior:
		if t.kind == anyTree {
			t.kind = tableTree
		}
		if t.kind != tableTree {
			return t.c.problem(n, "%s: a page of a rowid table (%d) where keys are expected", t.name, kind)
		}
	case indexLeaf, indexInterior:
		if t.kind == anyTree {
			t.kind = indexTree
		}
		if t.kind != indexTree {
			return t.c.problem(n, "%s: a page of keys (%d) where rows are expected", t.name, kind)
		}
	default:
		return t.c.problem(n, "%s: %d is not a kind of b-tree page", t.name, kind)
	}
	level.cells, err = t.c.layout(n, level.page, hdr, level.cells[:0])
	if err != nil {
		return err
	}
	// Only the root of an empty tree has no cells, and page 1, which has less room for
	// them than the pages below it.
	if binary.BigEndian.Uint16(level.page[hdr+3:]) == 0 && n != 1 && (depth > 1 || !leaf) {
		if err := t.c.problem(n, "%s: a page without cells", t.name); err != nil {
			return err
		}
	}
	if leaf {
		if t.leafDepth == 0 {
			t.leafDepth = depth
		}
		if t.leafDepth != depth {
			if err := t.c.problem(n, "%s: child page depth differs: a leaf on level %d and one on %d", t.name, t.leafDepth, depth); err != nil {
				return err
			}
		}
	}
	for i := range level.cells {
		cell := &level.cells[i]
		if !leaf {
			if err := t.child(n, cell.child, depth); err != nil {
				return err
			}
		}
		if t.kind == tableTree {
			if err := t.rowid(n, cell, leaf); err != nil {
				return err
			}
		}
		if leaf || t.kind == indexTree {
			t.rows++
			t.c.report.LargestRecord = max(t.c.report.LargestRecord, cell.payload)
			if err := t.entry(n, cell); err != nil {
				return err
			}
		}
	}
	if leaf {
		return nil
	}
	return t.child(n, binary.BigEndian.Uint32(level.page[hdr+8:]), depth)
}

func (t *tree) child(parent, n uint32, depth int) error {
	ok, err := t.c.use(n, parent)
	if !ok {
		return err
	}
	if err := t.c.pointerMap(n, ptrChild, parent); err != nil {
		return err
	}
	return t.walk(n, depth+1)
}

// rowid checks the order of rowids. The key of an interior cell is at least the largest
// rowid to its left, and less than all to its right.
func (t *tree) rowid(n uint32, cell *cell, leaf bool) error {
	ok := !t.ordered || cell.rowid > t.last || !leaf && !t.divided && cell.rowid == t.last
	t.ordered, t.last, t.divided = true, cell.rowid, !leaf
	if !ok {
		return t.c.problem(n, "%s: cell %d: rowid %d out of order", t.name, cell.number, cell.rowid)
	}
	return nil
}

// payload walks the overflow chain of a cell on page n and returns the record's first
// bytes, limit or a few more. Whether they are sound is false if there are fewer in the
// chain, or more. The bytes are valid until the next call.
func (c *checker) payload(n uint32, cell *cell, limit int64) (b []byte, sound bool, err error) {
	if int64(len(cell.local)) == cell.payload {
		return cell.local, true, nil
	}
	c.buf = append(c.buf[:0], cell.local...)
	room := c.head.usable - 4
	left := cell.payload - int64(len(cell.local))
	from, kind := n, byte(ptrOverflow1)
	for next := cell.overflow; left > 0; {
		if next == 0 {
			return c.buf, false, c.problem(n, "cell %d: the overflow chain ends %d bytes too soon", cell.number, left)
		}
		ok, err := c.use(next, from)
		if !ok {
			return c.buf, false, err
		}
		if err := c.pointerMap(next, kind, from); err != nil {
			return c.buf, false, err
		}
		page, err := c.pages.page(next)
		if err != nil {
			return c.buf, false, err
		}
		part := page[4 : 4+int(min(left, int64(room)))]
		if int64(len(c.buf)) < limit {
			c.buf = append(c.buf, part...)
		}
		left -= int64(len(part))
		from, kind, next = next, ptrOverflow2, binary.BigEndian.Uint32(page)
		if left == 0 && next != 0 {
			return c.buf, false, c.problem(from, "cell %d of page %d: the overflow chain goes on after the record's end", cell.number, n)
		}
	}
	return c.buf, true, nil
}

// keep returns a copy of b in the room of old.
func keep(old, b []byte) []byte { return append(slices.Grow(old[:0], len(b)), b...) }
