package parquet

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// Encodings of values.
const (
	encodingPlain       = 0
	encodingPlainDict   = 2
	encodingRLE         = 3
	encodingBitPacked   = 4
	encodingDelta       = 5
	encodingDeltaLength = 6
	encodingDeltaBytes  = 7
	encodingDict        = 8
	encodingSplit       = 9
)

// A valueReader reads the values of a page in turns.
type valueReader interface {
	// read adds the next n values to v.
	read(v *vector, n int) error
}

// newValues returns a reader of values in an encoding. There are at most limit.
func newValues(l *leaf, encoding int, page *source, dict *vector, limit int) (valueReader, error) {
	if page.size() == 0 { // a page of nothing but NULLs may have no bytes at all
		return newPlain(l, page), nil
	}
	switch encoding {
	case encodingPlain:
		return newPlain(l, page), nil
	case encodingPlainDict, encodingDict:
		if dict == nil {
			return nil, corruptf("a page refers to a dictionary, and there is none")
		}
		return &fromDict{dict: dict, at: hybrid{from: *page}}, nil
	case encodingRLE:
		if l.physical == typeBoolean {
			size, err := page.take(4)
			if err != nil {
				return nil, err
			}
			n := binary.LittleEndian.Uint32(size)
			if int64(n) > int64(page.size()) {
				return nil, errPage
			}
			return &runs{hybrid{from: *page, width: 1}, nil}, nil
		}
	case encodingDelta:
		if l.physical == typeInt32 || l.physical == typeInt64 {
			d, err := newDelta(page, limit)
			return &deltas{d, l.physical == typeInt32}, err
		}
	case encodingDeltaLength, encodingDeltaBytes:
		if l.physical != typeBytes && (l.physical != typeFixed || encoding == encodingDeltaLength) {
			break
		}
		if err := page.more(page.size()); err != nil {
			return nil, err
		}
		first, err := newLengths(page, limit)
		if err != nil || encoding == encodingDeltaLength {
			return &deltaLength{page, first}, err
		}
		suffixes, err := newLengths(page, limit)
		return &deltaBytes{page: page, prefixes: first, suffixes: suffixes, length: l.length}, err
	case encodingSplit:
		width := widths[l.physical]
		if l.physical == typeFixed {
			width = l.length
		}
		if width == 0 || l.physical == typeInt96 {
			break
		}
		if err := page.more(page.size()); err != nil {
			return nil, err
		}
		if len(page.b)%width != 0 {
			return nil, errPage
		}
		return &split{b: page.b, width: width, signed: l.physical == typeInt32, nums: l.physical != typeFixed}, nil
	}
	if encoding > encodingSplit {
		return nil, fmt.Errorf("%w: encoding %d is newer than this program", converter.ErrUnsupported, encoding)
	}
	return nil, corruptf("there is no encoding %s for values of type %s", nameOf(encodingNames, encoding), nameOf(typeNames, l.physical))
}

