package access

import (
	"sync"
	"time"
)

// rates counts what addresses do in a minute.
type rates struct {
	most int

	mu    sync.Mutex
	begin time.Time
	count map[string]int
}

// maxAddresses bounds what is remembered; those beyond share one count.
const maxAddresses = 10_000

// add counts one more, and reports whether that is too many.
func (r *rates) add(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn()
	if _, ok := r.count[address]; !ok && len(r.count) >= maxAddresses {
		address = ""
	}
	r.count[address]++
	return r.count[address] > r.most
}

// over reports whether there were too many.
func (r *rates) over(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn()
	return r.count[address] > r.most
}

// turn begins a minute.
func (r *rates) turn() {
	if now := time.Now(); r.count == nil || now.Sub(r.begin) >= time.Minute {
		r.begin, r.count = now, map[string]int{}
	}
}
