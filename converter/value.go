package converter

import "math"

// Kind says what a Value or a Cell holds.
type Kind uint8

// The kinds of a value. Null is the zero Kind, so the zero Value and the zero Cell are NULL.
const (
	KindNull    Kind = iota
	KindUntyped      // a spelling whose type the whole column decides; blank is NULL
	KindQuoted       // as KindUntyped, but an empty one is '' in a TEXT column
	KindText         // text that stays text
	KindBlob         // bytes
	KindInt          // a signed 64-bit integer
	KindReal         // a 64-bit float
)

// A Value is one cell of a row. The zero Value is NULL.
type Value struct {
	kind Kind
	num  uint64
	str  string
}

// Int is an INTEGER.
func Int(n int64) Value { return Value{kind: KindInt, num: uint64(n)} }

// Real is a REAL. NaN becomes NULL, as in SQLite.
func Real(f float64) Value { return Value{kind: KindReal, num: math.Float64bits(f)} }

// Text is text whatever it looks like; s should be UTF-8.
func Text(s string) Value { return Value{kind: KindText, str: s} }

// Blob is bytes; b is copied when the row is appended.
func Blob(b []byte) Value { return Value{kind: KindBlob, str: string(b)} }

// Untyped is a spelling as it stood in the source: it becomes an INTEGER or a REAL if
// every cell of its column can be one without loss, and stays as it was spelled if not.
// A blank one is NULL.
func Untyped(s string) Value { return Value{kind: KindUntyped, str: s} }

// Quoted is Untyped for a spelling that stood in quotes: an empty one is the empty string
// in a TEXT column, where a blank Untyped is NULL.
func Quoted(s string) Value { return Value{kind: KindQuoted, str: s} }

// Bool is SQLite's spelling of a boolean: INTEGER 1 or 0.
func Bool(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Kind returns what v holds.
func (v Value) Kind() Kind { return v.kind }

// MarshalText returns v as SQL has it.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.sql()), nil }
