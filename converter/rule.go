package converter

import "fmt"

// A Rule is what people say about one document, put together word by word from all places
// where they do: the command line, dynasette.yaml, a datapackage.json, CSVW. Its words are
// those of Frictionless Table Schema and Table Dialect and of Datasette's metadata. The zero
// value says nothing.
type Rule struct {
	Skip bool // nothing is made of the document

	// Settings are options of the document's format, such as its delimiter, that are to be
	// set; Claims are those that it is said to have, which a converter believes as far as its
	// bytes allow. See Writer.Claim.
	Settings []Setting
	Claims   []Setting

	// Table returns what is said of a table of the document: by the name that the document
	// gives it, and by its place there, from 0. nil: nothing is said of any. It may be called
	// from any goroutine, and returns the same each time.
	Table func(name string, place int) TableRule

	// Tables are the words that mean some of the document's tables. One that means no table
	// of any document is found.
	Tables []TableNaming

	// OneTable is set if there are words that only one table can have, such as a primary key,
	// without a word on which one is meant.
	OneTable *OneTable
}

// A TableNaming is a word that means tables of a document: by a pattern of their names, or by
// a number.
type TableNaming struct {
	Said   string
	Means  func(name string, place int) bool // as for Rule.Table
	Origin Origin
}

// OneTable says where words are that hold for one table. A document that has several is
// refused.
type OneTable struct {
	Of     string // the document's name; of what is in an archive it may be the archive's
	Words  string // "schema and name"
	Origin Origin
}

// A Setting is an option of a format, as for Configurable.With.
type Setting struct {
	Option, Value string
	Origin        Origin
}

// An Origin is where a word stands. The zero value is that of a program.
type Origin struct {
	// Claim: somebody else said so, who need not know about us, nor be right. What does not
	// hold is not applied, and is found. Anything else is an order: obeyed, or refused.
	Claim bool

	File         string // as documents are named, or "" of a flag
	Line, Column int    // from 1; 0 is not known
	Flag         string // with its value, as "--type zip=TEXT"
}

// String returns where that is: "dynasette.yaml:3:7", "--type zip=TEXT".
func (o Origin) String() string {
	switch {
	case o.File == "" && o.Flag == "":
		return "options"
	case o.File == "":
		return o.Flag
	case o.Line == 0:
		return o.File
	case o.Column == 0:
		return fmt.Sprintf("%s:%d", o.File, o.Line)
	}
	return fmt.Sprintf("%s:%d:%d", o.File, o.Line, o.Column)
}

// A TableRule is what is said of one table. Any word may call a column by the name that the
// document has for it, or by the one that it gets: see Match. The zero value says nothing.
//
// Documents that share a table have each a rule of its own for how their cells are read and
// what their columns are called; what the table is, from PrimaryKey to Search, is the same
// in all.
type TableRule struct {
	Skip     bool      // no table is made of it
	Name     string    // of the table in the database; "": as the document has it
	Settings []Setting // options of the format that are set for this table only; see Writer.Under

	// Shared: documents that are converted together have one table of this name. A row that
	// has the primary key of an earlier document's row takes its place.
	Shared bool

	Fields []FieldRule
	always int // how many of the last ones are said of every table; see Options.Rule
	// Places is how many fields there are if the list has all of them in the document's
	// order, as those of a table schema do; else 0. See Match.
	Places int

	Trim          Trim     // blanks that are none of untyped texts, in all columns
	TextOnly      bool     // untyped values of fields without a type are TEXT
	MissingValues []string // spellings that are NULL, for fields that have none of their own; "" is a quoted ''. nil: none are said
	Numbers       Spelling // of fields, as far as they say nothing of their own

	Rename       map[string]string // what columns are to be called, by what the document calls them
	Drop         []string          // columns that are left out; that no document has one of the name is found
	Only         []string          // of the document's columns, those that are kept; nil: all
	Order        []string          // columns that come first, in this order
	Constants    []Constant        // columns that are added
	SourceColumn string            // the column, added last, with the document's name; "": none
	Extract      []Extract

	PrimaryKey  []string // its columns; that of one column of ascending integers is the rowid
	UniqueKeys  []UniqueKey
	ForeignKeys []ForeignKey
	Index       IndexChoice
	Indexes     []Index // besides those that Index chooses
	Search      *Search // nil: none

	// Metadata is what Datasette knows about a table, in its words: title, description,
	// source, facets, label_column, columns and so on; nothing of it is in the table.
	Metadata map[string]any

	// Said is where words of this rule stand, by their names in dynasette.yaml, as "primaryKey".
	Said map[string]Origin
}

// Trim says which blanks around a text that is not quoted are none of it.
type Trim uint8

// Blanks around texts.
const (
	TrimBefore Trim = 1 << iota
	TrimBehind
)

// A Constant is a column with the same value in each row.
type Constant struct {
	Column string
	Value  Value
	Origin Origin
}

// An Extract moves columns to a table of their own, with a row for each combination of their
// values, and has a column with its id in their place. A row where all are NULL has NULL.
// Extracts with one table share it.
type Extract struct {
	Columns []string
	Table   string   // never "": the first column's name if none is said, several joined by _
	Column  string   // never "": Table_id if none is said
	As      []string // what the columns are called there; nil: as here
	Origin  Origin
}

// A UniqueKey is columns that have no combination of values twice.
type UniqueKey struct {
	Columns []string
	Origin  Origin
}

// A ForeignKey is columns whose values are keys of another table, or of this one.
type ForeignKey struct {
	Columns []string
	Table   string   // in the database; "" is this one
	To      []string // the columns there; nil: its primary key
	Origin  Origin
}

// IndexChoice says which indexes a table gets without being named.
type IndexChoice uint8

// The choices of indexes.
const (
	IndexUnsaid IndexChoice = iota // as the program does without rules
	IndexNone
	// IndexAuto is on what people will facet and join by: in tables of more than 50,000 rows each column
	// that has at most 1,000 different values of at most 250 bytes, none of them in nearly all rows, up
	// to 16 of the first 64 columns, as far as they fit in 64 MiB; and foreign keys in every table.
	IndexAuto
	IndexOnly // those of TableRule.Indexes
)

// An Index is to be on columns.
type Index struct {
	Columns []IndexColumn
	Origin  Origin
}

// An IndexColumn is a column of an index.
type IndexColumn struct {
	Name       string
	Descending bool
}

// Search is a full-text index: FTS5, in the table NAME_fts.
type Search struct {
	Columns  []string // of one that is extracted, what its ids stand for
	Tokenize string   // as FTS5 has it: "porter", "unicode61 remove_diacritics 2"; "": its default
	Prefix   string   // as FTS5 has it: "2 3"; "": none
	Origin   Origin
}
