package xls

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"unicode/utf16"

	"github.com/dynasette/dynasette/internal/tries"
)

// Wherever a text is cut into records, and however wide its characters are in each, it is the same.
func TestCuts(t *testing.T) {
	letters := []rune("aZ é ł日\U0001f600")
	for seed := range uint64(tries.Of(2000)) {
		r := rand.New(rand.NewPCG(seed, 2))
		var runes []rune
		for range r.IntN(12) {
			runes = append(runes, letters[r.IntN(len(letters))])
		}
		units := utf16.Encode(runes)
		var records [][]byte
		var b []byte
		wide := r.IntN(2) == 0
		flag := func() byte {
			if wide {
				return flagWide
			}
			return 0
		}
		narrow := func(from int) bool { // whether the rest may be of one byte a character, up to the next cut
			return from < len(units) && units[from] < 256
		}
		wide = wide || !narrow(0)
		b = append(b, flag()|flagRich, 1, 0)
		for i, u := range units {
			if !wide && u > 255 || r.IntN(4) == 0 {
				records = append(records, b)
				wide = r.IntN(2) == 0 || !narrow(i)
				b = []byte{flag()}
			}
			if wide {
				b = binary.LittleEndian.AppendUint16(b, u)
			} else {
				b = append(b, byte(u))
			}
		}
		for i := range 4 { // one font
			if r.IntN(3) == 0 {
				records = append(records, b)
				b = nil
			}
			b = append(b, byte(i))
		}
		records = append(records, append(b, "next"...))
		j := joined{b: records[0], next: func() ([]byte, error) {
			if records = records[1:]; len(records) == 0 {
				return nil, nil
			}
			return records[0], nil
		}}
		got, err := j.text(nil, len(units))
		if err != nil || string(got) != string(runes) || string(j.b) != "next" {
			t.Fatalf("seed %d: got %q and %q behind it, %v; want %q", seed, got, j.b, err, string(runes))
		}
	}
}
