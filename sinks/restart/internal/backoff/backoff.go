// Package backoff spaces tries out.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Delay returns how long to wait before try n (0 is the first repetition): from first,
// doubling up to most, less a random part of at most a quarter.
func Delay(n int, first, most time.Duration) time.Duration {
	d := most
	if n < 32 && first<<n > 0 {
		d = min(first<<n, most)
	}
	return d - rand.N(d/4+1)
}

// Sleep waits for d, or until ctx is done; then it returns ctx's cause.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
