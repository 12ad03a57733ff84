package rules

import "github.com/dynasette/dynasette/converter"

// The types of this file are what dynasette.yaml may say. Tags are the words, and what they
// mean, from which the decoder, its messages and the JSON Schema for editors are made.

// words is the beginning of each of them: where the words stand that are said.
type words struct{ said map[string]mark }

type mark struct {
	line, column int
	file         string // if it is another one than the layer's
}

// node returns what a fault can be said of.
func (m mark) node() *node { return &node{line: m.line, column: m.column, file: m.file} }

func (w *words) say(word string, n *node) {
	if w.said == nil {
		w.said = map[string]mark{}
	}
	w.said[word] = mark{n.line, n.column, n.file}
}

// says reports whether a word is there.
func (w *words) says(word string) bool { _, ok := w.said[word]; return ok }

// A document is dynasette.yaml.
type document struct {
	words
	credits
	Resources []*entry             `word:"resources" doc:"What is said of documents. Every entry that matches applies; later ones win, word by word."`
	Databases map[string]*database `word:"databases" doc:"What is said of databases, by their names."`
}

// credits are what people are told of data.
type credits struct {
	Title       string `word:"title" doc:"Title, as Datasette shows it."`
	Description string `word:"description" doc:"Description, as plain text."`
	Source      string `word:"source" doc:"Where the data comes from."`
	SourceURL   string `word:"source_url" doc:"Link of source."`
	License     string `word:"license" doc:"Name of the license."`
	LicenseURL  string `word:"license_url" doc:"Link of the license."`
	About       string `word:"about" doc:"What the data is about."`
	AboutURL    string `word:"about_url" doc:"Link of about."`
}

// A database is what is said of one.
type database struct {
	words
	credits
	Queries map[string]*query `word:"queries" doc:"Canned queries, by their names."`
}

// A query is SQL to begin with.
type query struct {
	words
	SQL         string `word:"sql" doc:"The query." required:"true"`
	Title       string `word:"title" doc:"Its title."`
	Description string `word:"description" doc:"Its description."`
	HideSQL     *bool  `word:"hide_sql" doc:"The SQL is not shown."`
}

// An entry is what is said of the documents that its path matches.
type entry struct {
	words
	Path          []string          `word:"path" doc:"Names of documents, relative to this file: * and ? stay in a folder, ** does not, {a,b}, [0-9]. A packing's extension may be left out; an archive is a folder." required:"true"`
	Table         string            `word:"table" doc:"Of the tables that the document gives (sheets, keys, headings) those that match. Default: all."`
	Name          string            `word:"name" doc:"The table's name."`
	Into          *into             `word:"into" doc:"The database, or the table, that several documents share. Default when published: each has a database of its own."`
	Skip          *bool             `word:"skip" doc:"Nothing is made of it."`
	Encoding      string            `word:"encoding" doc:"The text's encoding, as in utf-8, windows-1252. Default: found out."`
	MissingValues []string          `word:"missingValues" doc:"Spellings that are NULL. A blank cell is so anyway; \"\" stands for a quoted empty text."`
	DecimalChar   string            `word:"decimalChar" doc:"The decimal character of numbers, where a field says none. Default: a point."`
	GroupChar     string            `word:"groupChar" doc:"The character between thousands, where a field says none."`
	TextOnly      *bool             `word:"text-only" doc:"Every value stays as it is spelled."`
	Dialect       *dialect          `word:"dialect" doc:"How the document is written."`
	Schema        *schema           `word:"schema" doc:"What its columns are."`
	Rename        map[string]string `word:"rename" doc:"New names of columns, by the old ones."`
	Drop          []string          `word:"drop" doc:"Columns that are left out."`
	Only          []string          `word:"only" doc:"The document's columns that are kept; the others are left out."`
	Order         []string          `word:"order" doc:"Columns that come first."`
	Constants     constants         `word:"constants" doc:"Columns that are added, with their value."`
	SourceColumn  string            `word:"source_column" doc:"A column that is added, with the document's name."`
	Extract       []*extract        `word:"extract" doc:"Columns that go to a table of their own, with an id in their place."`
	Indexes       *indexes          `word:"indexes" doc:"none, auto, or a list of columns or lists of columns; -day descends."`
	Search        *search           `word:"search" doc:"Columns that can be searched for words."`
	credits
	LabelColumn     string            `word:"label_column" doc:"The column that stands for a row, as Datasette shows it."`
	Sort            string            `word:"sort" doc:"The column that rows are sorted by."`
	SortDesc        string            `word:"sort_desc" doc:"The column that rows are sorted by, downwards."`
	Size            *int              `word:"size" doc:"Rows a page."`
	Facets          []string          `word:"facets" doc:"Columns that are facets."`
	Hidden          *bool             `word:"hidden" doc:"The table is not listed."`
	SortableColumns []string          `word:"sortable_columns" doc:"The only columns that rows can be sorted by."`
	Units           map[string]string `word:"units" doc:"Units of columns."`
	Guard           *guard            `word:"guard" doc:"What holds a new version back: what was served stays, until somebody accepts it."`

	options    []converter.Setting // of formats
	literal    bool                // Path has names, not patterns
	schemaFile string              // of CSVW: where its schema stands, if that is a file
}

