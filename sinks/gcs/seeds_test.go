package gcs_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/gcs/gcstest"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

func TestSeeds(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SEEDS"))
	for seed := range n {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			sinktest.Run(t, func(t *testing.T) dynasette.Store {
				srv := serve(t, &gcstest.Server{RewriteBytes: 20_000})
				p := &gcstest.Proxy{Target: srv.Host(), Seed: uint64(seed) + 100, Rate: 0.45, Run: 4}
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { p.Close() })
				return open(t, p.Host(), "gs://serving")
			})
		})
	}
}
