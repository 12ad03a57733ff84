package sinktest_test

import (
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

func TestMemory(t *testing.T) {
	sinktest.Run(t, func(*testing.T) dynasette.Store { return new(sinktest.Memory) })
}
