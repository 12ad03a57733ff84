package converter

// A Table takes rows. Its methods are for one goroutine at a time; encoding and packing
// run in parallel behind it. Columns are TEXT, INTEGER, REAL or without a type, as the
// whole document decides.
type Table struct {
	w *Writer
}

// Column returns the position of the column with that name, adding it if there is none:
// a column may turn up in any row, and is NULL in the rows before.
func (t *Table) Column(name string) int { panic("soon") }

// Append adds a row: values by position of their columns. A row that is too short is NULL
// in its last columns; what a longer one has too many goes to the column _extra, as a JSON
// array. An error may be an earlier row's.
func (t *Table) Append(row ...Value) error { panic("soon") }

// AppendFunc adds the rows that fill puts into a Batch. fill runs on another goroutine, at
// the same time as other fills and the caller; still the rows come after all those
// appended before and before all those appended later. AppendFunc waits while too much is
// under way. Batches should hold some 64 KiB to 1 MiB, and where they are cut should
// depend on the document only, for the output to be the same each time.
func (t *Table) AppendFunc(fill func(b *Batch) error) error { panic("soon") }

// Reject records a piece of the document that could not be made a row.
func (t *Table) Reject(r Reject) error { panic("soon") }
