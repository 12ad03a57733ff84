package parquet

import (
	"fmt"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// Limits bound what a document may cost. A zero field is a default.
type Limits struct {
	Footer  int   // bytes of metadata; 0 is 256 MiB
	Columns int   // that the file has, those in nested fields counted; 0 is 20,000
	Depth   int   // of fields in fields; 0 is 64
	Memory  int64 // bytes of the pages, dictionaries and values that are in use at once; 0 is 512 MiB
	Ratio   int64 // bytes of values to those of the file, once there are 64 MiB; 0 is 1000
}

// ratioFrom is how much values may be whatever the ratio: a column of one value takes no room in
// a file.
const ratioFrom = 64 << 20

func (l Limits) withDefaults() Limits {
	or := func(v *int, value int) {
		if *v == 0 {
			*v = value
		}
	}
	or(&l.Footer, 256<<20)
	or(&l.Columns, 20_000)
	or(&l.Depth, 64)
	if l.Memory == 0 {
		l.Memory = 512 << 20
	}
	if l.Ratio == 0 {
		l.Ratio = 1000
	}
	return l
}

// values returns how many bytes a file of that size may become.
func (l Limits) values(size int64) int64 { return max(ratioFrom, size*l.Ratio) }

// A memory counts what is in use, for all columns.
type memory struct {
	used  atomic.Int64
	limit int64
}

// roomy reports whether there is room for a page that need not be in memory as a whole.
func (m *memory) roomy(n int64) bool { return m.used.Load()+n <= m.limit/16 }

// charge is called before n bytes are used, or after some are no longer (n is negative).
func (m *memory) charge(n int64) error {
	if m.used.Add(n) > m.limit && n > 0 {
		m.used.Add(-n)
		return fmt.Errorf("%w: its pages take more than %d MiB of memory (write it with smaller pages or row groups)", converter.ErrLimit, m.limit>>20)
	}
	return nil
}
