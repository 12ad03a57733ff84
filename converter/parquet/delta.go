package parquet

// A delta reads integers that are stored as differences (DELTA_BINARY_PACKED), a part of a block
// at a time.
type delta struct {
	from    *source
	block   int // values in a block
	part    int // and in each part of it
	total   int // values that are to come
	first   bool
	last    uint64
	least   uint64 // difference in the block
	widths  []byte // of the block's parts that are to come
	packed  []byte
	width   int
	skipped int
	left    int
}

// maxBlock is far above what programs write, 128 values.
const maxBlock = 1 << 16

// newDelta reads the head. There are to be at most limit values.
func newDelta(from *source, limit int) (*delta, error) {
	d := &delta{from: from, first: true}
	var head [3]uint64
	for i := range head {
		var err error
		if head[i], err = from.uvarint(); err != nil {
			return nil, err
		}
	}
	first, err := from.varint()
	if err != nil {
		return nil, err
	}
	d.last = uint64(first)
	block, parts, total := head[0], head[1], head[2]
	if total > uint64(limit) {
		return nil, corruptf("a page of %d values has %d differences", limit, total)
	}
	if d.total = int(total); total <= 1 { // there are no blocks
		return d, nil
	}
	if block == 0 || block > maxBlock || parts == 0 || block%parts != 0 || block/parts%8 != 0 {
		return nil, corruptf("differences in blocks of %d values, of %d parts", block, parts)
	}
	d.block, d.part = int(block), int(block/parts)
	return d, nil
}

// read reads the next values, one for each element of dst.
func (d *delta) read(dst []uint64) error {
	if len(dst) > d.total {
		return errPage
	}
	d.total -= len(dst)
	if d.first && len(dst) > 0 {
		dst[0], d.first = d.last, false
		dst = dst[1:]
	}
	for len(dst) > 0 {
		if d.left == 0 {
			if err := d.next(); err != nil {
				return err
			}
		}
		n := min(d.left, len(dst))
		unpack(dst[:n], d.packed, d.skipped, d.width)
		for i, v := range dst[:n] {
			d.last += v + d.least
			dst[i] = d.last
		}
		d.skipped, d.left = d.skipped+n, d.left-n
		dst = dst[n:]
	}
	return nil
}

// next begins the next part.
func (d *delta) next() error {
	if len(d.widths) == 0 {
		least, err := d.from.varint()
		if err != nil {
			return err
		}
		d.least = uint64(least)
		if d.widths, err = d.from.take(d.block / d.part); err != nil {
			return err
		}
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	if d.width > 64 {
		return corruptf("differences of %d bits", d.width)
	}
	d.skipped, d.left = 0, d.part
	var err error
	d.packed, err = d.from.take(d.part / 8 * d.width)
	return err
}

// end passes over all values, and leaves the source behind them.
func (d *delta) end() error {
	var buf [512]uint64
	for d.total > 0 {
		if err := d.read(buf[:min(d.total, len(buf))]); err != nil {
			return err
		}
	}
	return nil // parts that no value is in have no bytes
}

// A lengths reads the lengths of strings, and says where what follows them begins.
type lengths struct {
	delta *delta
	buf   []uint64
}

// newLengths returns a reader of its own for lengths that are at the front of a page's bytes, and
// leaves the page behind them.
func newLengths(page *source, limit int) (*lengths, error) {
	of := &source{b: page.b}
	d, err := newDelta(of, limit)
	if err != nil {
		return nil, err
	}
	over, err := newDelta(page, limit)
	if err != nil {
		return nil, err
	}
	return &lengths{delta: d}, over.end()
}

// next returns the next n lengths.
func (l *lengths) next(n int) ([]uint64, error) {
	l.buf = grow(l.buf[:0], n)
	if err := l.delta.read(l.buf); err != nil {
		return nil, err
	}
	for _, n := range l.buf {
		if int64(int32(n)) != int64(n) || int32(n) < 0 {
			return nil, corruptf("a length of %d bytes", int64(n))
		}
	}
	return l.buf, nil
}

// grow returns s with n elements more.
func grow[T any](s []T, n int) []T {
	if cap(s)-len(s) < n {
		bigger := make([]T, len(s), max(2*cap(s), len(s)+n))
		copy(bigger, s)
		s = bigger
	}
	return s[:len(s)+n]
}
