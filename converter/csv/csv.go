// Package csv converts delimited text: CSV, TSV and their relatives, as they are found
// rather than as RFC 4180 has them. Delimiter, quote, header, preamble and encoding are
// told from the document, each with its reason, and each can be set.
//
// Rows that are too long keep their surplus in the column _extra, rows that are too short
// read NULL, and what is no row at all goes to the table _rejects: nothing is dropped.
package csv

import (
	"bytes"
	"context"
	"errors"
	"sync"

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
		Doc:        "comma, semicolon, tab, pipe or colon separated values",
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
	Delimiter byte   // 0: told from the document; None: one column
	Quote     byte   // 0: told from the document; None: no quotes
	Encoding  string // "utf-8", "utf-16le", "windows-1252", "shift_jis" …; "": told from the document
	NoHeader  bool   // the first row is data; columns are column_1, column_2, …
	Header    bool   // the first row is the header, whatever it looks like
	Skip      int    // lines before the header, or before the data if there is none; -1: none, and no preamble

	chunk int // for tests: chunkSize, if not 0
}

// None as a Converter's Delimiter or Quote says that there is none. It is a byte that no
// text in UTF-8 has.
const None = 0xff

// chunkSize is how much text a batch is made of. It decides where pages begin, so another
// one makes other bytes.
const chunkSize = 256 << 10

// Convert converts one document into one table.
func (c Converter) Convert(ctx context.Context, in *converter.Input, out *converter.Writer) error {
	text, err := c.open(in, out)
	if err != nil {
		return err
	}
	head, err := text.peek(sampleSize)
	if err != nil {
		return err
	}
	if err := refuse(in, head, text.eof); err != nil {
		return err
	}
	if len(bytes.TrimSpace(head)) == 0 && text.eof {
		return converter.ErrEmpty
	}
	d := c.dialect(head, text.eof, extensionIsTSV(in.Name))
	d.describe(out)
	t := &reading{ctx: ctx, dialect: d, text: text, out: out, chunk: c.chunk}
	if t.chunk == 0 {
		t.chunk = chunkSize
	}
	return t.run(in.Stem())
}

// reading is one run through a document.
type reading struct {
	ctx context.Context
	dialect
	text   *text
	out    *converter.Writer
	table  *converter.Table
	seam   seam
	width  int
	chunk  int
	chunks sync.Pool
}

// seam is what a chunk leaves for the next one. It is handed on in order.
type seam struct {
	line  int64  // newlines before the chunk, or before carry
	carry []byte // an unfinished row at the chunk's end, which the cut had taken for a whole one
	short bool   // a row had fewer cells than there are columns
}

func (r *reading) run(name string) error {
	cut := &cutter{text: r.text, dialect: r.dialect, size: r.chunk}
	first, err := cut.next(nil)
	if err != nil {
		return err
	}
	body, header, ok, err := r.header(first)
	for !ok && err == nil {
		var more chunk
		if more, err = cut.next(nil); err == nil {
			first = chunk{data: append(first.data, more.data...), last: more.last, whole: more.whole}
			body, header, ok, err = r.header(first)
		}
	}
	if err != nil {
		return err
	}
	if err := r.text.Check(first.data[:body]); err != nil {
		return err
	}
	r.width = len(header)
	r.table = r.out.Table(name, header...)
	r.seam.line = int64(countLines(first.data[:body], r.newline))
	first.offset += int64(body)
	first.data = first.data[body:]
	for next := first; ; {
		chunk := next
		if err := r.table.AppendFunc(func(b *converter.Batch) error { return r.fill(b, chunk) }); err != nil {
			return err
		}
		if chunk.last {
			break
		}
		if next, err = cut.next(r.buffer()); err != nil {
			return err
		}
	}
	return r.out.Wait()
}

func (r *reading) buffer() []byte {
	if b, ok := r.chunks.Get().(*[]byte); ok {
		return *b
	}
	return nil
}

