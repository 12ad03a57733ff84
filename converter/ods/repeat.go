package ods

import (
	"bytes"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/markup"
	"github.com/dynasette/dynasette/converter/internal/sheets"
)

// A repeat is a row that is said once for many, which are too many for one chunk.
type repeat struct {
	name, rest []byte // its XML: "<table:table-row", and what is behind it
	cost       int    // bytes of one, spelled out
	left       int    // how many are still to come
	offset     int64
	begun      bool
}

// chunk returns the next of them, of about size bytes.
func (r *repeat) chunk(size int) sheets.Chunk {
	n := min(max(size/r.cost, 1), r.left)
	r.left -= n
	// Of two attributes of one name the first counts.
	data := fmt.Appendf(nil, `%s %s="%d"%s`, r.name, rowsRepeated, n, r.rest)
	c := sheets.Chunk{Data: data, Offset: r.offset, Again: r.begun}
	r.begun = true
	return c
}

const (
	rowsRepeated    = "number-rows-repeated"
	columnsRepeated = "number-columns-repeated"
)

// weigh returns how many bytes of the rows are about size bytes once each row and each cell is
// spelled out that is said once for many. If it is only one row, and that is many, it returns
// that.
func weigh(rows []byte, size int) (int, repeat, error) {
	if !repeats(rows) {
		return len(rows), repeat{}, nil
	}
	var t markup.Tag
	for pos, total := 0, 0; ; {
		ok, err := t.Next(rows, pos)
		if err != nil || !ok {
			return len(rows), repeat{}, err
		}
		start := pos
		pos = t.End
		if isWrapper(&t) {
			continue
		}
		if pos, err = t.Skip(rows); err != nil {
			return 0, repeat{}, err
		}
		if string(t.Name) != "table-row" {
			continue
		}
		cost, err := weighRow(rows[:pos], t.End)
		if err != nil {
			return 0, repeat{}, err
		}
		n := 1
		if cost > 0 {
			n = times([]byte(t.Attr(rowsRepeated)))
		}
		weight := max(cost, pos-t.Start)
		before := total
		if total += weight * n; total <= size {
			continue
		}
		switch {
		case before > 0:
			return start, repeat{}, nil
		case n == 1:
			return pos, repeat{}, nil
		}
		name := t.Start + 1 + bytes.IndexAny(rows[t.Start+1:], " \t\r\n/>")
		return pos, repeat{name: bytes.Clone(rows[t.Start:name]), rest: bytes.Clone(rows[name:pos]), cost: weight, left: n}, nil
	}
}

// repeats reports whether a row or a cell that holds something may be there more than once. It
// looks for the letter in the attributes' names that is rare in all the others.
func repeats(rows []byte) bool {
	const before = len("nu") // m
	for pos := before; pos < len(rows); pos++ {
		i := bytes.IndexByte(rows[pos:], 'm')
		if i < 0 {
			return false
		}
		pos += i
		name := rows[pos-before:]
		if bytes.HasPrefix(name, []byte(rowsRepeated)) {
			return true
		}
		if bytes.HasPrefix(name, []byte(columnsRepeated)) {
			end := bytes.IndexByte(name, '>')
			if end < 0 || name[end-1] != '/' || bytes.Contains(name[:end], []byte("value")) || bytes.Contains(name[:end], []byte("formula")) {
				return true
			}
		}
	}
	return false
}

// weighRow returns how many bytes of cells with something in them a row has, whose start tag ends
// at pos, once each is spelled out: 0 if there are none.
func weighRow(row []byte, pos int) (int, error) {
	cost := 0
	var t markup.Tag
	for pos < len(row) {
		ok, err := t.Next(row, pos)
		if err != nil || !ok || t.Kind == markup.Close {
			return cost, err
		}
		if pos, err = t.Skip(row); err != nil {
			return 0, err
		}
		if t.Kind == markup.Empty && !bytes.Contains(t.Attrs, []byte("value")) && !bytes.Contains(t.Attrs, []byte("formula")) {
			continue
		}
		cost += (pos - t.Start) * min(times([]byte(t.Attr(columnsRepeated))), sheets.MaxColumns)
	}
	return cost, nil
}

// times returns how often something is there that says a number, and 1 if it says none.
func times(value []byte) int {
	const most = 999_999_999
	value = sheets.TrimSpace(value)
	if n, ok := sheets.ParseIndex(value); ok && n > 0 {
		return n
	}
	if len(value) > 9 && len(bytes.Trim(value, "0123456789")) == 0 {
		return most
	}
	return 1
}
