package sqlitecheck

import "encoding/binary"

// What a pointer-map entry says of a page (file format §1.8), and so what its second
// field, the parent, is.
const (
	ptrRoot      = 1 // the root of a b-tree; 0
	ptrFree      = 2 // a page of the freelist; 0
	ptrOverflow1 = 3 // the first of an overflow chain; the b-tree page
	ptrOverflow2 = 4 // another of an overflow chain; the one before
	ptrChild     = 5 // a b-tree page; its parent
)

// pointerMapOf returns the pointer-map page that has the entry of page n.
func (h *header) pointerMapOf(n uint32) uint32 {
	if n < 2 {
		return 0
	}
	per := uint32(h.usable/5 + 1)
	p := (n-2)/per*per + 2
	if p == h.lockPage() {
		p++
	}
	return p
}

func (h *header) isPointerMap(n uint32) bool {
	return h.LargestRoot != 0 && h.pointerMapOf(n) == n
}

// pointerMap checks the entry of page n in an auto-vacuum database.
func (c *checker) pointerMap(n uint32, kind byte, parent uint32) error {
	if c.head.LargestRoot == 0 || n < 2 || n > c.head.pages || n == c.head.lockPage() {
		return nil
	}
	at := c.head.pointerMapOf(n)
	if n <= at || at > c.head.pages {
		return c.problem(n, "a pointer-map page is used for something else")
	}
	page, err := c.pages.page(at)
	if err != nil {
		return err
	}
	e := page[5*(n-at-1):]
	if gotKind, gotParent := e[0], binary.BigEndian.Uint32(e[1:]); gotKind != kind || gotParent != parent {
		return c.problem(at, "pointer-map entry of page %d is (%d,%d) and should be (%d,%d)", n, gotKind, gotParent, kind, parent)
	}
	return nil
}

// largestRoot compares the header of an auto-vacuum database with the schema.
func (c *checker) largestRoot() error {
	if c.head.LargestRoot == 0 {
		return nil
	}
	largest := uint32(1)
	for _, o := range c.report.Objects {
		largest = max(largest, o.Root)
	}
	if largest != c.head.LargestRoot {
		return c.problem(1, "the largest root page is %d, and the header says %d", largest, c.head.LargestRoot)
	}
	return nil
}
