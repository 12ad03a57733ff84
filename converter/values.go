package converter

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"

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
	hash   uint64
	value  []byte
	serial uint32
	count  int64
}

const maxTable = 2*maxDistinct + 1 // values with NULL: 1 and 1.0 are two

// reset makes the table empty.
func (t *valueTable) reset() {
	if len(t.entries) > 1 {
		clear(t.entries)
		clear(t.slots)
	}
	t.entries = append(t.entries[:0], tableValue{})
}

// find returns the place of a value other than NULL, or -1.
func (t *valueTable) find(hash uint64, serial uint32, value []byte) int {
	if len(t.slots) == 0 {
		return -1
	}
	mask := uint64(len(t.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		i := t.slots[at]
		if i == 0 {
			return -1
		}
		e := &t.entries[i]
		if e.hash == hash && e.serial == serial && (len(value) <= 8 || bytes.Equal(e.value, value)) {
			return int(i)
		}
	}
}

// add adds a value that is not there, and returns its place.
func (t *valueTable) add(v tableValue) int {
	if len(t.slots) < 2*len(t.entries)+2 {
		t.slots = make([]uint16, max(16, 4*len(t.slots)))
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
	seed   maphash.Seed
	xor    uint64
	factor uint64
}

func newHasher() hasher {
	seed := maphash.MakeSeed()
	return hasher{seed, maphash.String(seed, "xor"), maphash.String(seed, "factor") | 1}
}

// hash returns the hash of a value. Those of at most 8 bytes have the same only if they are the
// same and as long.
func (h *hasher) hash(data []byte, f sqlitefile.Field, size uint32) uint64 {
	if size > 8 {
		return maphash.Bytes(h.seed, data[f.At:f.At+size])
	}
	x := (firstWord(data, f.At, size) ^ h.xor) * h.factor
	return x ^ x>>32
}

// firstWord returns the first 8 bytes of a value, big-endian; bytes that it has not are 0.
func firstWord(data []byte, at, size uint32) uint64 {
	if int(at)+8 <= len(data) {
		word := binary.BigEndian.Uint64(data[at:])
		if size >= 8 {
			return word
		}
		return word &^ (1<<(64-8*size) - 1)
	}
	var room [8]byte
	copy(room[:], data[at:at+size])
	return binary.BigEndian.Uint64(room[:])
}
