package dynasette_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/sinks/sinktest"
)

// TestLostLease: who makes releases stops by the time somebody else may begin: soon if another
// process has taken over, and before the lease expires if it can't be renewed. Then it waits for
// its turn.
func TestLostLease(t *testing.T) {
	const tooLate = time.Millisecond
	for what, answers := range map[string]time.Duration{ // of the store that can't be written to
		"taken over": 0, "refused": 0, "refused late": 4900 * time.Millisecond, "no answer": time.Hour,
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				var deaf atomic.Bool
				w.Store = &sinktest.Faulty{Store: w.store, Fault: func(ctx context.Context, op, name string) sinktest.Fault {
					if !deaf.Load() || op != "write" || name != "lease.json" {
						return sinktest.None
					}
					select {
					case <-ctx.Done():
					case <-time.After(answers):
					}
					return sinktest.Before
				}}
				first := true
				w.Restarter = dynasette.RestarterFunc(func(ctx context.Context, r dynasette.Release) error {
					if !first {
						return w.server.Restart(ctx, r)
					}
					first = false
					time.Sleep(time.Minute) // it is renewed
					expires := leaseUntil(t, w.store)
					if what == "taken over" {
						takeOver(t, w.store)
					} else {
						deaf.Store(true)
					}
					select {
					case <-ctx.Done():
					case <-time.After(time.Until(expires) + tooLate):
						t.Error("it goes on when the lease may be another's")
					}
					deaf.Store(false)
					return ctx.Err()
				})
				w.put("x.csv", "a\n1\n")
				w.is("x.csv@1")
				w.Wait()
			})
		})
	}
}

// takeOver has another process take over the lease, whoever holds it.
func takeOver(t *testing.T, store dynasette.Store) {
	_, generation, err := store.Read(t.Context(), "lease.json")
	if err != nil {
		t.Fatal(err)
	}
	other := fmt.Sprintf(`{"process": "elsewhere/1/x", "until": %q}`, time.Now().Add(20*time.Second).Format(time.RFC3339Nano))
	if _, err := store.Write(t.Context(), "lease.json", []byte(other), generation, nil); err != nil {
		t.Fatal(err)
	}
}

func leaseUntil(t *testing.T, store dynasette.Store) time.Time {
	data, _, err := store.Read(t.Context(), "lease.json")
	var lease struct{ Until time.Time }
	if err != nil || json.Unmarshal(data, &lease) != nil {
		t.Fatalf("%s %v", data, err)
	}
	return lease.Until
}
