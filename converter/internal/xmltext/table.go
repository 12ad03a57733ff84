package xmltext

import (
	"encoding/binary"

	"github.com/dynasette/dynasette/converter"
)

// A Table is one whose rows are elements; they are handed over in batches.
type Table struct {
	*converter.Table
	columns *Columns
	rows
}

// rows are some of a table's.
type rows struct {
	data  []byte
	cells []converter.Cell
	ends  []uint32
	lines []int64
}

// Sizes of a batch.
const (
	batchBytes = 256 << 10
	batchCells = 32 << 10
)

// NewTable begins a table whose first columns are numbers of the format's own.
func NewTable(out *converter.Writer, name string, columns *Columns, numbers ...string) *Table {
	return &Table{Table: out.Table(name, append(numbers, columns.Names...)...), columns: columns}
}

// Add adds the element that a tree is as a row, behind numbers.
func (t *Table) Add(tree *Tree, numbers ...int64) error {
	for _, n := range numbers {
		t.cells = append(t.cells, converter.Span(converter.KindInt, len(t.data), 8))
		t.data = binary.LittleEndian.AppendUint64(t.data, uint64(n))
	}
	t.cells, t.data = t.columns.Row(t.cells, t.data, tree, 0)
	t.ends = append(t.ends, uint32(len(t.cells)))
	t.lines = append(t.lines, tree.Line)
	if len(t.data) >= batchBytes || len(t.cells) >= batchCells {
		return t.Flush()
	}
	return nil
}

// Flush hands over the rows.
func (t *Table) Flush() error {
	r := t.rows
	if len(r.ends) == 0 {
		return nil
	}
	t.rows = rows{data: make([]byte, 0, len(r.data)), cells: make([]converter.Cell, 0, len(r.cells))}
	return t.AppendFunc(func(b *converter.Batch) error {
		b.Data, b.Cells, b.Ends = r.data, r.cells, r.ends
		b.Locate(func(row int) int64 { return r.lines[row] })
		return nil
	})
}
