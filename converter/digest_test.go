package converter

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand"
	"testing"
)

// What is written is hashed as it was then, however it is cut and whatever becomes of the buffer.
func TestDigest(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for _, size := range []int{0, 1, digestApart - 1, digestApart, digestApart + 1, digestApart + digestPiece, 5 << 20} {
		for _, apart := range []bool{false, true} {
			d, want := newDigest(t.Context(), apart), sha256.New()
			buf := make([]byte, 600<<10)
			for left := size; left > 0; {
				p := buf[:min(left, 1+r.Intn(len(buf)))]
				r.Read(p)
				want.Write(p)
				d.write(p)
				clear(p)
				left -= len(p)
			}
			if got, err := d.sum(); err != nil || got != fmt.Sprintf("%x", want.Sum(nil)) {
				t.Errorf("%d bytes, apart: %v: %s, %v, want %x", size, apart, got, err, want.Sum(nil))
			}
		}
	}
}

// An input is hashed as a whole, once, whichever pieces are read of it.
func TestTracked(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	data := make([]byte, 3<<20)
	r.Read(data)
	for _, workers := range []int{1, 4} {
		in := newTracked(t.Context(), &Input{Name: "x", Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, &Options{Workers: workers})
		buf := make([]byte, 400<<10)
		for off := int64(0); off < 5<<19; {
			n, _ := in.ReadAt(buf[:r.Intn(len(buf))], max(off-int64(r.Intn(1000)), 0))
			clear(buf[:n])
			off = in.hashed
			if _, err := in.ReadAt(buf[:100], r.Int63n(int64(len(data)-100))); err != nil {
				t.Fatal(err)
			}
		}
		size, sum, err := in.sum()
		if want := fmt.Sprintf("%x", sha256.Sum256(data)); err != nil || size != int64(len(data)) || sum != want {
			t.Errorf("%d workers: %d bytes, %s, %v, want %s", workers, size, sum, err, want)
		}
	}
}

func TestDigestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := newDigest(ctx, true)
	d.write(make([]byte, digestApart))
	stop()
	d.write(make([]byte, 2*digestPiece))
	if sum, err := d.sum(); !errors.Is(err, context.Canceled) {
		t.Errorf("it is %q, %v", sum, err)
	}
}

func BenchmarkDigest(b *testing.B) {
	piece := make([]byte, 256<<10)
	for _, apart := range []bool{false, true} {
		b.Run(fmt.Sprintf("apart=%v", apart), func(b *testing.B) {
			d := newDigest(b.Context(), apart)
			d.written = digestApart
			b.SetBytes(int64(len(piece)))
			for b.Loop() {
				d.write(piece)
			}
			if _, err := d.sum(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
