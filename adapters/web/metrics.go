package web

import (
	"fmt"
	"net/http"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dynasette/dynasette"
)

// metrics counts requests and what has become of events. Served in Prometheus' text
// format (https://prometheus.io/docs/instrumenting/exposition_formats/).
type metrics struct {
	mu       sync.Mutex
	requests map[requestKey]*requestCount
	actions  map[dynasette.Action]int64
	skipped  map[string]int64 // by reason
	refused  atomic.Int64
}

type requestKey struct {
	pattern string
	status  int
}

type requestCount struct {
	n    int64
	took time.Duration
}

func (m *metrics) request(pattern string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "none"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.requests == nil {
		m.requests = map[requestKey]*requestCount{}
	}
	c := m.requests[requestKey{pattern, status}]
	if c == nil {
		c = new(requestCount)
		m.requests[requestKey{pattern, status}] = c
	}
	c.n++
	c.took += took
}

func (m *metrics) event(a dynasette.Action) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.actions == nil {
		m.actions = map[dynasette.Action]int64{}
	}
	m.actions[a]++
}

func (m *metrics) skip(reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.skipped == nil {
		m.skipped = map[string]int64{}
	}
	m.skipped[reason]++
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var lines []string
	for k, c := range m.requests {
		labels := fmt.Sprintf("{route=%q,status=\"%d\"}", k.pattern, k.status)
		lines = append(lines, fmt.Sprintf("dynasette_request_seconds_count%s %d", labels, c.n),
			fmt.Sprintf("dynasette_request_seconds_sum%s %g", labels, c.took.Seconds()))
	}
	for a, n := range m.actions {
		lines = append(lines, fmt.Sprintf("dynasette_events_total{action=%q} %d", string(a), n))
	}
	for reason, n := range m.skipped {
		lines = append(lines, fmt.Sprintf("dynasette_events_not_understood_total{reason=%q} %d", reason, n))
	}
	lines = append(lines, fmt.Sprintf("dynasette_events_refused_total %d", m.refused.Load()))
	sort.Strings(lines)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	for _, kind := range []string{"dynasette_events_total counter", "dynasette_events_not_understood_total counter", "dynasette_events_refused_total counter", "dynasette_request_seconds summary"} {
		fmt.Fprintln(w, "# TYPE", kind)
	}
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
}
