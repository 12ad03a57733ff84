package converter

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// postings are the ids of the rows that have one value, ascending, as the differences between
// them: a byte mostly.
type postings struct {
	diffs []byte
	last  int64
	count int64
}

// A postingGroup is ids that follow one another: the first, the last, and the differences after
// the first.
type postingGroup struct {
	first, last int64
	rest        []byte
}

// add adds n ids.
func (p *postings) add(g postingGroup, n int64) {
	p.diffs = append(binary.AppendUvarint(p.diffs, uint64(g.first-p.last)), g.rest...)
	p.last, p.count = g.last, p.count+n
}

// addSpan adds the ids of a span.
func (p *postings) addSpan(s span) {
	n := s.to - s.from
	p.add(postingGroup{s.from, s.to, bytes.Repeat([]byte{1}, int(n))}, n+1)
}

// A postingsReader reads the ids.
type postingsReader struct {
	rest []byte
	last int64
}

func (p *postings) reader() postingsReader { return postingsReader{rest: p.diffs} }

// read returns as many of the ids that follow as there is room for; none at the end.
func (r *postingsReader) read(ids []int64) []int64 {
	n, rest, last := 0, r.rest, r.last
	for n < len(ids) && len(rest) > 0 {
		diff, size := uint64(rest[0]), 1
		if diff >= 0x80 {
			diff, size = binary.Uvarint(rest)
		}
		last, rest = last+int64(diff), rest[size:]
		ids[n] = last
		n++
	}
	r.rest, r.last = rest, last
	return ids[:n]
}

// batchPostings are those of a batch of rows, by value.
type batchPostings struct {
	values []valuePostings // by place in the column's valueTable
	diffs  []byte          // of all of them
	order  []int32         // rows, by value
}

type valuePostings struct {
	first, last int64
	to          int // where its differences end
}

// group returns those of a value.
func (p *batchPostings) group(place int) postingGroup {
	v, from := &p.values[place], 0
	if place > 0 {
		from = p.values[place-1].to
	}
	return postingGroup{v.first, v.last, p.diffs[from:v.to]}
}

// set makes them of the rows' values, by place in the table.
func (p *batchPostings) set(values []tableValue, codes []uint16, rows *sketchedRows) {
	p.values, p.diffs = slices.Grow(p.values[:0], len(values))[:len(values)], p.diffs[:0]
	p.order = slices.Grow(p.order[:0], len(codes))[:len(codes)]
	to := 0
	for i := range values {
		p.values[i].to = to // where the next of its rows comes
		to += int(values[i].count)
	}
	for row, code := range codes {
		at := &p.values[code].to
		p.order[*at] = int32(row)
		*at++
	}
	diffs := p.diffs
	from := 0
	for i := range values {
		v := &p.values[i]
		if of := p.order[from:v.to]; len(of) > 0 {
			last := rows.id(of[0])
			v.first = last
			for _, row := range of[1:] {
				id := rows.id(row)
				if diff := id - last; uint64(diff) < 0x80 {
					diffs = append(diffs, byte(diff))
				} else {
					diffs = binary.AppendUvarint(diffs, uint64(diff))
				}
				last = id
			}
			v.last = last
		}
		from, v.to = v.to, len(diffs)
	}
	p.diffs = diffs
}