// into is where rows go.
type into struct {
	words
	Database string `word:"database" doc:"The database's name, within the folder of this file. Default: as the table."`
	Table    string `word:"table" doc:"The table that has all their rows; of rows with the same primary key the last one stays."`
}

// A dialect is how a document is written.
type dialect struct {
	words
	Delimiter        string `word:"delimiter" doc:"What is between cells: the text, or tab, comma, semicolon, pipe, space, none."`
	QuoteChar        string `word:"quoteChar" doc:"The character around cells, or none."`
	EscapeChar       string `word:"escapeChar" doc:"The character before a quote within quotes, or none."`
	CommentChar      string `word:"commentChar" doc:"What lines begin with that are no rows, or hash, none."`
	DoubleQuote      *bool  `word:"doubleQuote" doc:"A quote within quotes is doubled."`
	SkipInitialSpace *bool  `word:"skipInitialSpace" doc:"Blanks behind a delimiter are none of a cell that is not quoted."`
	Header           *bool  `word:"header" doc:"There is a row that names the columns."`
	HeaderRows       []int  `word:"headerRows" doc:"The rows that name the columns, from 1. With header: false, the row that the table begins with."`
	HeaderJoin       string `word:"headerJoin" doc:"What is between the names of several header rows. Default: a space."`
	SheetName        string `word:"sheetName" doc:"The sheet that is meant, as table."`
	SheetNumber      *int   `word:"sheetNumber" doc:"The number of the sheet that is meant, from 1."`
	Property         string `word:"property" doc:"Where in a JSON document the rows are, as in result.records."`
	Table            string `word:"table" doc:"The table that is meant, as table of the entry."`

	trim converter.Trim // of CSVW
	skip int            // lines before a table without header, of CSVW
}

// A schema is what a table's columns are.
type schema struct {
	words
	Fields        []*field      `word:"fields" doc:"What is said of columns, by their names."`
	PrimaryKey    []string      `word:"primaryKey" doc:"The columns of the primary key."`
	UniqueKeys    [][]string    `word:"uniqueKeys" doc:"Columns, or lists of them, that have no value twice."`
	ForeignKeys   []*foreignKey `word:"foreignKeys" doc:"Columns whose values are keys of another table."`
	MissingValues []string      `word:"missingValues" doc:"As missingValues of the entry."`
}

