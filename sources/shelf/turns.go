package shelf

import (
	"fmt"
	"sync"

	"github.com/dynasette/dynasette"
)

// Turns let one at a time work on a file. The zero value is ready.
type Turns struct {
	mu   sync.Mutex
	busy map[string]bool
}

// Take returns what ends the turn, or dynasette.ErrChanged if somebody has it.
func (t *Turns) Take(id string) (give func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy[id] {
		return nil, fmt.Errorf("file %s is being written to: %w", id, dynasette.ErrChanged)
	}
	if t.busy == nil {
		t.busy = map[string]bool{}
	}
	t.busy[id] = true
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.busy, id)
	}, nil
}
