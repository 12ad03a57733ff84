package sqlitecheck

import (
	"bytes"
	"cmp"
	"math"
)

// A sortKey says how a column of an index is sorted.
type sortKey struct {
	collation byte
	desc      bool
}

// SQLite's own collations; text in another one cannot be compared here.
const (
	collateBinary = iota
	collateNoCase
	collateRTrim
	collateOther
)

// A keyOrder compares the keys of an index, each with the one before it.
type keyOrder struct {
	keys   []sortKey // of the columns to compare, the first ones of the record
	all    bool      // all columns are compared, as BINARY
	unique bool      // no two records have the same keys
	utf8   bool

	serials []uint64 // of the record before
	values  []byte
	some    bool
}

// Of longer records only so much is compared.
const maxCompared = 64 << 10

// next reports whether the record belongs after the one before it. What cannot be told is
// taken to be in order.
func (o *keyOrder) next(serials []uint64, values []byte) bool {
	for o.all && len(o.keys) < len(serials) {
		o.keys = append(o.keys, sortKey{})
	}
	ok := true
	if o.some {
		c, known := o.compare(serials, values)
		ok = !known || c > 0 || c == 0 && !o.unique
	}
	n := min(len(o.keys), len(serials))
	size := int64(0)
	for _, s := range serials[:n] {
		size += serialLen(s)
	}
	o.some = true
	o.serials = append(o.serials[:0], serials[:n]...)
	o.values = keep(o.values, values[:min(size, int64(len(values)), maxCompared)])
	return ok
}

// compare compares a record with the one before it.
func (o *keyOrder) compare(serials []uint64, values []byte) (c int, known bool) {
	was := o.values
	for i, key := range o.keys {
		if i >= len(serials) || i >= len(o.serials) {
			return 0, false
		}
		n, wasN := serialLen(serials[i]), serialLen(o.serials[i])
		a, aWhole := firstBytes(values, n)
		b, bWhole := firstBytes(was, wasN)
		c, known := compareValues(serials[i], a, aWhole, o.serials[i], b, bWhole, key.collation, o.utf8)
		if !known {
			return 0, false
		}
		if c != 0 {
			if key.desc {
				c = -c
			}
			return c, true
		}
		values, was = values[n:], was[wasN:]
	}
	return 0, true
}

// firstBytes returns the first n bytes of b, or all there are.
func firstBytes(b []byte, n int64) (_ []byte, whole bool) {
	if n > int64(len(b)) {
		return b, false
	}
	return b[:n], true
}

func compareValues(s1 uint64, a []byte, aWhole bool, s2 uint64, b []byte, bWhole bool, collation byte, utf8 bool) (c int, known bool) {
	if s1 < 12 && !aWhole || s2 < 12 && !bWhole {
		return 0, false
	}
	class := classOf(s1, a)
	if c := cmp.Compare(class, classOf(s2, b)); c != 0 {
		return c, true
	}
	switch class {
	case classNull:
		return 0, true
	case classNumber:
		return compareNumbers(s1, a, s2, b), true
	case classText:
		switch {
		case collation == collateBinary:
		case collation == collateOther || !utf8 || !aWhole || !bWhole:
			return 0, false
		case collation == collateNoCase:
			return compareNoCase(a, b), true
		case collation == collateRTrim:
			a, b = bytes.TrimRight(a, " "), bytes.TrimRight(b, " ")
		}
	}
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c, true
	}
	if !aWhole || !bWhole {
		return 0, false
	}
	return cmp.Compare(len(a), len(b)), true
}

func compareNumbers(s1 uint64, a []byte, s2 uint64, b []byte) int {
	switch {
	case s1 != 7 && s2 != 7:
		return cmp.Compare(decodeInt(s1, a), decodeInt(s2, b))
	case s1 == 7 && s2 == 7:
		return cmp.Compare(decodeReal(a), decodeReal(b))
	case s1 == 7:
		return -compareIntReal(decodeInt(s2, b), decodeReal(a))
	}
	return compareIntReal(decodeInt(s1, a), decodeReal(b))
}

// compareIntReal compares exactly, where a conversion to float64 would round.
func compareIntReal(i int64, r float64) int {
	if r < math.MinInt64 {
		return 1
	}
	if r >= -math.MinInt64 {
		return -1
	}
	whole := math.Trunc(r)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, r)
}

// compareNoCase compares as SQLite's NOCASE: ASCII letters without their case.
func compareNoCase(a, b []byte) int {
	lower := func(c byte) byte {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		return c
	}
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
		if a[i] == 0 {
			break // SQLite looks no further
		}
	}
	return cmp.Compare(len(a), len(b))
}
