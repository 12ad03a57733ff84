package xml

import (
	"strconv"
	"strings"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/xmltext"
)

// A table gathers rows in batches.
type table struct {
	*converter.Table
	columns *xmltext.Columns
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

func newTable(out *converter.Writer, name string, columns *xmltext.Columns) *table {
	return &table{Table: out.Table(name, columns.Names...), columns: columns}
}

// add adds an element of a tree as a row.
func (t *table) add(tree *xmltext.Tree, i int32) error {
	t.cells, t.data = t.columns.Row(t.cells, t.data, tree, i)
	t.ends = append(t.ends, uint32(len(t.cells)))
	t.lines = append(t.lines, tree.Line)
	if len(t.data) >= batchBytes || len(t.cells) >= batchCells {
		return t.flush()
	}
	return nil
}

// flush hands over the rows.
func (t *table) flush() error {
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

// unique returns a name for the table of elements of a shape, and adds it to those that are
// taken. Where several places have elements of one name, that of the element around them is
// part of it.
func unique(taken map[string]bool, s *xmltext.Shape) string {
	name := s.Name.Local
	for up := s.Up; taken[fold(name)] && up != nil; up = up.Up {
		name = up.Name.Local + "_" + name
	}
	found := name
	for i := 2; taken[fold(found)]; i++ {
		found = name + "_" + strconv.Itoa(i)
	}
	taken[fold(found)] = true
	return found
}

func fold(name string) string { return strings.ToLower(name) }
