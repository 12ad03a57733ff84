package sqlitecheck

import "encoding/binary"

// freelist walks the trunk pages and their leaves.
func (c *checker) freelist() error {
	left := int64(c.head.FreePages)
	from := uint32(1)
	for n := c.head.FreeHead; n != 0; {
		ok, err := c.use(n, from)
		if !ok {
			return err
		}
		if err := c.pointerMap(n, ptrFree, 0); err != nil {
			return err
		}
		left--
		page, err := c.pages.page(n)
		if err != nil {
			return err
		}
		next, leaves := binary.BigEndian.Uint32(page), binary.BigEndian.Uint32(page[4:])
		if int64(leaves) > int64(c.head.usable/4-2) {
			return c.problem(n, "freelist trunk claims %d leaves", leaves)
		}
		left -= int64(leaves)
		c.buf = append(c.buf[:0], page[8:8+4*leaves]...)
		for i := range leaves {
			leaf := binary.BigEndian.Uint32(c.buf[4*i:])
			ok, err := c.use(leaf, n)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := c.pointerMap(leaf, ptrFree, 0); err != nil {
				return err
			}
		}
		from, n = n, next
	}
	if left != 0 {
		return c.problem(1, "the freelist has %d pages and should have %d", int64(c.head.FreePages)-left, c.head.FreePages)
	}
	return nil
}
