package parquet

import "slices"

// Physical types.
const (
	typeBoolean = iota
	typeInt32
	typeInt64
	typeInt96
	typeFloat
	typeDouble
	typeBytes
	typeFixed
)

// Repetition of a field.
const (
	required = iota
	optional
	repeated
)

// An element is one of the schema's, which lists a tree in depth-first order.
type element struct {
	physical   int // -1: it is a group
	length     int
	repetition int
	name       string
	children   int
	converted  int // -1: none
	scale      int
	logical    logical
}

// A logical type says what a physical one means.
type logical struct {
	id     int // of the union's member; 0: none
	scale  int
	utc    bool
	unit   int // 1: milliseconds, 2: microseconds, 3: nanoseconds
	signed bool
}

// Members of the union of logical types.
const (
	logicalString    = 1
	logicalMap       = 2
	logicalList      = 3
	logicalEnum      = 4
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
	logicalJSON      = 12
	logicalBSON      = 13
	logicalUUID      = 14
	logicalFloat16   = 15
)

// A footer is what a file says of itself. Row groups are parsed when they are read: there may be
// many, of many columns.
type footer struct {
	schema    []element
	rows      int64
	groups    []int // where in raw each begins
	raw       []byte
	createdBy string
	encrypted bool
}

// A rowGroup is where the columns of some rows are.
type rowGroup struct {
	rows   int64
	chunks []chunkMeta
}

// A chunkMeta says where a column's part of a row group is.
type chunkMeta struct {
	physical          int
	codec             int
	values            int64
	unpacked, packed  int64
	dataAt, dictAt    int64
	elsewhere, secret bool
	hasMeta           bool
}

var (
	footerFields = []byte{2: thriftList, 3: thriftI64, 4: thriftList, 6: thriftBinary, 8: thriftStruct}
	schemaFields = []byte{1: thriftI32, 2: thriftI32, 3: thriftI32, 4: thriftBinary, 5: thriftI32, 6: thriftI32, 7: thriftI32, 10: thriftStruct}
	groupFields  = []byte{1: thriftList, 3: thriftI64}
	chunkFields  = []byte{1: thriftBinary, 3: thriftStruct, 8: thriftStruct, 9: thriftBinary}
	columnFields = []byte{1: thriftI32, 4: thriftI32, 5: thriftI64, 6: thriftI64, 7: thriftI64, 9: thriftI64, 11: thriftI64}
)

// readFooter reads a file's metadata.
func readFooter(raw []byte, limits Limits) (*footer, error) {
	f := &footer{raw: raw, rows: -1}
	t := thrift{b: raw}
	t.fields(footerFields, func(id int) bool {
		switch id {
		case 2:
			t.structs(func(i, n int) {
				if i >= limits.Columns*4 {
					t.fail(tooMany("fields", limits.Columns*4))
					return
				}
				f.schema = append(f.schema, readElement(&t))
			})
		case 3:
			f.rows = t.int()
		case 4:
			t.structs(func(int, int) {
				f.groups = append(f.groups, t.at)
				t.skip(thriftStruct, false, 0)
			})
		case 6:
			f.createdBy = string(t.bytes())
		case 8:
			f.encrypted = true
			return false
		}
		return true
	})
	return f, t.err
}

func readElement(t *thrift) element {
	e := element{physical: -1, converted: -1}
	t.fields(schemaFields, func(id int) bool {
		switch id {
		case 1:
			e.physical = int(t.int32())
		case 2:
			e.length = int(t.int32())
		case 3:
			e.repetition = int(t.int32())
		case 4:
			e.name = string(t.bytes())
		case 5:
			e.children = int(t.int32())
		case 6:
			e.converted = int(t.int32())
		case 7:
			e.scale = int(t.int32())
		case 10:
			e.logical = readLogical(t)
		}
		return true
	})
	return e
}

