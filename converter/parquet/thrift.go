package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Types of Thrift's compact protocol, in which the metadata is written.
const (
	thriftStop   = 0
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// maxThriftDepth is well above what Parquet's structures need.
const maxThriftDepth = 32

var (
	errShort  = errors.New("the metadata is cut short")
	errThrift = errors.New("the metadata is not sound")
)

// A thrift reads a structure of Thrift's compact protocol. It allocates nothing, so no length
// that it finds can cost memory. After an error all it reads is zero.
type thrift struct {
	b    []byte
	at   int
	flag bool // the field that is read now, if it is a boolean
	err  error
}

func (t *thrift) fail(err error) {
	if t.err == nil {
		t.err = err
	}
	t.at = len(t.b)
}

func (t *thrift) byte() byte {
	if t.at >= len(t.b) {
		t.fail(errShort)
		return 0
	}
	t.at++
	return t.b[t.at-1]
}

func (t *thrift) uvarint() uint64 {
	v, n := binary.Uvarint(t.b[t.at:])
	if n <= 0 {
		if n < 0 {
			t.fail(fmt.Errorf("%w: a number is too long", errThrift))
		} else {
			t.fail(errShort)
		}
		return 0
	}
	t.at += n
	return v
}

func (t *thrift) int() int64 {
	v := t.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// int32 reads a number that a 32-bit integer has to hold.
func (t *thrift) int32() int32 {
	v := t.int()
	if int64(int32(v)) != v {
		t.fail(fmt.Errorf("%w: a number is too large", errThrift))
		return 0
	}
	return int32(v)
}

// bytes reads a string; it is a part of the metadata itself.
func (t *thrift) bytes() []byte {
	n := t.uvarint()
	if n > uint64(len(t.b)-t.at) {
		t.fail(errShort)
		return nil
	}
	t.at += int(n)
	return t.b[t.at-int(n) : t.at]
}

// list reads the head of a list, whose elements each have a byte at least.
func (t *thrift) list() (kind byte, n int) {
	head := t.byte()
	kind, n = head&15, int(head>>4)
	if n == 15 {
		size := t.uvarint()
		if size > uint64(len(t.b)-t.at) {
			t.fail(errShort)
			return 0, 0
		}
		n = int(size)
	}
	return kind, n
}

// fields calls f for each field of a structure that has the type which want has for its number.
// f reads the field, or returns false to have it skipped.
func (t *thrift) fields(want []byte, f func(id int) bool) {
	id := 0
	for t.err == nil {
		head := t.byte()
		kind := head & 15
		if kind == thriftStop {
			return
		}
		if delta := int(head >> 4); delta != 0 {
			id += delta
		} else {
			id = int(t.int())
		}
		t.flag = kind == thriftTrue
		if id > 0 && id < len(want) && (want[id] == kind || want[id] == thriftTrue && kind == thriftFalse) && f(id) {
			continue
		}
		t.skip(kind, false, 0)
	}
}

// structs calls f for each structure of a list.
func (t *thrift) structs(f func(i, n int)) {
	kind, n := t.list()
	if n > 0 && kind != thriftStruct {
		t.fail(fmt.Errorf("%w: a list is not one of structures", errThrift))
	}
	for i := 0; i < n && t.err == nil; i++ {
		f(i, n)
	}
}

// skip passes over a value. In lists, unlike in structures, a boolean is a byte.
func (t *thrift) skip(kind byte, element bool, depth int) {
	if depth > maxThriftDepth {
		t.fail(fmt.Errorf("%w: it is nested too deep", errThrift))
	}
	if t.err != nil {
		return
	}
	switch kind {
	case thriftTrue, thriftFalse:
		if element {
			t.byte()
		}
	case thriftByte:
		t.byte()
	case thriftI16, thriftI32, thriftI64:
		t.uvarint()
	case thriftDouble:
		t.pass(8)
	case thriftUUID:
		t.pass(16)
	case thriftBinary:
		t.bytes()
	case thriftList, thriftSet:
		of, n := t.list()
		for i := 0; i < n && t.err == nil; i++ {
			t.skip(of, true, depth+1)
		}
	case thriftMap:
		n := t.uvarint()
		if n == 0 {
			return
		}
		kinds := t.byte()
		for ; n > 0 && t.err == nil; n-- {
			t.skip(kinds>>4, true, depth+1)
			t.skip(kinds&15, true, depth+1)
		}
	case thriftStruct:
		for t.err == nil {
			head := t.byte()
			if head&15 == thriftStop {
				return
			}
			if head>>4 == 0 {
				t.int()
			}
			t.skip(head&15, false, depth+1)
		}
	default:
		t.fail(fmt.Errorf("%w: there is no type %d", errThrift, kind))
	}
}

func (t *thrift) pass(n int) {
	if n > len(t.b)-t.at {
		t.fail(errShort)
		return
	}
	t.at += n
}
