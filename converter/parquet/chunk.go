package parquet

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/dynasette/dynasette/converter"
)

// A chunk reads a column's part of a row group, page by page.
type chunk struct {
	leaf   *leaf
	codec  int
	pages  window
	left   int64 // entries that are in pages to come
	dict   *vector
	unpack *unpacker
	memory *memory
	held   int64 // of memory, by the page
	dictID int64 // of memory, by the dictionary

	// The page, from the entry on that is read next.
	entries    int
	reps, defs levels
	values     valueReader

	// Entries whose levels are read, and whose rows may be for the next turn.
	pendingReps, pendingDefs []uint8
	buffer                   [2][levelStep]uint8
}

// maxEntries is how many values a repeated column may have in the rows of one turn.
const maxEntries = 4 << 20

// levelStep is how many entries of a repeated column are looked at in one turn.
const levelStep = 1024

// levels reads levels, which a column without has none of.
type levels struct {
	max uint8
	hybrid
	old []byte // if they are packed in the old way
}

func (l *levels) read(dst []uint8) error {
	if l.old != nil {
		unpackOld(dst, l.old, l.skipped, l.width)
		l.skipped += len(dst)
		return nil
	}
	return readHybrid(&l.hybrid, dst)
}

// newChunk returns a reader of a column's part that is somewhere before end.
func newChunk(l *leaf, meta chunkMeta, in io.ReaderAt, end, limit int64, step int) (*chunk, error) {
	switch {
	case meta.elsewhere:
		return nil, fmt.Errorf("%w: its values are in another file (convert that one)", converter.ErrUnsupported)
	case meta.secret:
		return nil, errEncrypted
	case !meta.hasMeta:
		return nil, corruptf("nothing is said of where it is")
	case meta.physical != l.physical:
		return nil, corruptf("it has the type %s, and in the schema %s", nameOf(typeNames, meta.physical), nameOf(typeNames, l.physical))
	case meta.values < 0:
		return nil, corruptf("it has %d values", meta.values)
	case meta.values > limit:
		return nil, fmt.Errorf("%w: %d values in a file of this size", converter.ErrLimit, meta.values)
	}
	if err := checkCodec(meta.codec); err != nil {
		return nil, err
	}
	if meta.values == 0 { // some writers have no place for it then
		return &chunk{leaf: l}, nil
	}
	from := meta.dataAt
	if meta.dictAt > 0 && meta.dictAt < from {
		from = meta.dictAt
	}
	if from < int64(len(magic)) || from > end || meta.packed < 0 {
		return nil, corruptf("it is at byte %d, with %d bytes", from, meta.packed)
	}
	// Old writers have left the header of a dictionary out of the size.
	to := end
	if slack := int64(1 << 10); meta.packed < end-from-slack {
		to = from + meta.packed + slack
	}
	return &chunk{leaf: l, codec: meta.codec, left: meta.values, pages: window{in: in, at: from, end: to, step: step}}, nil
}

// close gives back what memory the chunk holds.
func (c *chunk) close() { c.memory.charge(-c.held - c.dictID) }

// read adds the entries of the next rows to v.
func (c *chunk) read(v *vector, rows int) error {
	if c.leaf.rep > 0 {
		return c.readRepeated(v, rows)
	}
	for rows > 0 {
		if c.entries == 0 {
			if err := c.page(); err != nil {
				return err
			}
		}
		n := min(rows, c.entries)
		there := n
		if c.leaf.def > 0 {
			at := len(v.defs)
			v.defs = grow(v.defs, n)
			var err error
			if there, err = c.definitions(v.defs[at:]); err != nil {
				return err
			}
		}
		if err := c.values.read(v, there); err != nil {
			return err
		}
		v.entries += n
		c.entries -= n
		rows -= n
	}
	return nil
}

// definitions reads definition levels, and returns how many values are there.
func (c *chunk) definitions(dst []uint8) (there int, err error) {
	if err := c.defs.read(dst); err != nil {
		return 0, err
	}
	over := false
	for _, d := range dst {
		if d == c.leaf.def {
			there++
		}
		over = over || d > c.leaf.def
	}
	if over {
		return 0, corruptf("a level is over %d", c.leaf.def)
	}
	return there, nil
}

