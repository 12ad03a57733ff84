// Package sheets makes tables of the sheets of a workbook, whatever its format: it finds
// where on a sheet tables are, what names their columns, and what belongs to none of them.
//
// A format opens a workbook as a [Book], whose sheets have each a [Content], and calls
// [Book.Convert]:
//
//   - Content.Open reads a sheet from front to back, as a [Source] of chunks: some whole rows,
//     in whatever encoding the format has. It is opened as often as a pass over the rows is
//     needed: to see whether there are cells, to read what stands behind the rows and decides
//     about them, to look for several tables, and to fill the tables.
//   - Content.Scan decodes a chunk into rows of [Cell]s, on any goroutine, several at once.
//
// A cell comes as it is spelled, with what is known of its kind; what becomes of it (numbers,
// dates by number format, shared strings) is decided here, so that all formats agree. Nothing
// is called through an interface more often than once a row. The file rows_test.go is a whole
// format of rows in memory.
package sheets

import "cmp"

// MaxColumns is how many columns a sheet may have: A to XFD. A format refuses cells beyond it.
const MaxColumns = 16384

// A Book is a workbook that a format has opened.
type Book struct {
	Sheets   []Sheet     // in the order of the workbook's tabs
	Strings  *Strings    // texts that cells refer to; nil if none do
	Formats  []NumFormat // number formats, by the style of a cell; a style without one shows numbers
	Date1904 bool        // days are counted from 1904-01-01
	Limits   Limits

	// MergedInRows is that Row.Merged says which cells are merged, and not Behind.Merged.
	MergedInRows bool

	// Encoding is what a chunk is made of, for people: "XML".
	Encoding string

	// MinRow and MinCell are how many bytes a chunk has at least for a row with one cell in
	// the last column, and for one more cell that refers to a string: the smaller they are, the
	// smaller are the chunks of wide sheets and of long strings. 0 is 1.
	MinRow, MinCell int
}

// Limits bound what a workbook may become. A zero field is its default.
type Limits struct {
	Tables int   // tables, and sheets with cells; 2,000
	Growth int64 // bytes of text in a sheet's cells, once they are 256 MiB, to bytes of its chunks; 64
}

func (l Limits) withDefaults() Limits {
	return Limits{Tables: cmp.Or(l.Tables, 2000), Growth: cmp.Or(l.Growth, 64)}
}

// A Sheet is one in the order of the workbook's tabs.
type Sheet struct {
	Name    string
	Kind    string  // Worksheet, or what it is instead: "chartsheet"
	State   string  // Visible, or what it is instead: "hidden"
	Part    string  // what it is read from, for people: no two sheets may be read from one; "" is not compared
	Missing string  // why it can't be read, as in "the part x is missing"; "" if it can
	Content Content // nil if there is none to read
}

// What most sheets are.
const (
	Worksheet = "worksheet"
	Visible   = "visible"
)

// Content is what stands on a sheet.
type Content interface {
	// Open begins to read the sheet from its start. Several readings may be under way.
	Open() (Source, error)

	// Scan returns what decodes a chunk of this sheet, and refuses one whose text is no UTF-8.
	// before is the number of the row before the chunk, from which a format counts whose
	// rows have no numbers. It is called on any goroutine.
	Scan(c Chunk, before int) (Scanner, error)

	// Foresee reports whether Behind may have links, so that they are read before the rows.
	Foresee() (bool, error)

	// Tables returns the tables that the workbook declares on the sheet, at most MaxTables;
	// nil if its format knows none.
	Tables() ([]Declared, error)
}

// A Source is a sheet on its way, from front to back.
type Source interface {
	// Next returns the next chunk: whole rows, of about size bytes, or one longer row; where
	// it ends depends on the sheet and the sizes only. io.EOF comes after the last one. If the
	// format can say a row or a cell once for many, all of them count to the size, as if each
	// were spelled out: a chunk is in memory as rows.
	Next(size int) (Chunk, error)

	// Reuse takes back a chunk that is done with. It is called on any goroutine, also after
	// Close.
	Reuse(Chunk)

	// Hidden tells which columns are hidden, once Next has been called: nil if none is, and
	// else as made by Hide.
	Hidden() []bool

	// Behind reads what follows the rows, once Next has returned io.EOF, to the sheet's end.
	Behind() (Behind, error)

	Close() error
}

// A Chunk is some rows of a sheet, in the format's own encoding.
type Chunk struct {
	Data   []byte
	Offset int64 // of Data, for errors
	First  int   // number of the first row, if it is known before the chunk is decoded; else 0
}

// A Scanner decodes a chunk.
type Scanner interface {
	// Next returns the next row, which is valid until the next call and may be blank, and nil
	// after the last one. If a row is at fault, it returns the row, too, for its number.
	Next() (*Row, error)

	// At adds to err where in the workbook the row is that was returned last.
	At(err error) error
}

// A Row is one row of a sheet.
type Row struct {
	Number   int  // 1-based; higher than that of the row before
	Numbered bool // the number stands in the chunk, and is not counted from the row before it
	Hidden   bool
	Cells    []Cell     // those that hold something, in ascending columns
	Links    []CellLink // that stand in its cells
	Merged   []Range    // that begin in the row, so that Top is its number; see Book.MergedInRows
}

// A Cell is one that holds something.
type Cell struct {
	Value []byte // as its kind says
	Col   int32  // 0-based, below MaxColumns
	Style int32  // index in Book.Formats; of numbers and dates
	Index uint32 // of a Shared: which of Book.Strings, or NoString
	Kind  Kind
}

// A Kind says what the value of a cell is.
type Kind uint8

// The kinds of a cell. What turns out to be none of its kind stays text.
//
// A format that has dates as text gives a Date, and times and durations as Numbers, in days,
// with a style that says so: then they look as those of other formats do.
const (
	Number  Kind = iota // a decimal number, spelled out
	Float               // 8 bytes: a number, its bits in little-endian order
	Shared              // the string of that index; Value is how the index is spelled, for errors
	Text                // text, UTF-8
	Bool                // 1 or true, 0 or false
	Error               // #N/A and its like
	Date                // a date, or one with a time, in ISO 8601
	Missing             // a formula without a stored result
)

// A CellLink is where a cell in a row leads; the target is "" if that is in the workbook itself.
type CellLink struct {
	Col    int32
	Target string
}

// Behind is what follows the rows of a sheet. Of links and of merged cells one more than
// MaxLinks and MaxMerged is enough to have.
type Behind struct {
	Merged []Range // cells that are shown as one
	Links  []Link
	Inside int // links that lead to places in the workbook
}

// A Link is where cells lead, out of the workbook; nowhere if the target is "".
type Link struct {
	Cells  Range
	Target string
}

// Of what stands behind the rows so much is looked at. Excel writes at most 65,530 links.
const (
	MaxLinks  = 1 << 17
	MaxMerged = 1 << 18
)

// encoding is what chunks are made of, for people.
func (b *Book) encoding() string { return cmp.Or(b.Encoding, "data") }
