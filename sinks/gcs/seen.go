package gcs

import "sync"

// seen is the generations that were last seen of some names. Those of one name only grow.
type seen struct {
	mu    sync.Mutex
	names map[string]int64
}

// maxSeen bounds the memory; what is forgotten leaves some lost answers undecided.
const maxSeen = 4096

func (s *seen) note(name string, generation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string]int64{}
	}
	if len(s.names) >= maxSeen {
		for other := range s.names {
			delete(s.names, other)
			break
		}
	}
	s.names[name] = max(s.names[name], generation)
}

func (s *seen) get(name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names[name]
}