// readRepeated is read for a column with any number of entries in a row: where the row ends is
// known by the entry behind it.
func (c *chunk) readRepeated(v *vector, rows int) error {
	begun := 0
	for {
		if len(c.pendingReps) == 0 {
			if c.entries == 0 {
				if c.left == 0 {
					if begun < rows {
						return corruptf("it has fewer rows than the row group")
					}
					return nil
				}
				if err := c.page(); err != nil {
					return err
				}
				if c.entries == 0 {
					continue
				}
			}
			n := min(levelStep, c.entries)
			c.pendingReps, c.pendingDefs = c.buffer[0][:n], c.buffer[1][:n]
			if err := c.reps.read(c.pendingReps); err != nil {
				return err
			}
			if err := c.defs.read(c.pendingDefs); err != nil {
				return err
			}
			c.entries -= n
		}
		n, there := 0, 0
		for n < len(c.pendingReps) {
			rep, def := c.pendingReps[n], c.pendingDefs[n]
			if rep > c.leaf.rep || def > c.leaf.def || rep > 0 && begun == 0 {
				return corruptf("levels %d and %d, of up to %d and %d", rep, def, c.leaf.rep, c.leaf.def)
			}
			if rep == 0 {
				if begun == rows {
					break
				}
				begun++
			}
			if def == c.leaf.def {
				there++
			}
			n++
		}
		v.reps = append(v.reps, c.pendingReps[:n]...)
		v.defs = append(v.defs, c.pendingDefs[:n]...)
		v.entries += n
		if err := c.values.read(v, there); err != nil {
			return err
		}
		if v.entries > maxEntries {
			return fmt.Errorf("%w: more than %d values in a few rows", converter.ErrLimit, maxEntries)
		}
		if cost := v.cost(); cost > v.charged+1<<20 {
			if err := c.memory.charge(cost - v.charged); err != nil {
				return err
			}
			v.charged = cost
		}
		if c.pendingReps, c.pendingDefs = c.pendingReps[n:], c.pendingDefs[n:]; len(c.pendingReps) > 0 {
			return nil
		}
	}
}

