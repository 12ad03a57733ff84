package converter

// A Batch is rows on their way into a Table: the fast lane for converters that parse many
// rows at a time. Rows are Cells, and Cells point into Data, so that a parser can hand
// over its own buffer without copying a value.
//
// A row is built in one of two ways: by position (Add or a direct append to Cells, then
// EndRow), where the table's columns are those of the Table call, or by name (Column, Set,
// EndRow), where new columns may turn up in any row. One Batch holds rows of one way only.
//
// A Batch is used by one goroutine at a time, and belongs to the Table again once the
// function that filled it returns.
type Batch struct {
	Data  []byte   // what cells point into; may be set to a buffer of the filler's own
	Cells []Cell   // of all rows, one after another
	Ends  []uint32 // of each row: the index in Cells just after its last cell

	named   []string       // columns by name, in the order of their first appearance
	index   map[string]int // into named
	cols    []uint32       // of each cell: its index in named; for rows by name only
	rejects []Reject
	found   []Finding
	inOrder func() error
	locate  func(row int) int64
	release func()

	marks    Marks
	marked   int    // how much of Data they are of
	unmarked func() // makes Cells of them; nil: there are no marks
	version  int    // counts Clear
}

// A Cell is a value in a Batch: bytes Off to Off+Len of Data. For KindInt and KindReal
// these are 8 bytes, the number's bits in little-endian order.
type Cell struct {
	Off  uint32
	kind uint32 // the kind in the top 3 bits, the length in the others
}

const (
	cellLenBits = 29
	// MaxCell is the longest text or blob of a cell, in bytes.
	MaxCell = 1<<cellLenBits - 1
)

// Span is a cell of the given kind that is bytes off to off+n of a Batch's Data.
func Span(kind Kind, off, n int) Cell {
	return Cell{Off: uint32(off), kind: uint32(kind)<<cellLenBits | uint32(n)}
}

// Kind returns what the cell holds.
func (c Cell) Kind() Kind { return Kind(c.kind >> cellLenBits) }

// Len returns the length of the cell's bytes.
func (c Cell) Len() int { return int(c.kind & MaxCell) }

// A Reject is a piece of a document that could not be made a row. It goes to the table
// _rejects.
type Reject struct {
	Line    int64  // 1-based; 0 if unknown
	Offset  int64  // in bytes from the document's start
	Column  string // the column's name, if one is to blame
	Type    string // a short kind of fault: "unclosed quote", "invalid JSON"
	Raw     string // the text itself
	Message string // what is wrong, for people
	Aside   bool   // it was left out on purpose, as a footer is: no loss

	cell bool // its row is in the table all the same
	at   int  // row of the batch, from 1, that a rule makes it of; 0: none
}
