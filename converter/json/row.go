package json

import (
	"math"
	"strconv"

	"github.com/dynasette/dynasette/converter"
)

// maxCells is how many cells a row may have. tables have at most 1,999 columns;
// the Writer puts what a row has beyond them into _extra.
const maxCells = 100_000

// maxClash is how many members of a row may want a name that another one has.
const maxClash = 1000

// A row collects the cells of one row and gives them to a Batch when it is known to be
// sound. Cells have columns by name. Two members of one row may want the same name
// (flattened, {"a":{"b":1},"a_b":2}): the less nested one gets it, then the first, and the
// others get name_2, name_3, …. So do members whose name stands again in the same object.
type row struct {
	slots   []slot           // columns, in the order of their first appearance in the chunk
	byName  map[string]int32 // into slots
	current uint32           // counts rows
	cells   []converter.Cell
	columns []uint32 // of cells, in the Batch; noColumn if it has none yet
	places  []int32  // of cells: their slots
	fresh   bool     // one of the cells is the first in its column
	clash   []field  // members whose column belongs to another member of this row

	datatypes  int64    // of terms of SPARQL results that are not kept
	duplicates int64    // members whose name had stood in the same object before
	odd        []oddity // of the current row
	counted    []oddity // of the rows before: the first of each column and kind
}

// A slot is a column.
type slot struct {
	name   string
	column uint32 // in the Batch; noColumn if it has none yet
	row    uint32 // the last row that has it
	key    int32  // that row's member
	depth  int32  // how nested that is
	at     int32  // its index in cells
}

const noColumn = math.MaxUint32

// A field is a cell of the current row that has no place among its cells.
type field struct {
	slot, key, depth int32
	cell             converter.Cell
}

// An oddity is something of a member that people should know.
type oddity struct {
	slot     int32
	kind     odd
	from, to int // where it stands in the chunk
	count    int64
}

type odd uint8

const (
	oddNaN      odd = iota // NaN became NULL
	oddInfinity            // Infinity did
	oddPosition            // it is no longitude or latitude
)

// reset makes r ready for another chunk.
func (r *row) reset() {
	r.slots = r.slots[:0]
	if r.byName == nil {
		r.byName = map[string]int32{}
	}
	clear(r.byName)
	r.current, r.duplicates, r.datatypes, r.counted = 0, 0, 0, r.counted[:0]
	r.start()
}

// start begins a row; if the last one was not committed, it never was.
func (r *row) start() {
	r.current++
	r.cells, r.columns, r.places, r.fresh = r.cells[:0], r.columns[:0], r.places[:0], false
	r.clash, r.odd = r.clash[:0], r.odd[:0]
}

// slot returns the column of that name.
func (r *row) slot(name string) int32 {
	i, ok := r.byName[name]
	if !ok {
		i = int32(len(r.slots))
		r.slots = append(r.slots, slot{name: name, column: noColumn})
		r.byName[name] = i
	}
	return i
}

// has reports whether the current row has the column.
func (r *row) has(slot int32) bool { return r.slots[slot].row == r.current }

// addAgain adds a cell for a column that the row has already; its key tells members apart that
// share a column. Of members with the same name the last one has it.
func (r *row) addAgain(s *slot, f field) {
	has := field{f.slot, s.key, s.depth, r.cells[s.at]}
	if has.key == f.key {
		r.cells[s.at] = f.cell
		r.giveWay(has)
		return
	}
	for i := range r.clash {
		if r.clash[i].key == f.key {
			has, r.clash[i] = r.clash[i], f
			r.giveWay(has)
			return
		}
	}
	if f.depth < has.depth {
		s.key, s.depth, r.cells[s.at] = f.key, f.depth, f.cell
		f = has
	}
	if len(r.clash) <= maxClash {
		r.clash = append(r.clash, f)
	}
}

// giveWay has a member whose place another one with the same name has taken get another column.
func (r *row) giveWay(f field) {
	r.duplicates++
	f.key = noMember
	if len(r.clash) <= maxClash {
		r.clash = append(r.clash, f)
	}
}

// noMember is the key of a field that none is looked for by.
const noMember = -1

// commit gives the row to b.
func (r *row) commit(b *converter.Batch) {
	if r.fresh {
		for i, place := range r.places {
			r.columns[i] = r.column(b, place)
		}
	}
	b.SetCells(r.columns, r.cells)
	for _, f := range r.clash {
		name := r.slots[f.slot].name
		for i := 2; r.has(f.slot); i++ {
			f.slot = r.slot(name + "_" + strconv.Itoa(i))
		}
		r.slots[f.slot].row = r.current
		b.SetCell(int(r.column(b, f.slot)), f.cell)
	}
	if len(r.odd) > 0 {
		r.countOdd()
	}
	b.EndRow()
}

// column returns the slot's column in b.
func (r *row) column(b *converter.Batch, place int32) uint32 {
	s := &r.slots[place]
	if s.column == noColumn {
		s.column = uint32(b.Column(s.name))
	}
	return s.column
}

func (r *row) countOdd() {
next:
	for _, n := range r.odd {
		for i := range r.counted {
			if c := &r.counted[i]; c.slot == n.slot && c.kind == n.kind {
				c.count++
				continue next
			}
		}
		n.count = 1
		r.counted = append(r.counted, n)
	}
}
