package bytemask

import (
	"math/rand"
	"testing"
)

// naive is what Find should find.
func naive(data []byte, set ...byte) []uint64 {
	mask := make([]uint64, Words(len(data)))
	for i, c := range data {
		for _, s := range set {
			if c == s {
				mask[i/64] |= 1 << (i % 64)
			}
		}
	}
	return mask
}

func check(t *testing.T, data []byte, a, b, c, quote byte) {
	t.Helper()
	any, quotes := make([]uint64, Words(len(data))), make([]uint64, Words(len(data)))
	Find(data, a, b, c, quote, any, quotes)
	want, wantQuotes := naive(data, a, b, c), naive(data, quote)
	for i := range any {
		if any[i] != want[i] || quotes[i] != wantQuotes[i] {
			t.Fatalf("%q, %q: word %d is %x and %x, want %x and %x", data, []byte{a, b, c, quote}, i, any[i], quotes[i], want[i], wantQuotes[i])
		}
	}
	if whole := len(data) / 64; whole > 0 {
		generic(data[:whole*64], a, b, c, quote, any[:whole], quotes[:whole])
		for i := range whole {
			if any[i] != want[i] || quotes[i] != wantQuotes[i] {
				t.Fatalf("%q, %q: without vectors word %d is %x and %x, want %x and %x", data, []byte{a, b, c, quote}, i, any[i], quotes[i], want[i], wantQuotes[i])
			}
		}
	}
	for pos := 0; pos < len(data); pos += 1 + pos/10 {
		next := pos
		for next < len(data) && want[next/64]>>(next%64)&1 == 0 {
			next++
		}
		if got := Next(want, pos, len(data)); got != next {
			t.Fatalf("Next(%d) is %d, want %d", pos, got, next)
		}
	}
}

func TestFind(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for n := range 400 {
		data := make([]byte, n)
		for i := range data {
			data[i] = ",\n\"\rx\x80\xac\x00\xff-"[r.Intn(10)]
		}
		check(t, data, ',', '\n', '\n', '"')
		check(t, data, ',', '\n', '\r', '\'')
		check(t, data, 0xff, '\n', '\r', 0xff)
		check(t, data, 0, 0x80, '-', ',')
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("a,b\n\"c\"\n"), byte(','), byte('\n'), byte('\r'), byte('"'))
	f.Fuzz(func(t *testing.T, data []byte, a, b, c, quote byte) { check(t, data, a, b, c, quote) })
}

func BenchmarkFind(b *testing.B) {
	data := make([]byte, 256<<10)
	for i := range data {
		data[i] = "abcdefg,"[i%8]
	}
	any, quotes := make([]uint64, Words(len(data))), make([]uint64, Words(len(data)))
	for name, f := range map[string]func(){
		"best":    func() { Find(data, ',', '\n', '\n', '"', any, quotes) },
		"generic": func() { generic(data, ',', '\n', '\n', '"', any, quotes) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				f()
			}
		})
	}
}
