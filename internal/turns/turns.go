// Package turns has work done at the same time that must look as if it were done in turn.
package turns

import (
	"sync"
	"sync/atomic"
)

// Each calls f for 0 to n-1, begun in this order, at most parallel of them at a time. Within f,
// turn waits until all calls before have returned. The error is that of the first call that
// returns one, in order; of those behind it some may have been begun.
func Each(parallel, n int, f func(i int, turn func()) error) error {
	slots := make(chan struct{}, max(parallel, 1))
	before := make(chan struct{})
	close(before)
	var first atomic.Pointer[error]
	var group sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		if first.Load() != nil {
			break
		}
		earlier, mine := before, make(chan struct{})
		before = mine
		group.Go(func() {
			defer func() { <-slots }()
			turn := func() { <-earlier }
			err := f(i, turn)
			turn()
			if err != nil {
				first.CompareAndSwap(nil, &err)
			}
			close(mine)
		})
	}
	group.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}
