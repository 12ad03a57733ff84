package publish

import (
	"context"
	"strconv"
	"sync"
	"testing"
)

// A memo finds out a thing once, whoever asks at the same time, and remembers so many; what somebody has not waited for is
// found out for the next one.
func TestMemo(t *testing.T) {
	m := newMemo[int]()
	times := 0
	find := func(context.Context) int { times++; return times }
	var asked sync.WaitGroup
	for range 20 {
		asked.Go(func() {
			if got := m.get(t.Context(), "a", find); got != 1 {
				t.Errorf("%d", got)
			}
		})
	}
	asked.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	m.get(ctx, "b", func(context.Context) int { cancel(); return -1 })
	if got := m.get(t.Context(), "b", find); got != 2 {
		t.Errorf("%d, want it found out again", got)
	}
	for i := range 3 * memoKept {
		m.get(t.Context(), strconv.Itoa(i), find)
	}
	if len(m.known) != memoKept || len(m.recent) != memoKept {
		t.Errorf("%d are known, %d in order", len(m.known), len(m.recent))
	}
	if got := m.get(t.Context(), "a", find); got == 1 {
		t.Error("the oldest is not forgotten")
	}
}
