// Package parquet converts Apache Parquet files.
//
// A file is a table named after it, with the columns in the order of the schema, those of pandas'
// index as well, and is one also if it has no rows.
//
// # Values
//
// Integers are INTEGER, and booleans 1 and 0. An unsigned integer may be over the largest INTEGER:
// then its column is text. FLOAT and DOUBLE are REAL, exactly the number that is stored; NaN is
// NULL, which is found. Decimals are numbers if a REAL holds every one of the column exactly, and
// otherwise text with all digits, as 1.10. Strings, enums and JSON are text. Dates and times are
// ISO 8601 text: 2024-02-29, 13:14:15 or 2024-02-29T13:14:15, with three, six or nine digits of a
// fraction if there is one, and a Z for a timestamp that is adjusted to UTC. The old timestamps of
// 96 bits are written as they are stored, without a zone. UUIDs and intervals (P1M2DT3.5S) are
// text. Other bytes, BSON and geometry among them, are BLOBs; so is a text that is not UTF-8,
// which is found. Old programs do not say that their bytes are text: a column that looks so is
// found, and BinaryText makes text of it.
//
// A field with fields, a list and a map is compact JSON text, in which bytes are
// {"$base64": true, "encoded": "…"} and NaN is "NaN". A VARIANT is such a field: its two parts are not
// decoded. The type of a column is known by the schema,
// also if all is NULL.
//
// # Reading
//
// Columns are read page by page, some rows at a time, so what is in memory does not depend on the
// size of row groups. All encodings are read, and all compressions but LZO. The library for
// Parquet, parquet-go, takes what a file says of its sizes for true, reads pages as a whole and
// brings protocol buffers with it; so pages are read here, and it is what tests compare with. A
// file is untrusted: see [Limits].
package parquet

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/dynasette/dynasette/converter"
)

// A Converter reads Parquet files. Its fields are options; the zero value is right for most.
type Converter struct {
	// BinaryText says that bytes of which the schema says nothing are text.
	BinaryText bool
	Limits     Limits
}

const (
	magic       = "PAR1"
	secretMagic = "PARE" // of an encrypted footer
)

// Format is Parquet.
var Format = converter.Format{
	Name:       "parquet",
	Extensions: []string{".parquet", ".parq", ".pq"},
	MediaTypes: []string{"application/vnd.apache.parquet"},
	Magic:      magic,
	Tail:       magic,
	Doc:        "Apache Parquet: typed columns, nested values as JSON text",
}

var errEncrypted = fmt.Errorf("%w: it is encrypted (write it without, or export it as CSV where its key is)", converter.ErrUnsupported)

// Convert makes a table of the document.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	limits := c.Limits.withDefaults()
	in, err := in.Whole()
	if err != nil {
		return err
	}
	f, end, err := open(in, limits)
	if err != nil {
		return err
	}
	s, err := newSchema(f.schema, limits)
	if err != nil {
		return err
	}
	if c.BinaryText {
		s.binaryText()
	}
	r, closer, err := openPages(in, f, s, limits, end)
	if err != nil {
		return err
	}
	defer closer.Close()
	names := make([]string, len(s.columns))
	for i, n := range s.columns {
		names[i] = n.name
	}
	r.table = out.Table(in.Stem(), names...)
	for i, n := range s.columns {
		d := converter.ColumnDescription{Kind: converter.KindText}
		if n.flat() {
			d.Kind = kinds[n.leaf.meaning.as]
		}
		if d.Kind != converter.KindUntyped {
			r.table.Describe(i, d)
		}
	}
	if f.createdBy != "" {
		out.Describe("written by", f.createdBy, "")
	}
	for i := range f.groups {
		if err := r.group(ctx, i); err != nil {
			return at(err, i, len(f.groups))
		}
	}
	if err := out.Wait(); err != nil {
		return err
	}
	s.report(out, in.Stem())
	if r.rows != f.rows && len(f.groups) > 0 {
		out.Report(converter.Finding{Code: "rows-differ", Severity: converter.Doubt, Table: in.Stem(),
			Message: fmt.Sprintf("the file says that it has %d rows, and its row groups have %d", f.rows, r.rows)})
	}
	return nil
}

// at adds which row group an error is in.
func at(err error, group, groups int) error {
	if groups == 1 || !converter.Permanent(err) {
		return err
	}
	return fmt.Errorf("row group %d of %d: %w", group+1, groups, err)
}

// open reads the metadata at the document's end, and returns where that begins.
func open(in *converter.Input, limits Limits) (*footer, int64, error) {
	const tail = 4 + len(magic)
	if in.Size == 0 {
		return nil, 0, converter.ErrEmpty
	}
	head, err := in.Head(len(magic))
	if err != nil {
		return nil, 0, err
	}
	switch {
	case string(head) == secretMagic:
		return nil, 0, errEncrypted
	case string(head) != magic:
		return nil, 0, corruptf("it does not begin as a Parquet file does, with %s", magic)
	case in.Size < int64(len(magic)+tail):
		return nil, 0, errCutOff
	}
	var last [tail]byte
	if err := readAt(in, last[:], in.Size-int64(tail)); err != nil {
		return nil, 0, err
	}
	switch string(last[4:]) {
	case secretMagic:
		return nil, 0, errEncrypted
	case magic:
	default:
		return nil, 0, errCutOff
	}
	size, end := int64(binary.LittleEndian.Uint32(last[:])), in.Size-int64(tail)
	switch {
	case size > end-int64(len(magic)):
		return nil, 0, corruptf("%d bytes of metadata in a file of %d", size, in.Size)
	case size > int64(limits.Footer):
		return nil, 0, fmt.Errorf("%w: %d MiB of metadata (write it with fewer row groups)", converter.ErrLimit, size>>20)
	}
	raw := make([]byte, size)
	if err := readAt(in, raw, end-size); err != nil {
		return nil, 0, err
	}
	f, err := readFooter(raw, limits)
	if err != nil {
		return nil, 0, broken(err)
	}
	if f.encrypted {
		return nil, 0, errEncrypted
	}
	return f, end - size, nil
}

var errCutOff = fmt.Errorf("%w: it does not end as a Parquet file does, with %s: it is cut off (copy it again)", converter.ErrCorrupt, magic)

func readAt(in *converter.Input, b []byte, at int64) error {
	n, err := in.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	return fmt.Errorf("reading the metadata: %w", err)
}
