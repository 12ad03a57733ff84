package csv

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/dynasette/dynasette/converter"
)

// reading is one run through the text of a table.
type reading struct {
	dialect
	*section
	text   *text
	out    *converter.Writer
	name   string
	only   bool // there is no other table
	skip   int  // lines to skip in what is read
	table  *converter.Table
	seam   seam
	header []string // the cells of the header's row; nil if no row has the names
	width  int
	chunks sync.Pool

	unplain atomic.Int32 // chunks in a row that mark could do nothing with
}

// seam is what a chunk leaves for the next one. It is handed on in order.
type seam struct {
	line    int64  // lines before the chunk, or before carry
	carry   []byte // at the chunk's end: an unfinished row, which the cut had taken for a whole one, or what may be the footer
	short   bool   // a row had fewer cells than there are columns
	divided bool   // a row has several cells
	rows    bool   // there was a row
	gap     bool   // a blank line is behind it
}

// piece reads a table that head holds, and rejects what stands between it and the next, and
// before it if it is the first.
func (r *reading) piece(head []byte, first bool) error {
	from, to := r.section.text[0], r.section.text[1]
	r.seam.line = int64(r.line)
	table := r.out.Table(r.name)
	if first && !r.kept {
		if err := r.putAside(table, head[:from], 0, 0); err != nil {
			return err
		}
	}
	err := r.run(func([]byte) (chunk, error) {
		return chunk{data: bytes.Clone(head[from:to]), offset: int64(from), last: true, whole: true}, nil
	})
	if err != nil {
		return err
	}
	return r.putAside(r.table, head[to:r.after], int64(to), r.seam.line)
}

// putAside rejects the lines of a text that are no rows, but for blank ones.
func (r *reading) putAside(table *converter.Table, text []byte, offset, line int64) error {
	for at := 0; at < len(text); line++ {
		end := r.next(text, at)
		if end < 0 {
			end = len(text)
		}
		if raw := r.trim(text[at:end]); len(bytes.Trim(raw, " \t,;|\"")) > 0 {
			err := table.Reject(converter.Reject{Line: line + 1, Offset: offset + int64(at), Raw: string(raw), Aside: true,
				Type: "line before a table", Message: "it stands before a table"})
			if err != nil {
				return err
			}
		}
		at = end
	}
	return nil
}

