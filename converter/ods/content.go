package ods

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A sheet is the rows of a table.
type sheet struct {
	*document
	table *table
}

// Open goes to the rows.
func (s *sheet) Open() (sheets.Source, error) {
	at, err := s.at(s.table.from)
	if err != nil {
		return nil, err
	}
	return &pass{sheet: s, stream: at, rowEnd: []byte("</" + s.table.prefix + "table-row")}, nil
}

// Scan reads the rows of a piece of the XML.
func (s *sheet) Scan(chunk sheets.Chunk, before int) (sheets.Scanner, error) {
	if !utf8.Valid(chunk.Data) {
		return nil, markup.Corrupt(markup.ErrEncoding, s.part, chunk.Offset)
	}
	return newScanner(s, chunk, before), nil
}

// Foresee says that links stand in the rows.
func (s *sheet) Foresee() (bool, error) { return false, nil }

// A pass reads the rows once.
type pass struct {
	*sheet
	*stream
	rowEnd []byte // up to the name
	again  repeat // what of a row is still to come
	broken bool
}

func (p *pass) Hidden() []bool { return p.table.hidden }

func (p *pass) Reuse(c sheets.Chunk) { p.stream.Reuse(c.Data) }

func (p *pass) Behind() (sheets.Behind, error) { return sheets.Behind{}, nil }

// Close leaves the stream to the next reading.
func (p *pass) Close() error {
	if p.broken {
		return p.stream.Close()
	}
	return p.leave(p.stream)
}

// Next cuts behind the last row that ends within so many bytes.
func (p *pass) Next(size int) (sheets.Chunk, error) {
	if p.again.left > 0 {
		return p.again.chunk(size), nil
	}
	if p.Start() >= p.table.to {
		return sheets.Chunk{}, io.EOF
	}
	for want := size; ; want *= 2 {
		n := int(min(int64(want), p.table.to-p.Start()))
		if err := p.Fill(n); err != nil {
			p.broken = true
			return sheets.Chunk{}, err
		}
		rows := p.Bytes()[:min(n, len(p.Bytes()))]
		if len(rows) < n {
			return sheets.Chunk{}, p.corrupt(io.ErrUnexpectedEOF)
		}
		last := p.Start()+int64(n) == p.table.to
		cut, err := p.cut(rows, last, want > size)
		if err != nil {
			return sheets.Chunk{}, p.corrupt(err)
		}
		if cut == 0 && last {
			return sheets.Chunk{}, p.corrupt(markup.ErrUnclosed)
		}
		if cut > 0 {
			return p.take(cut, size)
		}
		if n >= p.limits.Row {
			return sheets.Chunk{}, fmt.Errorf("%w: more than %d MiB of XML in one row", converter.ErrLimit, p.limits.Row>>20)
		}
	}
}

func (p *pass) corrupt(err error) error { return markup.Corrupt(err, p.part, p.Start()) }

// cut returns the end of the last whole row, or of the first one; of the last rows, that of
// what is behind them. It is 0 if there is none.
func (p *pass) cut(rows []byte, last, first bool) (int, error) {
	if p.table.odd || first {
		return walk(rows, last, first)
	}
	if last {
		return len(rows), nil
	}
	if i := bytes.LastIndex(rows, p.rowEnd); i >= 0 {
		if n := bytes.IndexByte(rows[i:], '>'); n > 0 {
			return i + n + 1, nil
		}
		return walk(rows[:i], false, false)
	}
	return walk(rows, false, false)
}

// walk is cut for rows that can't be found by their ends: it looks at one element after another.
func walk(rows []byte, last, first bool) (int, error) {
	end := 0
	var t markup.Tag
	for pos := 0; ; end = pos {
		ok, err := t.Next(rows, pos)
		if err == nil && !ok && last {
			return len(rows), nil
		}
		row := err == nil && ok && string(t.Name) == "table-row"
		if err == nil && ok {
			pos = t.End
			if !isWrapper(&t) {
				pos, err = t.Skip(rows)
			}
		}
		switch {
		case errors.Is(err, markup.ErrUnclosed) || err == nil && !ok:
			return end, nil
		case err != nil:
			return 0, err
		case row && first:
			return pos, nil
		}
	}
}

// isWrapper reports whether rows stand in the element of a tag, or it ends one.
func isWrapper(t *markup.Tag) bool {
	switch string(t.Name) {
	case "table-rows", "table-header-rows", "table-row-group":
		return true
	}
	return t.Kind == markup.Close
}

// take hands out the first rows of the buffer, as many of them as are about size bytes once each
// is spelled out.
func (p *pass) take(cut, size int) (sheets.Chunk, error) {
	cut, many, err := weigh(p.Bytes()[:cut], size)
	if err != nil {
		return sheets.Chunk{}, p.corrupt(err)
	}
	at := p.Start()
	if many.left > 0 {
		many.offset = at
		p.again = many
		p.Drop(cut)
		return p.again.chunk(size), nil
	}
	return sheets.Chunk{Data: p.Take(cut), Offset: at}, nil
}
