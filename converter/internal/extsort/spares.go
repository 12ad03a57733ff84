package extsort

import "sync"

// spares are values that are not in use: few, and large, so that it matters that none is made
// while there is one, which a sync.Pool does not promise.
type spares[T any] struct {
	mu   sync.Mutex
	left []*T
}

func (s *spares[T]) get() *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.left)
	if n == 0 {
		return new(T)
	}
	t := s.left[n-1]
	s.left = s.left[:n-1]
	return t
}

func (s *spares[T]) put(t *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, t)
}

// drop lets go of the values.
func (s *spares[T]) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = nil
}