// page goes on to the next page with entries.
func (c *chunk) page() error {
	c.memory.charge(-c.held)
	c.held, c.values = 0, nil
	for c.entries == 0 {
		if c.left == 0 {
			return corruptf("it has fewer rows than the row group")
		}
		h, err := c.pages.header()
		if err != nil {
			return err
		}
		if h.packed < 0 || h.unpacked < 0 || int64(h.packed) > c.pages.size() {
			return corruptf("a page of %d bytes, which unpack to %d, where %d are left", h.packed, h.unpacked, c.pages.size())
		}
		switch h.kind {
		case pageDictionary:
			err = c.dictionary(&h)
		case pageData, pageDataV2:
			if h.values < 0 || int64(h.values) > c.left {
				return corruptf("a page of %d values, where %d are left", h.values, c.left)
			}
			c.left -= int64(h.values)
			if h.values == 0 {
				c.pages.skip(int(h.packed))
				continue
			}
			err = c.data(&h)
		default: // an index, or of a kind that this program does not know, as it is to be skipped
			c.pages.skip(int(h.packed))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dictionary reads the page with the dictionary.
func (c *chunk) dictionary(h *pageHeader) error {
	switch {
	case c.dict != nil:
		return corruptf("a second dictionary")
	case h.values < 0:
		return corruptf("a dictionary of %d values", h.values)
	case h.encoding != encodingPlain && h.encoding != encodingPlainDict:
		return corruptf("a dictionary in encoding %s", nameOf(encodingNames, h.encoding))
	}
	page, err := c.open(h, 0, true)
	if err != nil {
		return err
	}
	c.dictID, c.held = c.held, 0
	c.dict = &vector{}
	for left := int(h.values); left > 0; { // in steps: the page may not have as many
		n := min(left, 4096)
		if err := newPlain(c.leaf, page).read(c.dict, n); err != nil {
			return err
		}
		left -= n
	}
	cost := c.dict.cost()
	if err := c.memory.charge(cost); err != nil {
		return err
	}
	c.dictID += cost
	return nil
}

// data begins a page of values.
func (c *chunk) data(h *pageHeader) error {
	wide := h.encoding >= encodingDeltaLength && h.encoding != encodingDict // encodings that are read in several places
	c.reps, c.defs = levels{max: c.leaf.rep}, levels{max: c.leaf.def}
	var page *source
	if h.kind == pageDataV2 {
		if h.repBytes < 0 || h.defBytes < 0 || int64(h.repBytes)+int64(h.defBytes) > int64(min(h.packed, h.unpacked)) {
			return corruptf("levels of %d and %d bytes in a page of %d", h.repBytes, h.defBytes, h.packed)
		}
		var err error
		if page, err = c.open(h, int(h.repBytes+h.defBytes), wide); err != nil {
			return err
		}
	} else {
		var err error
		if page, err = c.open(h, 0, wide); err != nil {
			return err
		}
		for _, l := range []struct {
			*levels
			encoding int
		}{{&c.reps, h.repEncoding}, {&c.defs, h.defEncoding}} {
			if err := l.open(page, l.encoding, int(h.values)); err != nil {
				return err
			}
		}
	}
	var err error
	c.entries = int(h.values)
	c.values, err = newValues(c.leaf, h.encoding, page, c.dict, int(h.values))
	return err
}

// open finds the levels at the front of a page of version 1.
func (l *levels) open(page *source, encoding, values int) error {
	if l.max == 0 {
		return nil
	}
	l.width = levelWidth(l.max)
	if encoding == encodingBitPacked {
		var err error
		l.old, err = page.take(int((int64(values)*int64(l.width) + 7) / 8))
		return err
	}
	if encoding != encodingRLE {
		return corruptf("levels in encoding %s", nameOf(encodingNames, encoding))
	}
	size, err := page.take(4)
	if err != nil {
		return err
	}
	n := binary.LittleEndian.Uint32(size)
	if uint64(n) > uint64(page.size()) {
		return errPage
	}
	l.from.b, err = page.take(int(n))
	return err
}

// open returns what a page unpacks to, but for the levels in its first bytes, which are not
// packed.
func (c *chunk) open(h *pageHeader, levelBytes int, whole bool) (*source, error) {
	codec := c.codec
	if h.plain {
		codec = codecNone
	}
	packed, unpacked := int(h.packed)-levelBytes, int(h.unpacked)-levelBytes
	checksum := crc32.NewIEEE()
	if levelBytes > 0 {
		b, err := c.pages.take(levelBytes)
		if err != nil {
			return nil, err
		}
		checksum.Write(b)
		c.reps.width, c.defs.width = levelWidth(c.leaf.rep), levelWidth(c.leaf.def)
		c.reps.from.b, c.defs.from.b = b[:h.repBytes], b[h.repBytes:]
	}
	if codec == codecNone && packed != unpacked {
		return nil, corruptf("a page of %d bytes, and of %d unpacked", packed, unpacked)
	}
	if err := possible(codec, packed, unpacked); err != nil {
		return nil, err
	}
	step := c.pages.step
	large := unpacked > 8*step && (unpacked > largePage || !c.memory.roomy(int64(unpacked)))
	if large && streams(codec) && packed > 0 {
		part := c.pages.part(packed)
		window, err := back(codec, part)
		if err != nil {
			return nil, err
		}
		cost := int64(4*step) + window
		if whole {
			cost += int64(unpacked)
		}
		if err := c.hold(cost); err != nil {
			return nil, err
		}
		c.pages.skip(packed)
		page := &source{left: unpacked, step: step, rest: &packedPage{packed: &part, codec: codec, window: window, unpack: c.unpack}}
		if whole {
			return page, page.more(unpacked)
		}
		return page, nil
	}
	if err := c.hold(int64(unpacked)); err != nil {
		return nil, err
	}
	b, err := c.pages.take(packed)
	if err != nil {
		return nil, err
	}
	if checksum.Write(b); h.hasCRC && checksum.Sum32() != h.crc {
		return nil, corruptf("a page does not have its checksum")
	}
	if packed == 0 && unpacked == 0 { // of nothing but NULLs
		return &source{}, nil
	}
	b, err = c.unpack.whole(codec, b, unpacked)
	return &source{b: b}, err
}

func (c *chunk) hold(n int64) error {
	err := c.memory.charge(n)
	if err == nil {
		c.held += n
	}
	return err
}