// A field is what is said of a column.
type field struct {
	words
	Name          string       `word:"name" doc:"The column's name in the document, or its new one." required:"true"`
	Type          fieldType    `word:"type" doc:"What its cells are. Default: any, which is found out."`
	Format        string       `word:"format" doc:"Of dates and times: a pattern as %d.%m.%Y, or any."`
	DecimalChar   string       `word:"decimalChar" doc:"The decimal character of numbers. Default: a point."`
	GroupChar     string       `word:"groupChar" doc:"The character between thousands."`
	BareNumber    *bool        `word:"bareNumber" doc:"false: what stands around numbers, such as a unit, is left out."`
	TrueValues    []string     `word:"trueValues" doc:"Spellings of true. Default: true, True, TRUE, 1."`
	FalseValues   []string     `word:"falseValues" doc:"Spellings of false. Default: false, False, FALSE, 0."`
	MissingValues []string     `word:"missingValues" doc:"Spellings that are NULL, in place of the table's."`
	Delimiter     string       `word:"delimiter" doc:"Of a list: what is between its items. Default: a comma."`
	ItemType      fieldType    `word:"itemType" doc:"Of a list: what its items are."`
	Title         string       `word:"title" doc:"What the column is called, as Datasette shows it."`
	Description   string       `word:"description" doc:"What the column has, as Datasette shows it."`
	Constraints   *constraints `word:"constraints" doc:"What holds for its cells."`
	Misfit        misfit       `word:"misfit" doc:"What becomes of a cell that the type can't hold. keep: the column stays text; clear: the cell is NULL; reject: the row goes to _rejects; cast: 007 is 7."`
	Default       *scalarValue `word:"default" doc:"The column's default in SQL."`

	// Of CSVW and older descriptors.
	aliases []string
	parts   int
	unit    string
}

// constraints are what holds for a field's cells.
type constraints struct {
	words
	Required  *bool    `word:"required" doc:"None is NULL."`
	Unique    *bool    `word:"unique" doc:"No two are the same."`
	Minimum   string   `word:"minimum" doc:"None is less. Counted where it does not hold."`
	Maximum   string   `word:"maximum" doc:"None is more. Counted where it does not hold."`
	Enum      []string `word:"enum" doc:"All that there may be. Counted where it does not hold."`
	MinLength *int     `word:"minLength" doc:"None is shorter. Counted where it does not hold."`
	MaxLength *int     `word:"maxLength" doc:"None is longer. Counted where it does not hold."`
	Pattern   string   `word:"pattern" doc:"Read, and not checked."`
}

// A foreignKey is columns whose values are keys of another table.
type foreignKey struct {
	words
	Fields    []string   `word:"fields" doc:"The columns." required:"true"`
	Reference *reference `word:"reference" doc:"What they refer to." required:"true"`
}

// A reference is what a foreign key refers to.
type reference struct {
	words
	Resource string   `word:"resource" doc:"The table's name. Default: this table."`
	Fields   []string `word:"fields" doc:"The columns there. Default: its primary key."`

	schema string // of CSVW: that of the table which is meant
}

// An extract moves columns to a table of their own.
type extract struct {
	words
	Columns []string `word:"columns" doc:"The columns." required:"true"`
	Table   string   `word:"table" doc:"The name of the table. Default: the column's."`
	Column  string   `word:"column" doc:"The name of the column with the id. Default: NAME_id."`
	As      []string `word:"as" doc:"What the columns are called in the table. Default: as here."`
}

// search is columns that can be searched for words.
type search struct {
	words
	Columns  []string `word:"columns" doc:"The columns." required:"true"`
	Tokenize string   `word:"tokenize" doc:"As SQLite's FTS5 has it: porter, unicode61, trigram and so on."`
	Prefix   string   `word:"prefix" doc:"As SQLite's FTS5 has it: lengths of prefixes, as in 2 3."`
}

// indexes are those that a table is to have.
type indexes struct {
	choice converter.IndexChoice
	list   []converter.Index
}

// A guard is what holds a new version back.
type guard struct {
	words
	Rows    string `word:"rows" doc:"How many rows of a table may be lost, -20% or -100, or be new: +200%, +1000."`
	Columns string `word:"columns" doc:"keep: none may be gone."`
	Rejects string `word:"rejects" doc:"How many rows of a document may be rejected: 1%, 10."`
}

type constants []constant

// A constant is a column that is added.
type constant struct {
	column string
	value  converter.Value
	mark
}

// A scalarValue is of the type that YAML gives it.
type scalarValue struct{ converter.Value }

// A fieldType is one of converter.FieldTypes.
type fieldType converter.FieldType

// A misfit is one of its names.
type misfit struct{ converter.Misfit }
