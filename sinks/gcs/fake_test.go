package gcs_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/internal/gcstest"
	"github.com/dynasette/dynasette/internal/gcstest/fakegcs"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// A stand-in that others have written agrees, also with faults on the way.
func TestConformanceElsewhere(t *testing.T) {
	t.Parallel()
	t.Run("through faults", func(t *testing.T) {
		t.Parallel()
		sinktest.Run(t, func(t *testing.T) dynasette.Store {
			p := proxy(t, &gcstest.Proxy{Target: fakegcs.Start(t, "serving"), Seed: 2, Rate: 0.2, Run: 2})
			return open(t, p.Host(), "gs://serving")
		})
	})
	t.Run("a program", func(t *testing.T) {
		t.Parallel()
		host := fakegcs.StartProgram(t, "serving")
		var n atomic.Int64
		sinktest.Run(t, func(t *testing.T) dynasette.Store {
			return open(t, host, fmt.Sprint("gs://serving/", n.Add(1)))
		})
	})
}
