package sqlitefile

import (
	"bytes"
	"cmp"
	"math"
)

// A checkKey says how a column of an index is sorted.
type checkKey struct {
	collation byte
	desc      bool
}

// SQLite's own collations; text in another one cannot be compared here.
const (
	checkBinary = iota
	checkNoCase
	checkRTrim
	checkOther
)

// A checkOrder compares the keys of an index, each with the one before it.
type checkOrder struct {
	keys   []checkKey // of the columns to compare, the first ones of the record
	all    bool       // all columns are compared, as BINARY
	unique bool       // no two records have the same keys
	utf8   bool

	serials []uint64 // of the record before
	values  []byte
	some    bool
}

// Of longer records only so much is compared.
const checkCompared = 64 << 10

// next reports whether the record belongs after the one before it. What cannot be told is
// taken to be in order.
func (o *checkOrder) next(serials []uint64, values []byte) bool {
	for o.all && len(o.keys) < len(serials) {
		o.keys = append(o.keys, checkKey{})
	}
	ok := true
	if o.some {
		c, known := o.compare(serials, values)
		ok = !known || c > 0 || c == 0 && !o.unique
	}
	n := min(len(o.keys), len(serials))
	size := int64(0)
	for _, s := range serials[:n] {
		size += checkSerialLen(s)
	}
	o.some = true
	o.serials = append(o.serials[:0], serials[:n]...)
	o.values = checkKeep(o.values, values[:min(size, int64(len(values)), checkCompared)])
	return ok
}

// compare compares a record with the one before it.
func (o *checkOrder) compare(serials []uint64, values []byte) (c int, known bool) {
	was := o.values
	for i, key := range o.keys {
		if i >= len(serials) || i >= len(o.serials) {
			return 0, false
		}
		n, wasN := checkSerialLen(serials[i]), checkSerialLen(o.serials[i])
		a, aWhole := checkPart(values, n)
		b, bWhole := checkPart(was, wasN)
		c, known := checkCompareValues(serials[i], a, aWhole, o.serials[i], b, bWhole, key.collation, o.utf8)
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

// checkPart returns the first n bytes of b, or all there are.
func checkPart(b []byte, n int64) (_ []byte, whole bool) {
	if n > int64(len(b)) {
		return b, false
	}
	return b[:n], true
}

func checkCompareValues(s1 uint64, a []byte, aWhole bool, s2 uint64, b []byte, bWhole bool, collation byte, utf8 bool) (c int, known bool) {
	if s1 < 12 && !aWhole || s2 < 12 && !bWhole {
		return 0, false
	}
	class := checkClass(s1, a)
	if c := cmp.Compare(class, checkClass(s2, b)); c != 0 {
		return c, true
	}
	switch class {
	case checkNull:
		return 0, true
	case checkNumber:
		return checkCompareNumbers(s1, a, s2, b), true
	case checkText:
		switch {
		case collation == checkBinary:
		case collation == checkOther || !utf8 || !aWhole || !bWhole:
			return 0, false
		case collation == checkNoCase:
			return checkCompareNoCase(a, b), true
		case collation == checkRTrim:
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

func checkCompareNumbers(s1 uint64, a []byte, s2 uint64, b []byte) int {
	switch {
	case s1 != 7 && s2 != 7:
		return cmp.Compare(checkInt(s1, a), checkInt(s2, b))
	case s1 == 7 && s2 == 7:
		return cmp.Compare(checkReal(a), checkReal(b))
	case s1 == 7:
		return -checkCompareIntReal(checkInt(s2, b), checkReal(a))
	}
	return checkCompareIntReal(checkInt(s1, a), checkReal(b))
}

// checkCompareIntReal compares exactly, where a conversion to float64 would round.
func checkCompareIntReal(i int64, r float64) int {
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

// checkCompareNoCase compares as SQLite's NOCASE: ASCII letters without their case.
func checkCompareNoCase(a, b []byte) int {
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
