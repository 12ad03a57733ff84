package converter

import "encoding/binary"

// Add adds a cell to the current row, by position.
func (b *Batch) Add(v Value) { b.Cells = append(b.Cells, b.cell(v)) }

// AddBytes adds a cell to the current row, by position: of text, a blob, or a spelling (not a
// number). It is Add for bytes, which are copied, without making a string of them.
func (b *Batch) AddBytes(kind Kind, value []byte) {
	b.Cells = append(b.Cells, Span(kind, len(b.Data), len(value)))
	b.Data = append(b.Data, value...)
}

// Column returns the index to give to Set for the column of that name.
func (b *Batch) Column(name string) int {
	i, ok := b.index[name]
	if !ok {
		if b.index == nil {
			b.index = map[string]int{}
		}
		i = len(b.named)
		b.named = append(b.named, name)
		b.index[name] = i
	}
	return i
}

// Set sets a column of the current row; the last Set of a column counts.
func (b *Batch) Set(column int, v Value) { b.SetCell(column, b.cell(v)) }

// SetCell is Set for a value that is in Data already.
func (b *Batch) SetCell(column int, c Cell) {
	b.cols = append(b.cols, uint32(column))
	b.Cells = append(b.Cells, c)
}

// SetCells is SetCell for several columns, each with its cell.
func (b *Batch) SetCells(columns []uint32, cells []Cell) {
	b.cols = append(b.cols, columns...)
	b.Cells = append(b.Cells, cells...)
}

// EndRow ends the current row.
func (b *Batch) EndRow() { b.Ends = append(b.Ends, uint32(len(b.Cells))) }

// Rows returns how many rows have ended.
func (b *Batch) Rows() int { return len(b.Ends) }

// Clear takes back all rows, rejects, findings and names, but not Data: to fill the batch anew.
func (b *Batch) Clear() {
	b.Cells, b.Ends, b.cols, b.rejects = b.Cells[:0], b.Ends[:0], b.cols[:0], b.rejects[:0]
	b.named, b.found, b.unmarked = b.named[:0], b.found[:0], nil
	clear(b.index)
	b.version++
}

// Reject records a piece of the document that could not be made a row.
func (b *Batch) Reject(r Reject) { b.rejects = append(b.rejects, r) }

// Report records something that people should know about the rows, as Writer.Report does,
// unless they are cleared. f.Table is the batch's, and f.Row counts the batch's rows from 1.
func (b *Batch) Report(f Finding) { b.found = append(b.found, f) }

// Rejects returns what has been rejected so far, to complete it in order (line numbers).
func (b *Batch) Rejects() []Reject { return b.rejects }

// InOrder has f called after the fill function has returned and after the same has been
// done for every batch before this one, one batch at a time: the place to learn where the
// batch before ended, and to change rows that were parsed on a wrong guess (Clear first).
func (b *Batch) InOrder(f func() error) { b.inOrder = f }

// Locate has f called to learn which line of the document a row of the batch begins in: after
// InOrder's function, and before Release's. Rows count from 0, lines from 1.
func (b *Batch) Locate(f func(row int) (line int64)) { b.locate = f }

// Release has f called once Data is no longer in use, so that a buffer can be used again.
func (b *Batch) Release(f func()) { b.release = f }

// cell copies a value into Data.
func (b *Batch) cell(v Value) Cell {
	at := len(b.Data)
	switch v.kind {
	case KindNull:
		return Cell{}
	case KindInt, KindReal:
		b.Data = binary.LittleEndian.AppendUint64(b.Data, v.num)
	default:
		b.Data = append(b.Data, v.str...)
	}
	return Span(v.kind, at, len(b.Data)-at)
}

func (b *Batch) byName() bool { return len(b.named) > 0 }
