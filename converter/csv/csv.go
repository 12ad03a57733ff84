// Package csv converts delimited text: CSV, TSV and their relatives, as they are found
// rather than as RFC 4180 has them. Delimiter, quote, header, preamble and encoding are
// found out from the document, each with its reason, and each can be set. Tables that stand
// below one another become tables of their own.
//
// Rows that are too long keep their surplus in the column _extra, rows that are too short
// read NULL, and what is no row at all goes to the table _rejects, as do a footer and rows
// that repeat the header: nothing is dropped.
package csv

import (
	"bytes"
	"context"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// CSV and TSV are what Converter understands. They differ in what the delimiter is taken
// for if a document leaves it open.
var (
	CSV = converter.Format{
		Name:       "csv",
		Extensions: []string{".csv"},
		MediaTypes: []string{"text/csv", "application/csv"},
		Sniff:      sniffCSV,
		Doc:        "values separated by commas, semicolons, tabs, pipes and others, or aligned by blanks",
	}
	TSV = converter.Format{
		Name:       "tsv",
		Extensions: []string{".tsv", ".tab"},
		MediaTypes: []string{"text/tab-separated-values"},
		Doc:        "tab separated values",
	}
)

// Converter converts delimited text. Its zero value tells everything from the document.
type Converter struct {
	Delimiter string // between cells: one character or several, OneColumn, Blanks, WideGaps or Columns; "": found out
	Quote     byte   // 0: found out; None: no quotes
	Escape    byte   // before a quote within quotes, as in \", or a delimiter; 0: found out; None: none
	Comment   byte   // lines that begin with it are no rows; 0: there are none
	Encoding  string // "utf-8", "utf-16le", "windows-1252", "shift_jis" …; "": found out
	NoHeader  bool   // the first row is data; columns are column_1, column_2, …
	Header    bool   // the first row is the header, whatever it looks like
	Skip      int    // lines before the header, or before the data if there is none; -1: none, and no preamble

	HeaderRows []int  // numbers of the lines that name the columns together, behind which the data begins; empty: there is one, or none
	HeaderJoin string // between their names; "" is a space

	chunk    int      // for tests: chunkSize, if not 0
	claims   claims   // of the document that is converted
	believed believed // what of these is as if it were set
}

// None as a Converter's Quote says that there is none. It is a byte that no text in UTF-8
// has.
const None = 0xff

// chunkSize is how much text a batch is made of. It decides where pages begin, so another
// one makes other bytes.
const chunkSize = 256 << 10

// Convert converts one document into a table, or several.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	if c.Delimiter != "" {
		if err := checkDelimiter(c.Delimiter); err != nil {
			return fmt.Errorf("delimiter %q: %w", c.Delimiter, err)
		}
	}
	text, err := c.open(in, out)
	if err != nil {
		return err
	}
	padding := &padding{in: text.Reader}
	text.Reader = padding
	head, err := text.peek(sampleSize)
	if err == nil {
		head, err = text.line(head)
	}
	if err != nil {
		return err
	}
	if err := refuse(in, head, text.eof); err != nil {
		return err
	}
	if len(bytes.TrimSpace(head)) == 0 && text.eof {
		if padding.cut > 0 {
			return errBinary
		}
		return converter.ErrEmpty
	}
	c.claims = claimsOf(out, in.Stem())
	d := c.dialect(head, text.eof, extensionIsTSV(in.Name))
	d.describe(out)
	if c.chunk == 0 {
		c.chunk = chunkSize
	}
	last := len(d.sections) - 1
	for i := range d.sections[:last] {
		r := &reading{dialect: d, section: &d.sections[i], text: text, out: out, name: sectionName(in, i)}
		if err := r.piece(head, i == 0); err != nil {
			return err
		}
	}
	r := &reading{dialect: d, section: &d.sections[last], text: text, out: out, name: sectionName(in, last), only: last == 0}
	r.skip = r.line
	if err := r.run((&cutter{text: text, dialect: d, size: c.chunk}).next); err != nil {
		return err
	}
	if c.Delimiter != "" && c.Delimiter != OneColumn && !r.seam.divided && d.wide < 2 && last == 0 {
		out.Report(c.absent(head, text.eof, d))
	}
	if padding.cut > 0 {
		out.Report(converter.Finding{Code: "padding", Count: padding.cut, Message: "NULs and ^Z behind the text only pad it, and are left out"})
	}
	return ctx.Err()
}

// sectionName returns the name of a document's table.
func sectionName(in *converter.Input, section int) string {
	if section == 0 {
		return in.Stem()
	}
	return fmt.Sprintf("%s_%d", in.Stem(), section+1)
}

// absent says that the delimiter that was asked for divides nothing, and which might.
func (c Converter) absent(head []byte, whole bool, d dialect) converter.Finding {
	f := converter.Finding{Code: "delimiter-absent", Severity: converter.Doubt, Example: c.Delimiter,
		Message: "the delimiter that was asked for does not occur, so there is one column"}
	d.asked = ""
	if s := d.sniff(head[len(d.first(head, max(c.Skip, 0))):], whole, false); s.width > 1 {
		f.Try = []string{"--delimiter", delimiterName(s.delimiter)}
	}
	return f
}