func (r *reading) run(read func([]byte) (chunk, error)) error {
	next, names, err := r.begin(read)
	if err != nil {
		return err
	}
	r.width = len(names)
	r.table = r.out.Table(r.name, names...)
	for {
		chunk := next
		if err := r.table.AppendFunc(func(b *converter.Batch) error { return r.fill(b, chunk) }); err != nil {
			return err
		}
		if chunk.last {
			break
		}
		if next, err = read(r.buffer()); err != nil {
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

// begin reads up to the data, and returns its first chunk and the names of the columns.
func (r *reading) begin(read func([]byte) (chunk, error)) (chunk, []string, error) {
	first, err := read(nil)
	for at := 0; err == nil; {
		from := at
		for ; r.skip > 0; r.skip-- {
			n := r.next(first.data, at)
			if n < 0 {
				break
			}
			at = n
		}
		if r.only && !r.kept && at > from {
			if err := r.putAside(r.out.Table(r.name), first.data[from:at], first.offset+int64(from), r.seam.line); err != nil {
				return first, nil, err
			}
		}
		r.seam.line += int64(r.count(first.data[from:at]))
		if r.skip == 0 {
			body, names, ok, err := r.columns(first, at)
			if err == nil {
				err = r.text.Check(first.data[:body])
			}
			if ok || err != nil {
				r.seam.line += int64(r.count(first.data[at:body]))
				first.offset += int64(body)
				first.data = first.data[body:]
				return first, names, err
			}
		}
		switch {
		case first.last && r.skip > 0:
			return first, nil, &converter.SyntaxError{Line: r.seam.line, Err: errors.New("the document ends before its header"), Hint: "skip fewer lines"}
		case first.last:
			return first, nil, converter.ErrEmpty
		case len(r.trim(first.data[at:])) == 0:
			r.seam.line += int64(r.count(first.data[at:]))
			if err = r.text.Check(first.data); err == nil {
				first, err = read(nil)
			}
			at = 0
		default: // a row that goes on: as much again
			for want := 2 * len(first.data); len(first.data) < want && !first.last && err == nil; {
				var more chunk
				more, err = read(nil)
				first = chunk{append(first.data, more.data...), first.offset, more.last, more.whole}
			}
		}
	}
	return first, nil, err
}

// columns returns the names of the columns, and where the data begins. It reports false if
// there is no whole row from at on.
func (r *reading) columns(c chunk, at int) (int, []string, bool, error) {
	if r.dialect.names != nil {
		return at, r.dialect.names, true, nil
	}
	var b converter.Batch
	p := parser{dialect: r.dialect, data: r.spelled(c.data[at:len(c.data):len(c.data)]), last: c.whole, batch: &b, limit: 1, starts: []int{}}
	b.Data = p.data
	trace := tracer{dialect: &r.dialect, text: c.data[at:]}
	end := p.parse(0)
	if len(b.Rejects()) > 0 && (r.named || b.Rows() == 0 && c.last) {
		reject := b.Rejects()[0]
		offset := at + trace.place(int(reject.Offset))
		return at, nil, false, &converter.SyntaxError{Line: r.seam.line + 1 + int64(r.count(c.data[at:offset])), Offset: c.offset + int64(offset), Err: errors.New("the header: " + reject.Message)}
	}
	if b.Rows() == 0 {
		return at, nil, false, nil
	}
	r.seam.divided = len(b.Cells) > 1
	if !r.named { // it is read once more, as data
		begin := p.starts[0]
		if len(b.Rejects()) > 0 {
			begin = min(begin, int(b.Rejects()[0].Offset))
		}
		return at + trace.place(begin), make([]string, len(b.Cells)), true, nil
	}
	for _, f := range p.findings() {
		f.Line = r.seam.line + 1 + int64(r.count(p.data[:f.Offset]))
		f.Offset = c.offset + int64(at+(&tracer{dialect: &r.dialect, text: c.data[at:]}).place(int(f.Offset)))
		r.out.Report(f)
	}
	for _, c := range b.Cells {
		r.header = append(r.header, string(b.Data[c.Off:int(c.Off)+c.Len()]))
	}
	names := append([]string(nil), r.header...)
	if r.section.doubt || !distinct(names) {
		r.header = nil // a row that is the same may be data
	}
	if r.section.names > 0 {
		names = names[:min(r.section.names, len(names))]
	}
	if r.marked {
		names[0] = unmark(names[0])
	}
	if r.short {
		names = append([]string{""}, names...)
	}
	return at + trace.place(end), names, true, nil
}

// fill parses one chunk. That it begins a row is a guess of the cutter's, true for sound
// documents; whether it held is known in order.
func (r *reading) fill(b *converter.Batch, chunk chunk) error {
	if err := r.text.Check(chunk.data); err != nil {
		return err
	}
	end, p := r.parse(b, chunk, false)
	lines := r.count(chunk.data)
	b.Release(func() {
		// Not chunk.data: what was unescaped may have needed a larger one.
		buffer := b.Data[:0]
		r.chunks.Put(&buffer)
	})
	b.InOrder(func() error {
		if carry := r.seam.carry; carry != nil {
			chunk.data = append(carry[:len(carry):len(carry)], chunk.data...)
			chunk.offset -= int64(len(carry))
			chunk.whole = chunk.whole || len(chunk.data) > maxRow
			b.Clear()
			end, p = r.parse(b, chunk, true)
			lines = r.count(chunk.data)
		} else if !p.marked && r.footing(b, b.Rows()-1) {
			b.Clear()
			end, p = r.parse(b, chunk, true)
		}
		line, at := r.seam.line+1, int64(0)
		for i := range b.Rejects() {
			reject := &b.Rejects()[i]
			line += int64(r.count(chunk.data[at:reject.Offset]))
			at = reject.Offset
			reject.Line, reject.Offset = line, at+chunk.offset
		}
		report := func(f converter.Finding, at int) {
			at = (&tracer{dialect: &r.dialect, text: chunk.data}).place(at)
			f.Line, f.Offset = r.seam.line+1+int64(r.count(chunk.data[:at])), chunk.offset+int64(at)
			b.Report(f)
		}
		for _, f := range p.findings() {
			report(f, int(f.Offset))
		}
		if p.short > 0 {
			f := converter.Finding{Code: "cells-missing", Count: p.short, Message: "a row has fewer cells than there are columns; the missing ones are NULL"}
			if r.seam.short { // where the others are does not matter
				b.Report(f)
			} else {
				row, at := p.firstShort()
				f.Row, r.seam.short = int64(row+1), true
				report(f, at)
			}
		}
		before := r.seam.line
		b.Locate(func(row int) int64 {
			at := (&tracer{dialect: &r.dialect, text: chunk.data}).place(p.start(row))
			return before + 1 + int64(r.count(chunk.data[:at]))
		})
		r.seam.carry = nil
		if end > 0 {
			r.seam.rows = r.seam.rows || b.Rows() > 0
			r.seam.gap = r.endsApart(chunk.data[:end])
		}
		if end < len(chunk.data) {
			r.seam.carry = bytes.Clone(chunk.data[end:])
			lines -= r.count(r.seam.carry)
		}
		r.seam.line += int64(lines)
		r.seam.divided = r.seam.divided || b.Rows() > 0 && int(b.Ends[b.Rows()-1]) > b.Rows()
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
