package sqlitecheck

import (
	"fmt"
	"io"
)

// A pager reads pages through a small cache of blocks, so that neighbouring pages
// cost one read.
type pager struct {
	r        io.ReaderAt
	size     int64
	pageSize int
	blocks   [32]block
}

type block struct {
	number int64 // 1-based; 0 is an empty block
	data   []byte
}

const blockSize = 64 << 10 // a multiple of every page size

// page returns page n, which the caller knows to be in the file. It is valid until the
// next call.
func (p *pager) page(n uint32) ([]byte, error) {
	off := int64(n-1) * int64(p.pageSize)
	number := off / blockSize
	b := &p.blocks[number%int64(len(p.blocks))]
	if b.number != number+1 {
		if b.data == nil {
			b.data = make([]byte, blockSize)
		}
		start := number * blockSize
		b.number = 0
		b.data = b.data[:min(blockSize, p.size-start)]
		if err := readFullAt(p.r, b.data, start); err != nil {
			return nil, err
		}
		b.number = number + 1
	}
	in := int(off % blockSize)
	return b.data[in : in+p.pageSize], nil
}

func readFullAt(r io.ReaderAt, b []byte, off int64) error {
	_, err := io.ReadFull(io.NewSectionReader(r, off, int64(len(b))), b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the file ends before byte %d: %w", off+int64(len(b)), io.ErrUnexpectedEOF)
	}
	return err
}

// A bitmap is a set of pages.
type bitmap []uint64

func (b bitmap) has(n uint32) bool { return b[n/64]&(1<<(n%64)) != 0 }
func (b bitmap) add(n uint32)      { b[n/64] |= 1 << (n % 64) }

// use marks page n as referred to by page from. It reports whether the page may be looked
// at, which it may only once.
func (c *checker) use(n, from uint32) (bool, error) {
	switch {
	case n == 0 || n > c.head.pages:
		return false, c.problem(from, "refers to page %d, and the database has %d", n, c.head.pages)
	case n == c.head.lockPage():
		return false, c.problem(from, "refers to page %d, which is reserved for locks", n)
	case c.used.has(n):
		return false, c.problem(from, "second reference to page %d", n)
	}
	c.used.add(n)
	return true, nil
}
