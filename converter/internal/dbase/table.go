package dbase

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// Options say how a table is read. The zero value is right for most.
type Options struct {
	Encoding string // of its texts; "" finds out
	Deleted  bool   // deleted records are rows, too, and a last column tells them
}

// A Table is an open one. It is read by one goroutine; its chunks are filled by others.
type Table struct {
	Options
	Records int64 // that are in the file

	header
	in      *converter.Input
	out     *converter.Writer
	memos   *memos      // nil: the fields have none, or there is no file with them
	wanted  atomic.Bool // there is no file with the memos, and a record refers to one
	text    encoding
	next    int64 // the record that is read next
	deleted atomic.Int64
	buffers sync.Pool
}

// Open reads what the table says of itself, and finds the files that belong to it. It has to be
// closed.
func Open(in *converter.Input, out *converter.Writer, o Options) (*Table, error) {
	in, err := in.Whole()
	if err != nil {
		return nil, err
	}
	if in.Size == 0 {
		return nil, converter.ErrEmpty
	}
	head, err := in.Head(maxHeader)
	if err != nil {
		return nil, err
	}
	if err := isOther(head); err != nil {
		return nil, err
	}
	h, err := parse(head)
	if err != nil {
		return nil, err
	}
	t := &Table{Options: o, header: *h, in: in, out: out}
	if err := t.measure(head[15]); err != nil {
		return nil, err
	}
	if err := t.findEncoding(); err != nil {
		return nil, err
	}
	if err := t.openMemos(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close closes the file with the memos.
func (t *Table) Close() error { return t.memos.close() }

// measure finds out how many records there are.
func (t *Table) measure(encrypted byte) error {
	if t.width < 1 {
		return nil // and no fields
	}
	t.Records = (t.in.Size - t.start) / int64(t.width)
	if t.Records == 0 {
		return nil
	}
	first := make([]byte, 1)
	if err := readFull(t.in, first, t.start); err != nil {
		return err
	}
	if encrypted == 1 && first[0] != kept && first[0] != deleted {
		return fmt.Errorf("the table is encrypted: %w: save it without a password", converter.ErrUnsupported)
	}
	if t.count < t.Records && t.count > 0 {
		t.Records = t.count
	}
	return nil
}

// The first bytes of records, and what may stand behind the last.
const (
	kept    = ' '
	deleted = '*'
	end     = 0x1a
)

// Columns returns the names of the columns.
func (t *Table) Columns() []string {
	var names []string
	for i := range t.fields {
		if f := &t.fields[i]; f.kind != flags {
			names = append(names, t.nameOf(i))
		}
	}
	if t.Deleted {
		names = append(names, "deleted")
	}
	return names
}

// Describe says of the columns, which are the first ones of a table, what the header does.
func (t *Table) Describe(table *converter.Table) {
	at := 0
	for i := range t.fields {
		f := &t.fields[i]
		if f.kind == flags {
			continue
		}
		if d := f.column(); d.Kind != converter.KindNull {
			table.Describe(at, d)
		}
		at++
	}
	if t.Deleted {
		table.Describe(at, converter.ColumnDescription{Kind: converter.KindInt, Description: "1 of records that are marked as deleted"})
	}
}

// chunkBytes is how much of the file is one chunk, unless a record is longer.
const chunkBytes = 256 << 10

// Next reads the next records, so many at most, or returns nil behind the last one.
func (t *Table) Next(ctx context.Context, most int64) (*Chunk, error) {
	n := min(t.Records-t.next, most, max(chunkBytes/int64(max(t.width, 1)), 1))
	if n <= 0 {
		return nil, ctx.Err()
	}
	c := &Chunk{table: t, First: t.next, N: n, offset: t.start + t.next*int64(t.width)}
	if b, ok := t.buffers.Get().(*[]byte); ok {
		c.raw = *b
	}
	if size := int(n) * t.width; cap(c.raw) < size {
		c.raw = make([]byte, size)
	} else {
		c.raw = c.raw[:size]
	}
	if err := readFull(t.in, c.raw, c.offset); err != nil {
		return nil, err
	}
	if err := c.readMemos(); err != nil {
		return nil, err
	}
	for i := range c.N { // a file may say of its last records that there are none
		if c.raw[int(i)*t.width] == end && t.count == 0 {
			c.N, t.Records = i, t.next+i
			break
		}
	}
	t.next += c.N
	return c, ctx.Err()
}

// Finish says, behind the last record, what is to be said of all.
func (t *Table) Finish(table *converter.Table) error {
	if err := t.out.Wait(); err != nil { // for what the chunks have counted
		return err
	}
	if t.empty > 0 {
		t.out.Report(converter.Finding{Code: "field-empty", Count: int64(t.empty), Message: "a field that takes no bytes is no column"})
	}
	if n := t.deleted.Load(); n > 0 && !t.Deleted {
		t.out.Report(converter.Finding{Code: "records-deleted", Count: n, Try: []string{"--deleted"},
			Message: "a record that is marked as deleted is left out"})
	}
	t.doubt()
	if t.wanted.Load() {
		t.out.Report(converter.Finding{Code: "memos-missing", Severity: converter.Loss, Example: t.stem() + t.memoExtension(),
			Message: "there is no file with the memos, or nothing in it, so that their columns are NULL"})
	}
	return t.rest(table)
}

// rest says what is behind the records that were read, and what is not there.
func (t *Table) rest(table *converter.Table) error {
	if t.width < 1 {
		return nil
	}
	if t.count == 0 && t.Records > 0 {
		t.out.Report(converter.Finding{Code: "records-uncounted", Severity: converter.Doubt, Count: t.Records,
			Message: "a record is read, though the header says that there are none"})
	}
	from := t.start + t.Records*int64(t.width)
	if t.Records >= t.count && t.count > 0 {
		return t.beyond(from)
	}
	if missing := t.count - t.Records; missing > 0 {
		t.out.Report(converter.Finding{Code: "records-missing", Severity: converter.Loss, Count: missing,
			Message: "a record that the header counts is not in the file"})
	}
	left := make([]byte, min(t.in.Size-from, int64(t.width)))
	if err := readFull(t.in, left, from); err != nil {
		return err
	}
	if len(bytes.Trim(left, "\x00\x1a \r\n")) == 0 || left[0] == end {
		return nil
	}
	return table.Reject(converter.Reject{Offset: from, Type: "record cut off", Raw: string(left),
		Message: fmt.Sprintf("the file ends after %d of the %d bytes of a record", len(left), t.width)})
}

// beyond looks for records behind those that the header counts.
func (t *Table) beyond(from int64) error {
	left := t.in.Size - from
	if left <= 0 {
		return nil
	}
	first := make([]byte, 1)
	if err := readFull(t.in, first, from); err != nil {
		return err
	}
	if n := left / int64(t.width); n > 0 && (first[0] == kept || first[0] == deleted) {
		t.out.Report(converter.Finding{Code: "records-beyond", Severity: converter.Loss, Count: n, Offset: from,
			Message: "a record behind those that the header counts is left out"})
	}
	return nil
}

// stem is the name of the files that belong to the table, without extension and folder.
func (t *Table) stem() string {
	base := path.Base(t.in.Name)
	return strings.TrimSuffix(base, path.Ext(base))
}

// Beside opens a file of a document's stem with one of these extensions, in lower case or in upper. It
// is nil if there is none.
func Beside(in *converter.Input, extensions ...string) (*converter.Input, io.Closer, error) {
	base := path.Base(in.Name)
	stem := strings.TrimSuffix(base, path.Ext(base))
	for _, extension := range extensions {
		for _, name := range []string{stem + extension, stem + strings.ToUpper(extension)} {
			found, closer, err := in.Open(name)
			switch {
			case err == nil:
				return found, closer, nil
			case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid):
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil, nil, nil
}

// readFull reads as many bytes as p has, which the document is known to have.
func readFull(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	switch {
	case n == len(p):
		return nil
	case err == io.EOF || err == nil:
		return io.ErrUnexpectedEOF
	}
	return err
}
