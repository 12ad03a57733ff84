package parquet_test

import (
	"bytes"
	"encoding/binary"
)

// Documents that no program writes are made by hand: a compact writes structures of Thrift's
// compact protocol.
type compact struct {
	bytes.Buffer
	last []int // number of the last field, of each structure that is open
}

func (c *compact) uvarint(n uint64) { c.Write(binary.AppendUvarint(nil, n)) }
func (c *compact) varint(n int64)   { c.Write(binary.AppendVarint(nil, n)) }

// begin begins a structure, which is a field, an element (id 0) or all there is.
func (c *compact) begin(id int) *compact {
	if id > 0 {
		c.field(id, 12)
	}
	c.last = append(c.last, 0)
	return c
}

func (c *compact) end() *compact {
	c.WriteByte(0)
	c.last = c.last[:len(c.last)-1]
	return c
}

func (c *compact) field(id int, kind byte) {
	last := &c.last[len(c.last)-1]
	c.WriteByte(byte(id-*last)<<4 | kind)
	*last = id
}

func (c *compact) i32(id int, n int64) *compact { c.field(id, 5); c.varint(n); return c }
func (c *compact) i64(id int, n int64) *compact { c.field(id, 6); c.varint(n); return c }
func (c *compact) str(id int, s string) *compact {
	c.field(id, 8)
	c.uvarint(uint64(len(s)))
	c.WriteString(s)
	return c
}

// list begins a list of n elements.
func (c *compact) list(id int, kind byte, n uint64) *compact {
	c.field(id, 9)
	c.WriteByte(0xf0 | kind)
	c.uvarint(n)
	return c
}

// A crafted is a file of one column and one row group.
type crafted struct {
	physical, length, repetition int64
	annotation                   int64 // the converted type; 0 is UTF-8, negative: none
	codec                        int64
	rows, values                 int64
	name                         string
	pages                        []craftedPage
}

type craftedPage struct {
	kind               int64 // 0: data, 2: dictionary
	values, encoding   int64
	unpacked           int64 // 0: as many as there are
	body               string
	claimed            int64 // size of the body; 0: as it is
	defBytes, repBytes int64 // version 2, if one of them is not 0
}

func (f crafted) file() string {
	out := bytes.NewBufferString("PAR1")
	dataAt, dictAt := int64(0), int64(0)
	for _, p := range f.pages {
		var h compact
		if p.unpacked == 0 {
			p.unpacked = int64(len(p.body))
		}
		if p.claimed == 0 {
			p.claimed = int64(len(p.body))
		}
		switch {
		case p.kind == 2:
			dictAt = int64(out.Len())
			h.begin(0).i32(1, 2).i32(2, p.unpacked).i32(3, p.claimed).begin(7).i32(1, p.values).i32(2, p.encoding).end().end()
		case p.defBytes+p.repBytes > 0:
			h.begin(0).i32(1, 3).i32(2, p.unpacked).i32(3, p.claimed).begin(8).
				i32(1, p.values).i32(2, 0).i32(3, p.values).i32(4, p.encoding).i32(5, p.defBytes).i32(6, p.repBytes).end().end()
		default:
			h.begin(0).i32(1, 0).i32(2, p.unpacked).i32(3, p.claimed).begin(5).i32(1, p.values).i32(2, p.encoding).i32(3, 3).i32(4, 3).end().end()
		}
		if p.kind == 0 && dataAt == 0 {
			dataAt = int64(out.Len())
		}
		out.Write(h.Bytes())
		out.WriteString(p.body)
	}
	size := int64(out.Len()) - 4
	var m compact
	m.begin(0).i32(1, 1).list(2, 12, 2)
	m.begin(0).str(4, "schema").i32(5, 1).end()
	m.begin(0).i32(1, f.physical).i32(2, f.length).i32(3, f.repetition).str(4, "a"+f.name)
	if f.annotation >= 0 {
		m.i32(6, f.annotation)
	}
	m.end()
	m.i64(3, f.rows).list(4, 12, 1).begin(0).list(1, 12, 1).begin(0).i64(2, 4).begin(3)
	m.i32(1, f.physical).i32(4, f.codec).i64(5, f.values).i64(6, size).i64(7, size).i64(9, dataAt)
	if dictAt > 0 {
		m.i64(11, dictAt)
	}
	m.end().end().i64(2, size).i64(3, f.rows).end().end()
	return sealed(out.String(), m.String())
}

// sealed is a file with that metadata.
func sealed(pages, metadata string) string {
	return pages + metadata + string(binary.LittleEndian.AppendUint32(nil, uint32(len(metadata)))) + "PAR1"
}

// le32 is how Parquet stores a number.
func le32(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }

// uv is a number as Thrift and runs have it.
func uv(n uint64) string { return string(binary.AppendUvarint(nil, n)) }

// vi is a signed one.
func vi(n int64) string { return string(binary.AppendVarint(nil, n)) }

// block is what has its length before it, as levels have.
func block(s string) string { return le32(uint32(len(s))) + s }
