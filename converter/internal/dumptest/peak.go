package dumptest

import (
	"runtime"
	"runtime/debug"
	"time"
)

// Peak returns by how many bytes the heap grows at most while f runs, as far as looking
// every millisecond tells.
func Peak(f func()) uint64 {
	// So that what is in use is counted, and little of what only waits to be collected.
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse, uint64(0)
	done, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse-min(before, m.HeapInuse))
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return most
}
