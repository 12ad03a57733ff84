package converter

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
)

// extraColumn holds, as JSON, what a row has beyond its table's columns.
const extraColumn = "_extra"

// scatter puts the cells from:to of a batch in the order of the table's columns. What the
// table has no column for becomes the JSON text of _extra: an array for a row that is too
// long, an object for columns that have names. It reports false if that column is missing.
func (e *encoder) scatter(b *Batch, p *plan, from, to int) ([]Cell, bool) {
	if len(p.fixed) == 0 && len(p.extracts) == 0 && p.inPlace(b, from, to) {
		return b.Cells[from:to], true
	}
	e.dense = append(e.dense[:0], make([]Cell, len(p.modes))...)
	width, surplus := 0, 0
	for i := from; i < to; i++ {
		column := p.column(b, i, from)
		if column == overflow {
			if !b.Cells[i].blank() {
				surplus++
			}
			continue
		}
		if column == elsewhere {
			continue
		}
		e.dense[column] = b.Cells[i]
		width = max(width, column+1)
	}
	for i, f := range p.fixed {
		if f.place >= 0 {
			e.dense[f.place] = p.cells[i]
			width = max(width, int(f.place)+1)
		}
	}
	if surplus == 0 {
		return e.dense[:width], true
	}
	if p.extra < 0 {
		return nil, false
	}
	if e.wide++; e.wide == 1 {
		e.wideAt = len(e.ends)
	}
	at := len(b.Data)
	b.Data = appendExtra(b, p, from, to)
	e.dense[p.extra] = Span(KindText, at, len(b.Data)-at)
	return e.dense[:max(width, p.extra+1)], true
}

// inPlace reports whether the row from:to, whose cells have names, is in the order of the table's
// columns, and has all up to its last one.
func (p *plan) inPlace(b *Batch, from, to int) bool {
	if !b.byName() {
		return false
	}
	for i, local := range b.cols[from:to] {
		if int(local) >= len(p.columns) || int(p.columns[local]) != i {
			return false
		}
	}
	return true
}

// column returns the table's column of cell i in the row that begins at from.
func (p *plan) column(b *Batch, i, from int) int {
	local := i - from
	if b.byName() {
		local = int(b.cols[i])
	}
	if local >= len(p.columns) {
		return overflow
	}
	return int(p.columns[local])
}

// blank reports whether a cell is NULL for certain.
func (c Cell) blank() bool { return c.Kind() == KindNull || c.Kind() == KindUntyped && c.Len() == 0 }

// appendExtra appends the JSON text of a row's surplus to the batch's data.
func appendExtra(b *Batch, p *plan, from, to int) []byte {
	named := b.byName() || len(p.names) > maxColumns
	open, shut := byte('['), byte(']')
	if named {
		open, shut = '{', '}'
	}
	out := append(b.Data, open)
	first := true
	for i := from; i < to; i++ {
		if p.column(b, i, from) != overflow || named && b.Cells[i].blank() {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		if named {
			local := i - from
			if b.byName() {
				local = int(b.cols[i])
			}
			out = append(appendJSON(out, p.localName(local)), ':')
		}
		out = b.Cells[i].appendJSON(out, b.Data)
	}
	return append(out, shut)
}

func (c Cell) appendJSON(out, data []byte) []byte {
	value := data[c.Off : int(c.Off)+c.Len()]
	switch c.Kind() {
	case KindNull:
		return append(out, "null"...)
	case KindInt:
		return strconv.AppendInt(out, int64(binary.LittleEndian.Uint64(value)), 10)
	case KindReal:
		f := math.Float64frombits(binary.LittleEndian.Uint64(value))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(out, "null"...)
		}
		return strconv.AppendFloat(out, f, 'g', -1, 64)
	case KindBlob:
		out = append(out, `{"$base64":true,"encoded":"`...)
		out = base64.StdEncoding.AppendEncode(out, value)
		return append(out, `"}`...)
	}
	return appendJSON(out, string(value))
}

// appendJSON appends s as a JSON string.
func appendJSON(out []byte, s string) []byte {
	text, _ := json.Marshal(s) // of a string: never an error
	return append(out, text...)
}
