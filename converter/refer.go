package converter

import (
	"slices"
	"strconv"

	"github.com/dynasette/dynasette/converter/internal/sqlitefile"
)

// refer puts the ids of what was extracted from the rows into their records, in place of what these have
// there: when rows are encoded, it is not known yet. The encoder's records are complete then.
func (e *encoder) refer(extracts []extracting) {
	var all []*extracting // in the order of their places
	for i := range extracts {
		if x := &extracts[i]; x.plan.to != nil && x.plan.place >= 0 {
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortFunc(all, func(a, b *extracting) int { return int(a.plan.place - b.plan.place) })
	out, from := e.referred[:0], uint32(0)
	if cap(out) == 0 {
		out = make([]byte, 0, len(e.out)+4*len(all)*len(e.ends))
	}
	for row, to := range e.ends {
		out = e.referRow(out, e.out[from:to], row, all)
		from, e.ends[row] = to, uint32(len(out))
	}
	e.out, e.referred = out, e.out
}

// referRow appends the record of a row with its ids.
func (e *encoder) referRow(out, record []byte, row int, all []*extracting) []byte {
	size, at := sqlitefile.Varint(record)
	head, body := record[at:size], record[size:]
	heads, bodies := e.newHeads[:0], e.newBody[:0]
	column := int32(0) // head and body begin with it
	for _, x := range all {
		id, ok := x.id(row)
		if !ok {
			continue
		}
		bytes, n := 0, 0
		for column < x.plan.place && n < len(head) {
			serial, size := sqlitefile.Varint(head[n:])
			n += size
			bytes += sqlitefile.SerialSize(serial)
			column++
		}
		heads, bodies = append(heads, head[:n]...), append(bodies, body[:bytes]...)
		head, body = head[n:], body[bytes:]
		for ; column < x.plan.place; column++ {
			heads = append(heads, sqlitefile.SerialNull)
		}
		if len(head) > 0 { // NULL, or what the document has there
			serial, size := sqlitefile.Varint(head)
			head, body = head[size:], body[sqlitefile.SerialSize(serial):]
		}
		if before := len(bodies); e.modes[x.plan.place] == modeSpelled {
			bodies = strconv.AppendInt(bodies, id, 10)
			heads = sqlitefile.AppendVarint(heads, sqlitefile.SerialText(len(bodies)-before))
		} else {
			var serial byte
			bodies, serial = sqlitefile.AppendInt(bodies, id)
			heads = append(heads, serial)
		}
		column++
	}
	n := len(heads) + len(head) + 1
	if n > 127 {
		n++
	}
	out = append(append(sqlitefile.AppendVarint(out, uint64(n)), heads...), head...)
	out = append(append(out, bodies...), body...)
	e.newHeads, e.newBody = heads, bodies
	return out
}
