package compress

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
)

// newWindow returns a window of content, and how often it was opened.
func newWindow(ctx context.Context, content []byte, size int64) (*window, *int) {
	opened := new(int)
	return &window{
		ctx: ctx, size: size,
		budget: &budget{Limits: Limits{}.withDefaults(), packed: -1, bytes: new(atomic.Int64)},
		open: func() (*source, error) {
			*opened++
			packed := newCounter(bytes.NewReader(content))
			return &source{ReadCloser: io.NopCloser(packed), packed: packed, name: "test"}, nil
		},
	}, opened
}

func noise(n int) []byte {
	content := make([]byte, n)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(content)
	return content
}

func TestWindowIsAReaderAt(t *testing.T) {
	content := noise(3*keep + 12345)
	w, opened := newWindow(context.Background(), content, -1)
	reference := bytes.NewReader(content)
	random := rand.New(rand.NewPCG(1, 1))
	at := int64(0)
	for i := range 200 {
		size := random.IntN(1 << random.IntN(19))
		switch {
		case i%50 == 49: // far back, or behind the end
			at = random.Int64N(int64(len(content)) + 1000)
		case i%3 == 0: // a little back
			at = max(0, at-random.Int64N(keep-1<<20))
		}
		got, want := make([]byte, size), make([]byte, size)
		n, err := w.ReadAt(got, at)
		wantN, wantErr := reference.ReadAt(want, at)
		if n != wantN || !bytes.Equal(got, want) || err != wantErr && size > 0 {
			t.Fatalf("%d bytes at %d: %d, %v, want %d, %v", size, at, n, err, wantN, wantErr)
		}
		at += int64(n)
	}
	if *opened > 9 {
		t.Errorf("opened %d times", *opened)
	}
	if cap(w.buf) > 2*keep+chunk {
		t.Errorf("%d bytes held", cap(w.buf))
	}
}

func TestWindowInParallel(t *testing.T) {
	content := noise(2 * keep)
	w, _ := newWindow(context.Background(), content, int64(len(content)))
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			buf := make([]byte, 64<<10)
			for at := worker * len(buf); at < len(content); at += 4 * len(buf) {
				if n, err := w.ReadAt(buf, int64(at)); n != len(buf) || err != nil || !bytes.Equal(buf, content[at:at+n]) {
					t.Errorf("at %d: %d, %v", at, n, err)
				}
			}
		})
	}
	group.Wait()
}

func TestWindowOfASmallStream(t *testing.T) {
	w, _ := newWindow(context.Background(), noise(10), 10)
	if _, err := io.ReadAll(io.NewSectionReader(w, 0, 10)); err != nil {
		t.Fatal(err)
	}
	if cap(w.buf) > 4*chunk {
		t.Errorf("%d bytes held", cap(w.buf))
	}
}

// TestWindowChecksTheEnd: a stream that is longer or shorter than it should be, or has another
// checksum, is found out by who reads exactly as much, byte by byte or at once.
func TestWindowChecksTheEnd(t *testing.T) {
	sum := errors.New("wrong checksum")
	for _, n := range []int64{1, 2, 100, chunk, chunk + 1} {
		for _, size := range []int64{n - 1, n, n + 1} {
			for _, piece := range []int64{1, 100, size} {
				if size == 0 || piece == 1 && size > 100 {
					continue
				}
				w, _ := newWindow(context.Background(), noise(int(n)), size)
				sound := w.open
				w.open = func() (*source, error) {
					src, err := sound()
					if size == n {
						src.ReadCloser = io.NopCloser(io.MultiReader(src.ReadCloser, iotest.ErrReader(sum)))
					}
					return src, err
				}
				var err error
				for at := int64(0); at < size && err == nil; at += piece {
					_, err = w.ReadAt(make([]byte, min(piece, size-at)), at)
				}
				if err == nil || size == n && !errors.Is(err, sum) {
					t.Errorf("%d bytes pass for %d, read by %d: %v", n, size, piece, err)
				}
			}
		}
	}
}

func TestWindowStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w, _ := newWindow(ctx, noise(10*chunk), -1)
	if _, err := w.ReadAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := w.ReadAt(make([]byte, 10), 5*chunk); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkWindow(b *testing.B) {
	content := noise(32 << 20)
	buf := make([]byte, 64<<10)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		w, _ := newWindow(context.Background(), content, int64(len(content)))
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{io.NewSectionReader(w, 0, int64(len(content)))}, buf); err != nil {
			b.Fatal(err)
		}
	}
}