var (
	encodingNames = []string{"PLAIN", "", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT"}
	typeNames     = []string{"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"}
)

func nameOf(names []string, i int) string {
	if i >= 0 && i < len(names) && names[i] != "" {
		return names[i]
	}
	return strconv.Itoa(i)
}

// widths are those of physical types, in bytes.
var widths = [...]int{typeInt32: 4, typeInt64: 8, typeInt96: 12, typeFloat: 4, typeDouble: 8, typeFixed: 0}

func newPlain(l *leaf, page *source) valueReader {
	switch l.physical {
	case typeBoolean:
		return &plainBools{page: page}
	case typeBytes:
		return &plainBytes{page}
	case typeInt96:
		return &plainFixed{page, widths[typeInt96]}
	case typeFixed:
		return &plainFixed{page, l.length}
	}
	return &plainNums{page, widths[l.physical], l.physical == typeInt32}
}

// plainNums are numbers, one after another.
type plainNums struct {
	page   *source
	width  int
	signed bool
}

func (p *plainNums) read(v *vector, n int) error {
	for n > 0 {
		k := min(n, 8192) // what a page claims to have costs nothing
		b, err := p.page.take(k * p.width)
		if err != nil {
			return err
		}
		at := len(v.nums)
		v.nums = grow(v.nums, k)
		dst := v.nums[at:]
		switch {
		case p.width == 8:
			for i := range dst {
				dst[i] = binary.LittleEndian.Uint64(b[i*8:])
			}
		case p.signed:
			for i := range dst {
				dst[i] = uint64(int32(binary.LittleEndian.Uint32(b[i*4:])))
			}
		default:
			for i := range dst {
				dst[i] = uint64(binary.LittleEndian.Uint32(b[i*4:]))
			}
		}
		n -= k
	}
	return nil
}

// plainFixed are bytes, as many in each value.
type plainFixed struct {
	page  *source
	width int
}

func (p *plainFixed) read(v *vector, n int) error {
	for range n {
		b, err := p.page.take(p.width)
		if err != nil {
			return err
		}
		v.addBytes(b)
	}
	return nil
}

// plainBytes are bytes with their number before them.
type plainBytes struct{ page *source }

func (p *plainBytes) read(v *vector, n int) error {
	for range n {
		size, err := p.page.take(4)
		if err != nil {
			return err
		}
		length := binary.LittleEndian.Uint32(size)
		if uint64(length) > uint64(p.page.size()) {
			return errPage
		}
		b, err := p.page.take(int(length))
		if err != nil {
			return err
		}
		v.addBytes(b)
	}
	return nil
}

// plainBools are bits.
type plainBools struct {
	page *source
	bits byte
	left int
}

func (p *plainBools) read(v *vector, n int) error {
	for range n {
		if p.left == 0 {
			b, err := p.page.byte()
			if err != nil {
				return err
			}
			p.bits, p.left = b, 8
		}
		v.nums = append(v.nums, uint64(p.bits&1))
		p.bits >>= 1
		p.left--
	}
	return nil
}

// runs are booleans in runs.
type runs struct {
	at  hybrid
	buf []uint32
}

func (r *runs) read(v *vector, n int) error {
	r.buf = grow(r.buf[:0], n)
	if err := readHybrid(&r.at, r.buf); err != nil {
		return err
	}
	for _, bit := range r.buf {
		v.nums = append(v.nums, uint64(bit&1))
	}
	return nil
}

// deltas are integers as differences.
type deltas struct {
	from  *delta
	short bool
}

func (d *deltas) read(v *vector, n int) error {
	at := len(v.nums)
	v.nums = grow(v.nums, n)
	if err := d.from.read(v.nums[at:]); err != nil || !d.short {
		return err
	}
	for i, n := range v.nums[at:] {
		v.nums[at+i] = uint64(int32(n))
	}
	return nil
}

// deltaLength are bytes whose lengths stand before them all.
type deltaLength struct {
	page    *source
	lengths *lengths
}

func (d *deltaLength) read(v *vector, n int) error {
	sizes, err := d.lengths.next(n)
	if err != nil {
		return err
	}
	for _, size := range sizes {
		b, err := d.page.take(int(size))
		if err != nil {
			return err
		}
		v.addBytes(b)
	}
	return nil
}

// deltaBytes are bytes that begin as those before them do.
type deltaBytes struct {
	page               *source
	prefixes, suffixes *lengths
	length             int // of each, or 0
	last, arena        []byte
}

// arenaStep is how much is allocated for values that are not parts of a page.
const arenaStep = 64 << 10

func (d *deltaBytes) read(v *vector, n int) error {
	prefixes, err := d.prefixes.next(n)
	if err != nil {
		return err
	}
	suffixes, err := d.suffixes.next(n)
	if err != nil {
		return err
	}
	for i, prefix := range prefixes {
		if prefix > uint64(len(d.last)) {
			return corruptf("a value begins with %d bytes of one that has %d", prefix, len(d.last))
		}
		b, err := d.page.take(int(suffixes[i]))
		if err != nil {
			return err
		}
		size := int(prefix) + len(b)
		if d.length > 0 && size != d.length {
			return corruptf("a value of %d bytes in a column of %d", size, d.length)
		}
		if prefix > 0 {
			b = append(append(d.room(size), d.last[:prefix]...), b...)
			d.arena = d.arena[size:]
		}
		d.last = b
		v.addBytes(b)
		if v.size > maxStep {
			return errStep
		}
	}
	return nil
}

func (d *deltaBytes) room(n int) []byte {
	if n > len(d.arena) {
		d.arena = make([]byte, max(n, arenaStep))
	}
	return d.arena[:0:n]
}

// split are numbers, or bytes, of which the first bytes come first, then the second ones.
type split struct {
	b      []byte
	width  int
	at     int
	signed bool
	nums   bool
}

func (s *split) read(v *vector, n int) error {
	count := len(s.b) / s.width
	if n > count-s.at {
		return errPage
	}
	for i := s.at; i < s.at+n; i++ {
		if !s.nums {
			b := make([]byte, s.width)
			for k := range b {
				b[k] = s.b[k*count+i]
			}
			v.addBytes(b)
			continue
		}
		var num uint64
		for k := range s.width {
			num |= uint64(s.b[k*count+i]) << (8 * k)
		}
		if s.signed {
			num = uint64(int32(num))
		}
		v.nums = append(v.nums, num)
	}
	s.at += n
	return nil
}

// fromDict are places in a dictionary.
type fromDict struct {
	dict   *vector
	at     hybrid
	opened bool
	buf    []uint32
}

func (d *fromDict) read(v *vector, n int) error {
	if n == 0 {
		return nil
	}
	if !d.opened {
		width, err := d.at.from.byte()
		if err != nil {
			return err
		}
		if width > 32 {
			return corruptf("places of %d bits in a dictionary", width)
		}
		d.opened, d.at.width = true, int(width)
	}
	d.buf = grow(d.buf[:0], n)
	if err := readHybrid(&d.at, d.buf); err != nil {
		return err
	}
	most := uint32(0)
	for _, i := range d.buf {
		most = max(most, i)
	}
	if size := len(d.dict.nums) + len(d.dict.bytes); uint64(most) >= uint64(size) {
		return corruptf("place %d in a dictionary of %d values", most, size)
	}
	if d.dict.nums != nil {
		at := len(v.nums)
		v.nums = grow(v.nums, n)
		for i, place := range d.buf {
			v.nums[at+i] = d.dict.nums[place]
		}
		return nil
	}
	at := len(v.bytes)
	v.bytes = grow(v.bytes, n)
	for i, place := range d.buf {
		b := d.dict.bytes[place]
		v.bytes[at+i] = b
		v.size += len(b)
	}
	return nil
}

// levelWidth is how many bits levels up to max take.
func levelWidth(max uint8) int { return bits.Len8(max) }
