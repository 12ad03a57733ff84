package converter

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/bits"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// A valueTable is different values of a column, in the order in which they came; the first one
// is NULL. Values that are equal but not the same bytes, as 1 and 1.0, are two here.
type valueTable struct {
	entries []tableValue
	slots   []uint16 // into entries; 0: none. As many as a power of two
}

// A tableValue is a value, and how often there is one.
type tableValue struct {
	valueKey
	value []byte
	count int64
}

// A valueKey is what values are told apart by: the serial type, which says how long they are,
// and their first and last bytes; so only long ones have to be compared besides.
type valueKey struct {
	hash        uint64
	first, last uint64
	serial      uint32
}

const (
	keyBytes = 16                // that a valueKey has of a value
	maxTable = 2*maxDistinct + 1 // values with NULL: 1 and 1.0 are two
)

// reset makes the table empty.
func (t *valueTable) reset() {
	if len(t.entries) > 1 {
		clear(t.entries)
		clear(t.slots)
	}
	if len(t.slots) == 0 {
		t.slots = make([]uint16, 16)
	}
	t.entries = append(t.entries[:0], tableValue{})
}

// find returns the place of a value other than NULL, or -1.
func (t *valueTable) find(key *valueKey, value []byte) int {
	slots, entries := t.slots, t.entries
	mask := uint64(len(slots) - 1)
	for at := key.hash & mask; ; at++ {
		i := int(slots[at&mask])
		if i == 0 {
			return -1
		}
		e := &entries[i]
		if e.first == key.first && e.last == key.last && e.serial == key.serial && (len(value) <= keyBytes || bytes.Equal(e.value, value)) {
			return i
		}
	}
}

// add adds a value that is not there, and returns its place.
func (t *valueTable) add(v tableValue) int {
	if len(t.slots) < 2*len(t.entries)+2 {
		t.slots = make([]uint16, 4*len(t.slots))
		for i := 1; i < len(t.entries); i++ {
			t.link(i)
		}
	}
	t.entries = append(t.entries, v)
	t.link(len(t.entries) - 1)
	return len(t.entries) - 1
}

func (t *valueTable) link(i int) {
	mask := uint64(len(t.slots) - 1)
	at := t.entries[i].hash & mask
	for t.slots[at] != 0 {
		at = (at + 1) & mask
	}
	t.slots[at] = uint16(i)
}

// A hasher hashes values. Documents can't know how.
type hasher struct {
	seed        maphash.Seed
	first, last uint64
}

func newHasher() hasher {
	seed := maphash.MakeSeed()
	return hasher{seed, maphash.String(seed, "first"), maphash.String(seed, "last")}
}

// set makes k the key of a value, which is size bytes of data.
func (h *hasher) set(k *valueKey, data []byte, f sqlitefile.Field, size uint32) {
	k.serial = f.Serial
	k.first, k.last = firstWord(data, f.At, size), 0
	if size > 8 {
		k.last = binary.BigEndian.Uint64(data[f.At+size-8:])
	}
	if size > keyBytes {
		k.hash = maphash.Bytes(h.seed, data[f.At:f.At+size])
		return
	}
	high, low := bits.Mul64(k.first^h.first, k.last^h.last)
	k.hash = high ^ low
}

// firstWord returns the first 8 bytes of a value, big-endian; bytes that it has not are 0.
func firstWord(data []byte, at, size uint32) uint64 {
	if int(at)+8 <= len(data) {
		word := binary.BigEndian.Uint64(data[at:])
		if size >= 8 {
			return word
		}
		return word &^ (math.MaxUint64 >> (8 * size))
	}
	var room [8]byte
	copy(room[:], data[at:at+size])
	return binary.BigEndian.Uint64(room[:])
}