// header skips the preamble, and returns where the data begins and the columns' names. It
// reports false if the text given does not reach that far.
func (r *reading) header(first chunk) (int, []string, bool, error) {
	at := 0
	for range r.skip {
		n := bytes.IndexByte(first.data[at:], r.newline)
		if n < 0 && first.last {
			return 0, nil, false, &converter.SyntaxError{Line: int64(r.skip), Err: errors.New("the document ends before its header"), Hint: "skip fewer lines"}
		}
		if n < 0 {
			return 0, nil, false, nil
		}
		at += n + 1
	}
	var b converter.Batch
	p := parser{dialect: r.dialect, data: first.data, last: first.whole, batch: &b, limit: 1}
	b.Data = first.data[:len(first.data):len(first.data)]
	end := p.parse(at)
	if len(b.Rejects()) > 0 && (r.named || b.Rows() == 0 && first.last) {
		reject := b.Rejects()[0]
		return 0, nil, false, &converter.SyntaxError{Line: 1 + int64(countLines(first.data[:reject.Offset], r.newline)), Offset: reject.Offset, Err: errors.New("the header: " + reject.Message)}
	}
	if b.Rows() == 0 {
		if first.last {
			return 0, nil, false, converter.ErrEmpty
		}
		return 0, nil, false, nil
	}
	var names []string
	for _, c := range b.Cells {
		names = append(names, string(b.Data[c.Off:int(c.Off)+c.Len()]))
	}
	if !r.named {
		return at, make([]string, len(names)), true, nil
	}
	return end, names, true, nil
}

// fill parses one chunk. That it begins a row is a guess of the cutter's, true for sound
// documents; whether it held is known in order.
func (r *reading) fill(b *converter.Batch, chunk chunk) error {
	if err := r.text.Check(chunk.data); err != nil {
		return err
	}
	p := parser{dialect: r.dialect, data: chunk.data, last: chunk.whole, batch: b, width: r.width}
	b.Data = chunk.data
	grow(b, len(chunk.data))
	end := p.parse(0)
	lines := countLines(chunk.data, r.newline)
	b.Release(func() {
		// Not chunk.data: what was unescaped may have needed a larger one.
		buffer := b.Data[:0]
		r.chunks.Put(&buffer)
	})
	b.InOrder(func() error {
		if carry := r.seam.carry; carry != nil {
			chunk.data = append(carry[:len(carry):len(carry)], chunk.data...)
			chunk.offset -= int64(len(carry))
			b.Clear()
			b.Data = chunk.data
			p.data = chunk.data
			p.last = p.last || len(chunk.data) > maxRow
			end = p.parse(0)
			lines = countLines(chunk.data, r.newline)
		}
		line := func(at int) int64 { return r.seam.line + 1 + int64(countLines(chunk.data[:at], r.newline)) }
		for i := range b.Rejects() {
			reject := &b.Rejects()[i]
			reject.Line = line(int(reject.Offset))
			reject.Offset += chunk.offset
		}
		if p.short > 0 {
			f := converter.Finding{Code: "cells-missing", Count: p.short, Message: "a row has fewer cells than there are columns; the missing ones are NULL"}
			if !r.seam.short { // where the others are does not matter
				row, at := p.firstShort()
				f.Row, f.Line, f.Offset = int64(row+1), line(at), chunk.offset+int64(at)
			}
			b.Report(f)
			r.seam.short = true
		}
		r.seam.carry = nil
		if end < len(chunk.data) {
			r.seam.carry = bytes.Clone(chunk.data[end:])
			lines -= countLines(r.seam.carry, r.newline)
		}
		r.seam.line += int64(lines)
		return nil
	})
	return nil
}

// grow makes room for the cells of a chunk at once, if the batch is a new one.
func grow(b *converter.Batch, text int) {
	if cap(b.Cells) == 0 && text > 4096 {
		b.Cells = make([]converter.Cell, 0, text/6)
		b.Ends = make([]uint32, 0, text/48)
	}
}

func countLines(b []byte, newline byte) int { return bytes.Count(b, []byte{newline}) }
