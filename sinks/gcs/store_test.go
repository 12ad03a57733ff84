package gcs_test

import (
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/gcs"
	"github.com/dynasette/dynasette/sinks/gcs/gcstest"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// serve starts a server with a bucket named serving.
func serve(t testing.TB, s *gcstest.Server) *gcstest.Server {
	t.Helper()
	s.Dir = t.TempDir()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.CreateBucket(t.Context(), "serving", nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t testing.TB, host, url string) *gcs.Store {
	t.Helper()
	s, err := gcs.Open(t.Context(), url, gcs.Options{Chunk: 256 << 10}, gcstest.ClientOptions(host)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	for _, url := range []string{"gs://serving", "gs://serving/some/prefix"} {
		t.Run(url, func(t *testing.T) {
			sinktest.Run(t, func(t *testing.T) dynasette.Store {
				return open(t, serve(t, &gcstest.Server{}).Host(), url)
			})
		})
	}
}

// With faults on the way, all is as without them.
func TestConformanceThroughFaults(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) dynasette.Store {
		srv := serve(t, &gcstest.Server{RewriteBytes: 20_000})
		p := &gcstest.Proxy{Target: srv.Host(), Seed: 1, Rate: 0.2, Run: 2}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return open(t, p.Host(), "gs://serving")
	})
}
