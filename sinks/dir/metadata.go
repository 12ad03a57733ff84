package dir

import (
	"maps"
	"sync"
)

// known remembers metadata by the generation of its document, which never changes.
type known struct {
	mu  sync.Mutex
	all map[string]map[string]string
}

// maxKnown bounds the memory; of what is forgotten, the document is read.
const maxKnown = 100_000

func (k *known) get(gen string) map[string]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.all[gen])
}

func (k *known) put(gen string, m map[string]string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= maxKnown {
		k.all = map[string]map[string]string{}
	}
	k.all[gen] = m
}

func (k *known) forget(gen string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.all, gen)
}
