package pages

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"runtime/metrics"
	"strconv"
	"time"
)

// What SQL of visitors may take of memory beside what SQLite limits by itself: some functions gather
// as much as there are rows.
const (
	maxGathered = 128 << 20
	lookEvery   = 10 * time.Millisecond
)

var errTooMuch = &problem{status: http.StatusBadRequest, title: "This took too much memory",
	text: "The query went over its limit of memory. Fewer rows, or shorter values, may help."}

// watchMemory ends a query while which SQLite takes too much memory. It can't tell queries of the same
// time apart, so it ends them all. Where the system doesn't say, it does nothing.
func watchMemory(ctx context.Context) (context.Context, context.CancelFunc) {
	before, ok := outsideGo()
	if !ok {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if now, ok := outsideGo(); ok && now-before > maxGathered {
					cancel(errTooMuch)
					return
				}
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// outsideGo returns how much memory the process has that isn't Go's: SQLite's, mostly.
func outsideGo() (int64, bool) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0, false
	}
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return pages*int64(os.Getpagesize()) - int64(samples[0].Value.Uint64()-samples[1].Value.Uint64()), true
}
