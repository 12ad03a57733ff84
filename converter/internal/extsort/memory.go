package extsort

import "bytes"

// memory is that of runs. It is not the garbage collector's, which would let the process take
// twice as much before it looks for what is free.
type memory struct{ mapped [][]byte }

// small runs are not worth pages of their own.
const small = 64 << 10

// keep returns a copy of b.
func (m *memory) keep(b []byte) []byte {
	if len(b) >= small {
		if mapped := mapMemory(len(b)); mapped != nil {
			m.mapped = append(m.mapped, mapped)
			copy(mapped, b)
			return mapped
		}
	}
	return bytes.Clone(b)
}

// free gives all of it back.
func (m *memory) free() {
	for _, b := range m.mapped {
		unmapMemory(b)
	}
	m.mapped = nil
}
