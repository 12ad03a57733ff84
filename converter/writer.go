package converter

import "io"

// A Writer takes what a document holds and makes a SQLite database of it. Its methods are
// for one goroutine at a time.
type Writer struct {
}

// Table returns a new table, or, if this document has begun one of that name already, that
// one; it then gains the columns that it lacks. Names are cleaned and made unique:
// "a,A,a_2,,a" are five columns. Nothing is written for a table until all its rows are
// known, so tables may be filled in turns.
func (w *Writer) Table(name string, columns ...string) *Table { panic("soon") }

// SharedTable is as Table, but documents that are converted together into one database
// share it.
func (w *Writer) SharedTable(name string, columns ...string) *Table { panic("soon") }

// Copy makes the database a copy of db, a SQLite database that has been checked. Nothing
// else can be written then.
func (w *Writer) Copy(db io.Reader) error { panic("soon") }

// Describe records what was found out about the document and why: ("encoding",
// "windows-1252", "byte 0x93 at 1042 is not UTF-8"). People see it in inspect, and the
// values are kept in the table of sources.
func (w *Writer) Describe(key, value, why string) { panic("soon") }

// Warn records something that people should know and that lost nothing.
func (w *Writer) Warn(format string, args ...any) { panic("soon") }

// Again asks for another run of Convert on this document, from its start, in which
// Recall(key) returns value: for a converter that learns late that it began wrongly. The
// converter returns Again's error.
func (w *Writer) Again(key, value string) error { panic("soon") }

// Recall returns what an earlier run passed to Again for key, or "".
func (w *Writer) Recall(key string) string { panic("soon") }
