package parquet

import "encoding/binary"

// A hybrid reads small numbers that are stored as runs of one, or packed to as many bits as the
// largest has: levels, places in a dictionary, and booleans.
type hybrid struct {
	from    source
	width   int
	run     int // how many of value are to come
	value   uint32
	groups  int // packed groups of 8 that are to come
	packed  []byte
	skipped int // values of packed that have been read
	left    int // values of packed that have not
}

// packedStep is how many groups are taken from the page at once.
const packedStep = 512

// readHybrid reads the next values, one for each element of dst.
func readHybrid[T uint8 | uint32](h *hybrid, dst []T) error {
	for len(dst) > 0 {
		switch {
		case h.run > 0:
			n := min(h.run, len(dst))
			for i := range dst[:n] {
				dst[i] = T(h.value)
			}
			h.run -= n
			dst = dst[n:]
		case h.left > 0:
			n := min(h.left, len(dst))
			unpack(dst[:n], h.packed, h.skipped, h.width)
			h.skipped, h.left = h.skipped+n, h.left-n
			dst = dst[n:]
		default:
			if err := h.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// next begins another run, or goes on with the packed one. A width of 0 needs no bytes at all.
func (h *hybrid) next() error {
	if h.groups > 0 {
		n := min(h.groups, packedStep)
		h.groups -= n
		h.skipped, h.left = 0, n*8
		bytes := n * h.width
		if size := h.from.size(); bytes > size { // some writers leave out what pads the last group
			h.left = size * 8 / max(h.width, 1)
			if bytes = size; h.left == 0 {
				return errPage
			}
		}
		var err error
		h.packed, err = h.from.take(bytes)
		return err
	}
	head, err := h.from.uvarint()
	if err != nil {
		return err
	}
	n := head >> 1
	if n == 0 || n > 1<<31 {
		return corruptf("a run of %d values in a page", n)
	}
	if head&1 != 0 {
		h.groups = int(n)
		return nil
	}
	b, err := h.from.take((h.width + 7) / 8)
	if err != nil {
		return err
	}
	h.run, h.value = int(n), 0
	for i, c := range b {
		h.value |= uint32(c) << (8 * i)
	}
	return nil
}

// unpack unpacks numbers of so many bits, the lowest first, from the skip-th on.
func unpack[T uint8 | uint32 | uint64](dst []T, b []byte, skip, width int) {
	mask := uint64(1)<<width - 1
	bit := skip * width
	i := 0
	for ; i < len(dst); i++ {
		at := bit >> 3
		if at+8 > len(b) {
			break
		}
		v := binary.LittleEndian.Uint64(b[at:]) >> (bit & 7)
		if bit&7+width > 64 {
			v |= uint64(b[at+8]) << (64 - bit&7)
		}
		dst[i] = T(v & mask)
		bit += width
	}
	for ; i < len(dst); i++ { // the last bytes
		var v uint64
		for k := 0; k < width; k++ {
			v |= uint64(b[bit>>3]>>(bit&7)&1) << k
			bit++
		}
		dst[i] = T(v)
	}
}

// unpackOld unpacks levels in the first, deprecated way: the highest bit first, and not in runs.
func unpackOld(dst []uint8, b []byte, skip, width int) {
	bit := skip * width
	for i := range dst {
		v := uint8(0)
		for range width {
			v = v<<1 | b[bit>>3]>>(7-bit&7)&1
			bit++
		}
		dst[i] = v
	}
}
