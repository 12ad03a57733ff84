package converter

import (
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
