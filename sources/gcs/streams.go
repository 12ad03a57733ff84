package gcs

// streams recognises reading in order, by one reader or by several that take turns: the
// last few places up to which has been read.
type streams [8]stream

type stream struct {
	next int64 // offset up to which it was read
	run  int64 // bytes that were read in order
	last int   // when
}

const (
	inOrder = 512 << 10 // bytes after which reading is taken to go on in order
	slack   = 4 << 20   // by which readers that take turns may miss the place
)

// follow notes a read, and returns how many bytes have been read in order up to its end.
func (s *streams) follow(off, end int64) int64 {
	oldest, clock := &s[0], 0
	for i := range s {
		clock = max(clock, s[i].last)
		if s[i].last < oldest.last {
			oldest = &s[i]
		}
	}
	for i := range s {
		t := &s[i]
		if t.last > 0 && off >= t.next-slack && off <= t.next+slack {
			if end > t.next {
				t.run += min(end-t.next, end-off)
				t.next = end
			}
			t.last = clock + 1
			return t.run
		}
	}
	*oldest = stream{next: end, run: end - off, last: clock + 1}
	return oldest.run
}
