package parquet

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/snappy"
	"github.com/pierrec/lz4/v4"

	"github.com/dynasette/dynasette/internal/tries"
)

// What libraries pack is unpacked to the same, however it repeats itself.
func TestLookback(t *testing.T) {
	for seed := range uint64(tries.Of(200)) {
		r := rand.New(rand.NewPCG(seed, 17))
		want := make([]byte, 0, 1<<20)
		for size := r.IntN(1 << (4 + r.IntN(16))); len(want) < size; {
			n := 1 + r.IntN(1<<r.IntN(15))
			if back := r.IntN(100_000); r.IntN(3) > 0 && back < len(want) && back > 0 {
				for range n {
					want = append(want, want[len(want)-back])
				}
				continue
			}
			for range n {
				want = append(want, byte(r.IntN(256)))
			}
		}
		block := make([]byte, lz4.CompressBlockBound(len(want)))
		n, err := lz4.CompressBlock(want, block, nil)
		if err != nil {
			t.Fatal(err)
		}
		packed := map[bool][]byte{false: snappy.Encode(nil, want)}
		if n > 0 || len(want) == 0 { // else it can't be packed
			packed[true] = block[:n]
		}
		for isLZ4, b := range packed {
			back := lz4Back
			if !isLZ4 {
				if back, err = farthest(bytes.NewReader(b)); err != nil {
					t.Fatal(err)
				}
			}
			l, err := newLookback(iotest.HalfReader(bytes.NewReader(b)), isLZ4, back, 1<<r.IntN(20))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(l); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("seed %d, LZ4 %v: %d bytes, want %d: %v", seed, isLZ4, len(got), len(want), err)
			}
		}
	}
}

// Anything else is an error, or text that ends.
func FuzzLookback(f *testing.F) {
	f.Add([]byte("\x05\x10abcde"), false)
	f.Add([]byte("\x50abcde"), true)
	f.Fuzz(func(t *testing.T, b []byte, isLZ4 bool) {
		farthest(bytes.NewReader(b))
		l, err := newLookback(bytes.NewReader(b), isLZ4, lz4Back, largeStep)
		if err != nil {
			return
		}
		if n, _ := io.Copy(io.Discard, io.LimitReader(l, 1<<24)); n > 256*int64(len(b)) {
			t.Errorf("%d bytes of %d", n, len(b))
		}
	})
}
