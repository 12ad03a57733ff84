package parquet

// A vector is what a column of the file has in some rows: an entry for each value and for each
// that is missing.
type vector struct {
	entries    int
	defs, reps []uint8  // levels; empty if the column has none
	nums       []uint64 // values of up to 64 bits: integers (with their sign) and bits of floats
	bytes      [][]byte // other values, parts of pages
	size       int      // of bytes
	max        uint8    // definition level of what is there
	charged    int64
}

func (v *vector) clear() {
	clear(v.bytes)
	v.entries, v.defs, v.reps, v.nums, v.bytes, v.size = 0, v.defs[:0], v.reps[:0], v.nums[:0], v.bytes[:0], 0
}

// cost returns what the vector takes, but for the bytes.
func (v *vector) cost() int64 {
	return int64(cap(v.defs)) + int64(cap(v.reps)) + 8*int64(cap(v.nums)) + 24*int64(cap(v.bytes))
}

// values is what pages and dictionaries read their values to.
func (v *vector) addBytes(b []byte) {
	v.bytes = append(v.bytes, b)
	v.size += len(b)
}
