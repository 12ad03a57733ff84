package gcstest_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"github.com/googleapis/gax-go/v2"

	"github.com/dynasette/dynasette/internal/gcstest"
)

func proxy(t *testing.T, p *gcstest.Proxy) *gcstest.Proxy {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// Each fault does what its name says, to the client and to the server.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault gcstest.Fault
		acted bool // the object is there afterwards
		sees  string
	}{
		{gcstest.TooMany, false, "429"},
		{gcstest.Unavailable, false, "503"},
		{gcstest.Refuse, false, "error"},
		{gcstest.CutRequest, false, "error"},
		{gcstest.LoseAnswer, true, "error"},
		{gcstest.HideAnswer, true, "503"},
		{gcstest.CutAnswer, true, "200 cut"},
		{gcstest.SlowRequest, true, "200"},
		{gcstest.SlowAnswer, true, "200"},
	} {
		t.Run(fmt.Sprint(c.fault), func(t *testing.T) {
			s := server(t, &gcstest.Server{})
			p := proxy(t, &gcstest.Proxy{Target: s.Host(), Rate: 1, Kinds: []gcstest.Fault{c.fault}})
			resp, err := http.Post("http://"+p.Host()+"/upload/storage/v1/b/bucket/o?uploadType=media&name=a", "text/plain", strings.NewReader(strings.Repeat("x", 100_000)))
			sees := "error"
			if err == nil {
				sees = fmt.Sprint(resp.StatusCode)
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					sees += " cut"
				}
				resp.Body.Close()
			}
			if sees != c.sees {
				t.Errorf("the client sees %s, want %s (%v)", sees, c.sees, err)
			}
			a, err := client(t, s).Bucket("bucket").Object("a").Attrs(t.Context())
			if (err == nil) != c.acted || err == nil && a.Size != 100_000 {
				t.Errorf("the server has %v, %v", a, err)
			}
			if p.Count(c.fault) != 1 {
				t.Errorf("counted %d", p.Count(c.fault))
			}
		})
	}
}

// The same seed and requests make the same faults.
func TestDeterministic(t *testing.T) {
	s := server(t, &gcstest.Server{})
	run := func(seed uint64) (codes string) {
		p := proxy(t, &gcstest.Proxy{Target: s.Host(), Seed: seed, Rate: 0.5, Kinds: []gcstest.Fault{gcstest.TooMany, gcstest.Unavailable}})
		for range 30 {
			resp, err := http.Get("http://" + p.Host() + "/bucket/a")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			codes += fmt.Sprint(resp.StatusCode, " ")
		}
		return codes
	}
	if a, b := run(1), run(1); a != b {
		t.Errorf("%s\n%s", a, b)
	}
	if a, b := run(1), run(2); a == b {
		t.Errorf("two seeds, one result: %s", a)
	}
}

// The client gets the bytes through all the same.
func TestClientThroughFaults(t *testing.T) {
	s := server(t, &gcstest.Server{})
	p := proxy(t, &gcstest.Proxy{Target: s.Host(), Seed: 1, Rate: 0.3})
	c := client(t, p)
	c.SetRetry(storage.WithBackoff(gax.Backoff{Initial: time.Millisecond, Max: 10 * time.Millisecond}), storage.WithPolicy(storage.RetryAlways), storage.WithErrorFunc(storage.ShouldRetry))
	data := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{}).Read(data)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := range 5 {
		o := c.Bucket("bucket").Object(fmt.Sprint(i))
		w := o.NewWriter(ctx)
		w.ChunkSize = 256 << 10
		w.Write(data)
		if err := w.Close(); err != nil {
			t.Logf("%d: %v", i, err) // an answer cut within its JSON is not tried again
		}
		r, err := o.NewReader(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != string(data) {
			t.Errorf("%d: %d bytes, %v", i, len(got), err)
		}
		r.Close()
	}
	spoilt := 0
	for f := gcstest.TooMany; f <= gcstest.SlowAnswer; f++ {
		spoilt += p.Count(f)
	}
	if spoilt == 0 {
		t.Error("no request was spoilt")
	}
}
