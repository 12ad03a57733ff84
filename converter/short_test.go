package converter

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"
)

// A short number is what the encoder makes of it without it, whatever stands around it.
func checkShort(t *testing.T, before, cell, behind string) bool {
	t.Helper()
	data := []byte(before + cell + behind)
	checkNumber(t, data[:len(before)+len(cell)], cell)
	end := len(before) + len(cell)
	if end < 17 || len(cell) == 0 || len(cell) > 17 {
		return false
	}
	v := readShort((*[17]byte)(data[end-17:end]), len(cell))
	if v.saw == 0 {
		return false
	}
	e := encoder{seen: make([]seen, 1), modes: []mode{modeNumber}}
	want, serial, done := e.untyped(nil, 0, []byte(cell))
	got := binary.BigEndian.AppendUint64(nil, v.word)[:v.size]
	if !done || !bytes.Equal(got, want) || v.serial != serial || v.saw != e.seen[0] {
		t.Fatalf("%q in %q is read as %+v, and is %x of type %d, seen as %b", cell, data, v, want, serial, e.seen[0])
	}
	return true
}

// ParseNumber is ParseInt and ParseReal.
func checkNumber(t *testing.T, text []byte, cell string) {
	t.Helper()
	kind, word := KindText, uint64(0)
	if n, ok := ParseInt([]byte(cell)); ok {
		kind, word = KindInt, uint64(n)
	} else if f, ok := ParseReal([]byte(cell)); ok {
		kind, word = KindReal, math.Float64bits(f)
	}
	if k, w := ParseNumber(text, len(cell)); k != kind || w != word {
		t.Fatalf("%q in %q is %v %x, want %v %x", cell, text, k, w, kind, word)
	}
}

func TestReadShort(t *testing.T) {
	const before, behind = "0123456789abcdefg", ",12.5,7"
	for _, cell := range []string{"0", "7", "10", "12345678", "123456789", "1234567890123456", "-1", "-1234567890123456",
		"0.5", "1.25", "1234567.8", "12345678.9", "123456789012.345", "1.23456789012345", "-0.5", "-12.25", "0.0", "100.00", "1.234",
		"1234567.12345678", "12345678.1234567", "0.00000000000001"} {
		if !checkShort(t, before, cell, behind) {
			t.Errorf("%q is not read", cell)
		}
	}
	for _, cell := range []string{"", "-", ".", "-.", "00", "07", "00.5", "-0", "-0.0", "-00", ".5", "5.", "-.5", "-5.", "1.2.3", "1..2", "1-2", "--1",
		"1e5", "1.5e3", "+1", " 1", "1 ", "1,5", "12345678901234567", "1234567890123456.7", "a", "é", "1\xff", "\xff1", "\x00", "1:2", "/1", ":", "1/2", "Infinity"} {
		if checkShort(t, before, cell, behind) {
			t.Errorf("%q is read as a number", cell)
		}
	}
}

func TestReadShortLikeTheOthers(t *testing.T) {
	const alphabet = "0123456789012345678901234567890000...-"
	r := rand.New(rand.NewSource(1))
	read := 0
	for range 300_000 {
		var cell strings.Builder
		for n := r.Intn(19); cell.Len() < n; {
			cell.WriteByte(alphabet[r.Intn(len(alphabet))])
		}
		before := make([]byte, 17+r.Intn(4))
		r.Read(before)
		if checkShort(t, string(before), cell.String(), "9.9") {
			read++
		}
		if checkShort(t, string(before), fmt.Sprintf("%.*f", r.Intn(6), (r.Float64()-.5)*math.Pow10(r.Intn(9))), "") {
			read++
		}
	}
	if read < 300_000 {
		t.Errorf("only %d of 600,000 are read", read)
	}
}

func FuzzReadShort(f *testing.F) {
	f.Add("0123456789abcdefg", "12.5", ",")
	f.Add(".................", "-1234567.5", "")
	f.Fuzz(func(t *testing.T, before, cell, behind string) { checkShort(t, before, cell, behind) })
}
