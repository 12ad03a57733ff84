package gcs

import (
	"context"
	"sync"
	"time"
)

// pace keeps writes to one name apart: the service takes one a second, and refuses more, after
// which a client waits longer than it would have had to. Names that are written once, as those
// of databases, wait for nobody.
type pace struct {
	interval time.Duration

	mu    sync.Mutex
	wrote map[string]time.Time
}

// maxPaced is how many names are remembered before those are forgotten that may be written again.
const maxPaced = 1024

// wait waits until a name may be written.
func (p *pace) wait(ctx context.Context, name string) error {
	p.mu.Lock()
	last, ok := p.wrote[name]
	p.mu.Unlock()
	if !ok {
		return nil
	}
	timer := time.NewTimer(time.Until(last.Add(p.interval)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note says that a name was written just now, or may have been.
func (p *pace) note(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wrote == nil {
		p.wrote = map[string]time.Time{}
	}
	if len(p.wrote) >= maxPaced {
		for other, at := range p.wrote {
			if time.Since(at) >= p.interval {
				delete(p.wrote, other)
			}
		}
	}
	p.wrote[name] = time.Now()
}
