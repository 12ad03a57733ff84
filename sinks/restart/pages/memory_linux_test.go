package pages

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"
)

// TestMemoryOfQueriesAtATime: what a query took before the next began counts for that one as well.
func TestMemoryOfQueriesAtATime(t *testing.T) {
	take := func() (free func()) {
		const size = maxGathered*2/3 + 1
		memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < size; i += 4096 {
			memory[i] = 1
		}
		return func() { _ = syscall.Munmap(memory) }
	}
	var w memoryWatch
	ctx, done := w.watch(t.Context())
	free := take()
	later, over := w.watch(t.Context())
	defer take()()
	for _, c := range []context.Context{ctx, later} {
		select {
		case <-c.Done():
		case <-time.After(time.Minute):
			t.Fatal("a query goes on")
		}
		if err := context.Cause(c); !errors.Is(err, errTooMuch) {
			t.Error(err)
		}
	}
	done()
	over()
	free()
	// With none running, the next begins anew.
	ctx, done = w.watch(t.Context())
	defer done()
	time.Sleep(5 * lookEvery)
	if ctx.Err() != nil {
		t.Error(context.Cause(ctx))
	}
}
