package gcs_test

import (
	"bytes"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/sources/gcs"
)

func TestCombineCRC32C(t *testing.T) {
	data := random(100_000)
	sum := func(b []byte) uint32 { return crc32.Checksum(b, gcs.Castagnoli) }
	for _, at := range []int{0, 1, 7, 8, 4096, 65_537, 99_999, 100_000} {
		if got := gcs.CombineCRC32C(sum(data[:at]), sum(data[at:]), int64(len(data)-at)); got != sum(data) {
			t.Errorf("at %d: %08x, want %08x", at, got, sum(data))
		}
	}
}

// Any reads, by any number of goroutines, give the right bytes.
func TestReads(t *testing.T) {
	srv := &gcstest.Server{}
	b := serve(t, srv, nil)
	for _, size := range []int{0, 1, 1000, 8 << 20, 8<<20 + 1, 20<<20 + 123} {
		data := random(size)
		put(t, b.Object("a"), data)
		s := open(t, srv.Host(), "gs://uploads", gcs.Options{Ahead: 2})
		readAll(t, s, "a", data)
		doc, err := s.Open(t.Context(), stat(t, s, "a"))
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(i), uint64(size)))
				next := 0
				for range 60 {
					n := 1 + r.IntN(1<<r.IntN(21))
					off := next // in order, or from anywhere
					if r.IntN(3) == 0 {
						off = r.IntN(size + 10)
					}
					next = off + n
					buf := make([]byte, n)
					got, err := doc.ReadAt(buf, int64(off))
					want := data[min(off, size):min(off+n, size)]
					if !bytes.Equal(buf[:got], want) || (err != nil) != (len(want) < n) || err != nil && err != io.EOF {
						t.Errorf("size %d: %d bytes at %d: got %d, %v", size, n, off, got, err)
						return
					}
				}
			})
		}
		all.Wait()
		if err := doc.Close(); err != nil {
			t.Error(err)
		}
	}
}

// counting forwards to a server and notes the ranges that are asked for.
type counting struct {
	*httputil.ReverseProxy
	mu     sync.Mutex
	ranges []string
	busy   atomic.Int32
	most   atomic.Int32
}

func count(t *testing.T, srv *gcstest.Server, change func(*http.Response) error) (*counting, string) {
	t.Helper()
	c := &counting{ReverseProxy: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: srv.Host()})}
	c.ModifyResponse = change
	h := httptest.NewServer(c)
	t.Cleanup(h.Close)
	return c, strings.TrimPrefix(h.URL, "http://")
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("alt") == "media" {
		c.mu.Lock()
		c.ranges = append(c.ranges, r.Header.Get("Range"))
		c.mu.Unlock()
		defer c.busy.Add(-1)
		for n := c.busy.Add(1); ; {
			most := c.most.Load()
			if n <= most || c.most.CompareAndSwap(most, n) {
				break
			}
		}
	}
	c.ReverseProxy.ServeHTTP(w, r)
}

// Reading in order asks for each range once, some of them at a time; small reads here and
// there ask for little.
func TestRequests(t *testing.T) {
	srv := &gcstest.Server{}
	data := random(48 << 20)
	put(t, serve(t, srv, nil).Object("a"), data)
	c, host := count(t, srv, nil)
	s := open(t, host, "gs://uploads", gcs.Options{})
	readAll(t, s, "a", data)
	if most := c.most.Load(); most < 2 || most > 5 {
		t.Errorf("%d requests at a time", most)
	}
	if len(c.ranges) > 6+2+2 { // 48 MiB in ranges of 8, and a few small ones to begin with
		t.Errorf("%d requests for 6 ranges: %q", len(c.ranges), c.ranges)
	}

	c.ranges = nil
	doc, err := s.Open(t.Context(), stat(t, s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	for range 10 {
		for i := range 8 {
			off := int64(i) * 5_999_999
			buf := make([]byte, 1000)
			if _, err := doc.ReadAt(buf, off); err != nil || !bytes.Equal(buf, data[off:off+1000]) {
				t.Fatal(err)
			}
		}
	}
	if len(c.ranges) != 8 {
		t.Errorf("%d requests for 8 places: %q", len(c.ranges), c.ranges)
	}
}

// Bytes that arrive changed are noticed in the end.
func TestChecksum(t *testing.T) {
	for _, size := range []int{1000, 30 << 20} {
		srv := &gcstest.Server{}
		data := random(size)
		put(t, serve(t, srv, nil).Object("a"), data)
		_, host := count(t, srv, func(r *http.Response) error {
			if r.Request.URL.Query().Get("alt") == "media" {
				r.Body = &flip{r.Body}
			}
			return nil
		})
		s := open(t, host, "gs://uploads", gcs.Options{})
		doc, err := s.Open(t.Context(), stat(t, s, "a"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, io.NewSectionReader(doc, 0, int64(size)))
		if closeErr := doc.Close(); err == nil {
			err = closeErr
		}
		if err == nil || !strings.Contains(err.Error(), "CRC") {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

type flip struct{ io.ReadCloser }

func (f *flip) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if n > 500 {
		p[500] ^= 1
	}
	return n, err
}

// Faults of the network cost time, no bytes.
func TestFaults(t *testing.T) {
	srv := &gcstest.Server{}
	data := random(20 << 20)
	put(t, serve(t, srv, nil).Object("a"), data)
	spoilt := 0
	for seed := range uint64(4) {
		p := &gcstest.Proxy{Target: srv.Host(), Seed: seed, Rate: 0.4, Run: 2}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		readAll(t, open(t, p.Host(), "gs://uploads", gcs.Options{}), "a", data)
		for f := gcstest.TooMany; f <= gcstest.SlowAnswer; f++ {
			spoilt += p.Count(f)
		}
		p.Close()
	}
	if spoilt == 0 {
		t.Error("no request was spoilt")
	}
}

func BenchmarkSequential(b *testing.B) {
	srv := &gcstest.Server{}
	data := random(256 << 20)
	put(b, serve(b, srv, nil).Object("a"), data)
	s := open(b, srv.Host(), "gs://uploads", gcs.Options{})
	u := stat(b, s, "a")
	b.SetBytes(u.Size)
	b.ReportAllocs()
	for b.Loop() {
		doc, err := s.Open(b.Context(), u)
		if err != nil {
			b.Fatal(err)
		}
		buf := make([]byte, 1<<20)
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{io.NewSectionReader(doc, 0, u.Size)}, buf); err != nil {
			b.Fatal(err)
		}
		doc.Close()
	}
}
