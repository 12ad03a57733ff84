package gcs

// A block is a range of the object, being fetched or fetched.
type block struct {
	off     int64
	data    []byte
	have    int // bytes of data that are there
	err     error
	used    bool // has been read from
	last    int  // when it was
	readers int  // that are at it now
}

// A cache holds blocks of one size, at multiples of it. Buffers are used again.
type cache struct {
	size   int64
	most   int
	blocks map[int64]*block
	free   [][]byte
	clock  int
}

// get returns the block that holds the byte at off, or nil.
func (c *cache) get(off int64) *block {
	b := c.blocks[off-off%c.size]
	if b != nil {
		c.clock++
		b.last = c.clock
	}
	return b
}

// add adds the block that holds the byte at off, in an object of that size.
func (c *cache) add(off, size int64) *block {
	off -= off % c.size
	n := min(c.size, size-off)
	b := &block{off: off}
	if last := len(c.free) - 1; last >= 0 && int64(cap(c.free[last])) >= n {
		b.data, c.free = c.free[last][:n], c.free[:last]
	} else {
		b.data = make([]byte, n)
	}
	if c.blocks == nil {
		c.blocks = map[int64]*block{}
	}
	c.blocks[off] = b
	c.clock++
	b.last = c.clock
	return b
}

// room makes room for one more block, by dropping the one that was not used for the longest
// time, and reports whether there is. Blocks that nobody has read from yet are dropped only
// if need be.
func (c *cache) room(need bool) bool {
	for len(c.blocks) >= c.most {
		var victim *block
		for _, b := range c.blocks {
			if b.readers > 0 || b.have < len(b.data) || !b.used && !need {
				continue
			}
			if victim == nil || victim.used == b.used && b.last < victim.last || b.used && !victim.used {
				victim = b
			}
		}
		if victim == nil {
			return false
		}
		c.drop(victim)
	}
	return true
}

// drop forgets a block. Its buffer is used again if nobody is at it.
func (c *cache) drop(b *block) {
	if c.blocks[b.off] == b {
		delete(c.blocks, b.off)
	}
	if b.readers == 0 && b.err == nil && len(c.free) < 2 {
		c.free = append(c.free, b.data)
	}
}
