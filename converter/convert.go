package converter

import (
	"context"
	"io"
)

// A Destination takes a SQLite database page by page: pages 2, 3, … in ascending order,
// and page 1 last. So a file and an append-only upload can both be one.
type Destination interface {
	// Writer takes whole pages, in order, beginning with page 2.
	io.Writer
	// Reset throws away what was written, to begin with page 2 once more.
	Reset() error
	// Commit takes page 1 and makes the database visible: whole, or not at all.
	Commit(first []byte) error
}

// Options are how to convert; the zero value is right for most.
type Options struct {
	Table    string            // name of the first table; with several documents, all their rows go there
	Types    map[string]string // declared type by column name: TEXT, INTEGER, REAL, NUMERIC or BLOB
	Nulls    []string          // untyped spellings that are NULL, besides the blank one
	TextOnly bool              // every untyped value is TEXT
	PageSize int               // 512 to 65536, a power of two; 0 is 4096
	Workers  int               // goroutines that parse and encode; 0 is GOMAXPROCS

	// Progress is called now and then, from any goroutine, with how much of a document
	// has been read. Optional.
	Progress func(in *Input, read int64)
}

// A Job is one document to convert.
type Job struct {
	Input     *Input
	Format    Format
	Converter Converter
}

// A Summary says what a conversion made.
type Summary struct {
	Tables    []TableSummary    `json:"tables"`
	Documents []DocumentSummary `json:"documents"`
	Rejects   int64             `json:"rejects"` // in all documents
	Bytes     int64             `json:"bytes"`   // size of the database
	Runs      int               `json:"runs"`    // 1, or more if types or an encoding were known only at the end
}

// TableSummary says what a table became.
type TableSummary struct {
	Name    string          `json:"name"`
	Rows    int64           `json:"rows"`
	Columns []ColumnSummary `json:"columns"`
	Extra   int64           `json:"extra,omitempty"` // rows longer than the columns
}

// ColumnSummary says what a column became.
type ColumnSummary struct {
	Name string `json:"name"`
	Type string `json:"type"` // as declared; may be empty
	Why  string `json:"why"`  // the reason for the type
}

// DocumentSummary says what was found in a document.
type DocumentSummary struct {
	Name       string   `json:"name"`
	Generation string   `json:"generation,omitempty"`
	SHA256     string   `json:"sha256"`
	Size       int64    `json:"size"`
	Format     string   `json:"format"`
	Facts      []Fact   `json:"facts,omitempty"`
	Warnings   []string `json:"warnings,omitempty"`
	Rows       int64    `json:"rows"`
	Rejects    int64    `json:"rejects"`
}

// A Fact is something found out about a document, and why.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Why   string `json:"why,omitempty"`
}

// Convert converts one document into one database. See ConvertAll.
func Convert(ctx context.Context, c Converter, in *Input, dst Destination, opts Options) (Summary, error) {
	return ConvertAll(ctx, []Job{{Input: in, Converter: c}}, dst, opts)
}

// ConvertAll converts documents into one database and commits it. If it fails, nothing is
// committed. The same documents and options make the same bytes.
func ConvertAll(ctx context.Context, jobs []Job, dst Destination, opts Options) (Summary, error) {
	panic("soon")
}
