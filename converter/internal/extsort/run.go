package extsort

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A run is entries in order, in blocks. Each entry is how many bytes it shares with the one
// before it in the block, how many follow, and those; the two numbers take a byte mostly.
type run struct {
	data   []byte // if it is kept in memory
	file   *file  // else it is there
	at     int64
	size   int64
	blocks []int64  // where each begins
	firsts [][]byte // the first bytes of each block's first entry
}

const (
	blockBytes = 4 << 10 // a block is complete when it has so many
	firstBytes = 64      // of a block's first entry that are kept

	manyShared = 15 // in the first byte; a byte has the rest
	manyRest   = 15 // in the first byte; a varint has the rest
	mostShared = manyShared + 255
	mostHead   = 2 + binary.MaxVarintLen64
)

// appendLengths appends what is said before an entry's bytes.
func appendLengths(b []byte, shared, rest int) []byte {
	b = append(b, byte(min(shared, manyShared)<<4|min(rest, manyRest)))
	if shared >= manyShared {
		b = append(b, byte(shared-manyShared))
	}
	if rest >= manyRest {
		b = binary.AppendUvarint(b, uint64(rest-manyRest))
	}
	return b
}

// lengths reads that, and returns how many bytes it takes.
func lengths(b []byte) (shared, rest, n int) {
	shared, rest, n = int(b[0]>>4), int(b[0]&manyRest), 1
	if shared == manyShared {
		shared += int(b[n])
		n++
	}
	if rest == manyRest {
		more, size := binary.Uvarint(b[n:])
		rest += int(more)
		n += size
	}
	return shared, rest, n
}

// newRun makes a run of a pile. Its data is the bench's until it is kept.
func newRun(p *pile, b *bench) *run {
	r, out := &run{}, b.out[:0]
	var last []byte
	items := p.sort(b)
	for i := range items {
		entry := p.entry(&items[i])
		shared := 0
		if i == 0 || len(out)-int(r.blocks[len(r.blocks)-1]) >= blockBytes {
			r.blocks = append(r.blocks, int64(len(out)))
			r.firsts = append(r.firsts, bytes.Clone(entry[:min(len(entry), firstBytes)]))
		} else {
			shared = sharedBytes(last, entry)
		}
		rest := entry[shared:]
		if out = appendLengths(out, shared, len(rest)); len(rest) <= 8 && cap(rest) >= 8 {
			out = binary.LittleEndian.AppendUint64(out, binary.LittleEndian.Uint64(rest[:8]))[:len(out)+len(rest)]
		} else {
			out = append(out, rest...)
		}
		last = entry
	}
	b.out = out
	r.data, r.size = out, int64(len(out))
	return r
}

// sharedBytes returns with how many bytes both begin, up to what a run can say.
func sharedBytes(a, b []byte) int {
	n := min(len(a), len(b), mostShared)
	i := 0
	for i+8 <= n && binary.LittleEndian.Uint64(a[i:]) == binary.LittleEndian.Uint64(b[i:]) {
		i += 8
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// find returns a block that begins before or at the first entry that is at least lo.
func (r *run) find(lo []byte) int {
	i, _ := slices.BinarySearchFunc(r.firsts, lo, bytes.Compare)
	for i--; i > 0; i-- {
		// One that was cut may belong behind lo.
		if len(r.firsts[i]) < firstBytes || !bytes.HasPrefix(lo, r.firsts[i]) {
			break
		}
	}
	return max(i, 0)
}

// A cursor reads the entries of a run.
type cursor struct {
	run    *run
	entry  []byte // nil after the last one
	shared int    // bytes that it is known to have of the entry before
	data   []byte // what follows in memory
	next   int64  // where what follows data begins in the run
	buf    []byte // what data is of, if it comes from the file
	space  []byte // of entry
}

// open begins at the first entry that is at least lo. Of a file, it reads some ahead at a time.
func (r *run) open(lo []byte, ahead int) (cursor, error) {
	c := cursor{run: r, space: make([]byte, 0, firstBytes)}
	at := int64(0)
	if len(lo) > 0 {
		at = r.blocks[r.find(lo)]
	}
	if r.file == nil {
		c.data, c.next = r.data[at:], r.size
	} else {
		c.next, c.buf = at, make([]byte, ahead)
	}
	for {
		if err := c.advance(); err != nil || c.entry == nil || bytes.Compare(c.entry, lo) >= 0 {
			return c, err
		}
	}
}

// advance reads the next entry.
func (c *cursor) advance() error {
	if len(c.data) < mostHead && c.next < c.run.size {
		if err := c.read(mostHead); err != nil {
			return err
		}
	}
	if len(c.data) == 0 {
		c.entry = nil
		return nil
	}
	shared, rest, n := lengths(c.data)
	if len(c.data) < n+rest {
		if err := c.read(n + rest); err != nil {
			return err
		}
	}
	if from := c.data[n:]; rest <= 8 && len(from) >= 8 {
		c.space = binary.LittleEndian.AppendUint64(c.space[:shared], binary.LittleEndian.Uint64(from))[:shared+rest]
	} else {
		c.space = append(c.space[:shared], from[:rest]...)
	}
	c.data = c.data[n+rest:]
	c.entry, c.shared = c.space, shared
	return nil
}

// read makes data at least size bytes, or all that is left.
func (c *cursor) read(size int) error {
	left := c.run.size - c.next
	if have := len(c.data); cap(c.buf) < size {
		c.data = append(make([]byte, 0, size+blockBytes), c.data...)
		c.buf = c.data[:cap(c.data)]
	} else {
		copy(c.buf, c.data)
		c.data = c.buf[:have]
	}
	have := len(c.data)
	n := int(min(int64(len(c.buf)-have), left))
	c.data = c.buf[:have+n]
	if _, err := c.run.file.ReadAt(c.data[have:], c.run.at+c.next); err != nil {
		return err
	}
	c.next += int64(n)
	return nil
}
