// Package dbf converts tables of dBASE and its kin, .dbf: dBASE III, IV, 5 and 7, FoxPro and Visual
// FoxPro, Clipper, and what geographic programs write beside shapes.
//
// The table is named after the file. Text (C) is without the blanks that pad it, and NULL if there are
// only these. Numbers (N, F) are as they are spelled, and NULL where asterisks say that one did not fit;
// what is longer than 17 digits is a REAL if it is what a program prints for one. Currency (Y) is a
// decimal. Dates (D) are YYYY-MM-DD, dates with times (T, @) YYYY-MM-DDTHH:MM:SS, with milliseconds if there
// are any; one that FoxPro's arithmetic has left is none. Logical values (L) are 1, 0 and NULL. Memos (M) are text, those that hold objects or pictures
// (G, P, B, W) and binary fields (Q) are blobs. What is none of its field's values is kept as it is
// spelled, and found.
//
// Memos are in a file beside the table, x.dbt or x.fpt; without it they are NULL, which is found. The
// encoding is what the option says, or else x.cpg beside the table, or the header. If these say nothing,
// texts are UTF-8 until one is not; then it is guessed. What is said is believed; if all texts look like UTF-8
// all the same, that is found.
//
// Records that are marked as deleted are left out and counted. Records that the header counts and the
// file does not have are found, as are those that the file has behind the last one that is
// counted. One that is cut off goes to _rejects.
package dbf

import (
	"context"
	"math"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/dbase"
)

// Format is what the Converter understands.
var Format = converter.Format{
	Name:       "dbf",
	Extensions: []string{".dbf"},
	MediaTypes: []string{"application/dbase", "application/dbf", "application/vnd.dbf", "application/x-dbf", "application/x-dbase"},
	Binary:     true,
	Sniff:      dbase.Sniff,
	Beside:     []string{".dbt", ".fpt", ".cpg", ".cst", ".cdx", ".mdx", ".ndx", ".idx", ".ntx", ".inf"},
	Doc:        "tables of dBASE, FoxPro and Visual FoxPro, with their memos",
}

// Converter reads tables. The zero value is right for most.
type Converter struct {
	Encoding string // of the texts; "" finds out
	Deleted  bool   // records that are marked as deleted are rows, too, and the column deleted tells them
}

// Convert makes a table of the document.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	t, err := dbase.Open(in, out, dbase.Options(c))
	if err != nil {
		return err
	}
	defer t.Close()
	columns := t.Columns()
	if len(columns) == 0 {
		return converter.ErrEmpty
	}
	table := out.Table(in.Stem(), columns...)
	t.Describe(table)
	for {
		chunk, err := t.Next(ctx, math.MaxInt64)
		if err != nil {
			return err
		}
		if chunk == nil {
			return t.Finish(table)
		}
		large := chunk.Large()
		if err := table.AppendFunc(func(b *converter.Batch) error { return chunk.Fill(b, nil) }); err != nil {
			return err
		}
		if large {
			if err := out.Wait(); err != nil {
				return err
			}
		}
	}
}
