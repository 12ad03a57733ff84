package pages

import "sync"

const (
	maxTallied = 64 << 10 // bytes of values of a facet that are kept
	maxKept    = 200      // facets of a table
)

// A tallyCache keeps the facets of all rows of a table, which never change. Its zero value is
// empty. It is safe for concurrent use.
type tallyCache struct {
	mu   sync.Mutex
	kept map[facet]kept
}

type kept struct {
	rows  []tally
	limit int // rows may be cut there
}

func (c *tallyCache) get(f facet, limit int) ([]tally, bool) {
	f.said = false
	c.mu.Lock()
	defer c.mu.Unlock()
	have, ok := c.kept[f]
	if !ok || limit > have.limit && len(have.rows) == have.limit {
		return nil, false
	}
	return have.rows[:min(limit, len(have.rows))], true
}

func (c *tallyCache) put(f facet, limit int, rows []tally) {
	f.said = false
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[facet]kept{}
	}
	if have, ok := c.kept[f]; len(c.kept) < maxKept || ok && have.limit < limit {
		c.kept[f] = kept{rows, limit}
	}
}