// readLogical reads the union of logical types: one member, which is a structure.
func readLogical(t *thrift) logical {
	var l logical
	members := slices.Repeat([]byte{thriftStruct}, 32)
	t.fields(members, func(id int) bool {
		l.id = id
		switch id {
		case logicalDecimal:
			t.fields([]byte{1: thriftI32}, func(int) bool { l.scale = int(t.int32()); return true })
		case logicalTime, logicalTimestamp:
			t.fields([]byte{1: thriftTrue, 2: thriftStruct}, func(id int) bool {
				if id == 1 {
					l.utc = t.flag
				} else {
					t.fields(members, func(id int) bool { l.unit = id; return false })
				}
				return true
			})
		case logicalInteger:
			t.fields([]byte{2: thriftTrue}, func(int) bool { l.signed = t.flag; return true })
		default:
			return false
		}
		return true
	})
	return l
}

// group reads the i-th row group, which is to have so many columns.
func (f *footer) group(i, columns int) (rowGroup, error) {
	g := rowGroup{rows: -1}
	t := thrift{b: f.raw, at: f.groups[i]}
	t.fields(groupFields, func(id int) bool {
		if id == 3 {
			g.rows = t.int()
			return true
		}
		t.structs(func(i, n int) {
			if n != columns {
				t.fail(corruptf("row group %d has %d columns, and the schema %d", len(g.chunks), n, columns))
				return
			}
			g.chunks = append(g.chunks, readChunkMeta(&t))
		})
		return true
	})
	return g, t.err
}

func readChunkMeta(t *thrift) chunkMeta {
	c := chunkMeta{physical: -1}
	t.fields(chunkFields, func(id int) bool {
		switch id {
		case 1:
			c.elsewhere = len(t.bytes()) > 0
		case 3:
			c.hasMeta = true
			t.fields(columnFields, func(id int) bool {
				switch id {
				case 1:
					c.physical = int(t.int32())
				case 4:
					c.codec = int(t.int32())
				case 5:
					c.values = t.int()
				case 6:
					c.unpacked = t.int()
				case 7:
					c.packed = t.int()
				case 9:
					c.dataAt = t.int()
				case 11:
					c.dictAt = t.int()
				}
				return true
			})
		case 8, 9:
			c.secret = true
			return false
		}
		return true
	})
	return c
}

// Types of pages.
const (
	pageData       = 0
	pageDictionary = 2
	pageDataV2     = 3
)

// A pageHeader stands before each page.
type pageHeader struct {
	kind             int
	unpacked, packed int32
	values           int32
	encoding         int
	defEncoding      int
	repEncoding      int
	defBytes         int32 // of version 2
	repBytes         int32
	plain            bool // of version 2: the values are not compressed
	crc              uint32
	hasCRC           bool
}

// readPageHeader reads a header, and returns its length. The error is errShort if b is too short
// for it.
func readPageHeader(b []byte) (h pageHeader, n int, err error) {
	t := thrift{b: b}
	h.kind, h.unpacked, h.packed, h.values = -1, -1, -1, -1
	t.fields([]byte{1: thriftI32, 2: thriftI32, 3: thriftI32, 4: thriftI32, 5: thriftStruct, 7: thriftStruct, 8: thriftStruct}, func(id int) bool {
		switch id {
		case 1:
			h.kind = int(t.int32())
		case 2:
			h.unpacked = t.int32()
		case 3:
			h.packed = t.int32()
		case 4:
			h.crc, h.hasCRC = uint32(t.int32()), true
		case 5, 7:
			t.fields([]byte{1: thriftI32, 2: thriftI32, 3: thriftI32, 4: thriftI32}, func(id int) bool {
				switch v := t.int32(); id {
				case 1:
					h.values = v
				case 2:
					h.encoding = int(v)
				case 3:
					h.defEncoding = int(v)
				case 4:
					h.repEncoding = int(v)
				}
				return true
			})
		case 8:
			t.fields([]byte{1: thriftI32, 4: thriftI32, 5: thriftI32, 6: thriftI32, 7: thriftTrue}, func(id int) bool {
				switch id {
				case 1:
					h.values = t.int32()
				case 4:
					h.encoding = int(t.int32())
				case 5:
					h.defBytes = t.int32()
				case 6:
					h.repBytes = t.int32()
				case 7:
					h.plain = !t.flag
				}
				return true
			})
		}
		return true
	})
	return h, t.at, t.err
}
