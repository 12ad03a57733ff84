package pages

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime/metrics"
	"sync"
	"time"
)

// What SQL of visitors may take of memory beside what SQLite limits by itself: some functions gather
// as much as there are rows.
const (
	maxGathered = 128 << 20
	lookEvery   = 5 * time.Millisecond
)

var errTooMuch = &problem{status: http.StatusBadRequest, title: "This took too much memory",
	text: "The query went over its limit of memory. Fewer rows, or shorter values, may help."}

// A memoryWatch ends queries while SQLite takes too much memory. It can't tell those of the same time
// apart, so it ends them all; it compares with what there was before the first of them, as what one gives
// back is not for the next to take. Where the system doesn't say, it does nothing. Its zero value is ready
// for use, by any number of goroutines.
type memoryWatch struct {
	mu      sync.Mutex
	before  int64
	running map[*context.CancelCauseFunc]struct{}
	looking bool
}

// watch returns the context of a query, and what to call when it is over.
func (w *memoryWatch) watch(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.running) == 0 {
		before, ok := outsideGo()
		if !ok {
			return ctx, func() { cancel(nil) }
		}
		w.before, w.running = before, map[*context.CancelCauseFunc]struct{}{}
	}
	w.running[&cancel] = struct{}{}
	if !w.looking {
		w.looking = true
		go w.look()
	}
	return ctx, func() {
		w.mu.Lock()
		delete(w.running, &cancel)
		w.mu.Unlock()
		cancel(nil)
	}
}

// look looks until no query runs.
func (w *memoryWatch) look() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for w.lookOnce() {
		<-tick.C
	}
}

// lookOnce reports whether there is more to look at.
func (w *memoryWatch) lookOnce() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now, ok := outsideGo(); ok && now-w.before > maxGathered {
		for cancel := range w.running {
			(*cancel)(errTooMuch)
		}
	}
	w.looking = len(w.running) > 0
	return w.looking
}

// outsideGo returns how much memory the process has that is neither Go's nor of files: SQLite's, mostly.
func outsideGo() (int64, bool) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	var size, resident, ofFiles int64 // pages
	if _, err := fmt.Sscan(string(statm), &size, &resident, &ofFiles); err != nil {
		return 0, false
	}
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return (resident-ofFiles)*int64(os.Getpagesize()) - int64(samples[0].Value.Uint64()-samples[1].Value.Uint64()), true
}
