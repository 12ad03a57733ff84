// Package extsort sorts more strings of bytes than fit in memory.
//
// What is to be sorted comes in chunks, and is collected until there is enough of it; then it
// is sorted, on another goroutine, and kept as a run, in which an entry is what it does not
// share with the one before. Runs are kept in memory up to a bound, and in a temporary file
// beyond. In the end they are merged, in pieces that can be read at the same time.
//
// What comes out does not depend on timing, nor on where runs are kept.
package extsort

import (
	"context"
	"errors"
	"fmt"

	"github.com/dynasette/dynasette/converter/internal/ordered"
)

// Limits are how much is kept where; the zero value is right for most.
type Limits struct {
	Open   int   // bytes of entries that are not sorted yet; 0 is 12 MiB
	Memory int64 // bytes of runs in memory; 0 is 128 MiB, or 192 without a file; negative is none
	Disk   int64 // bytes of runs in a temporary file; 0 is 4 GiB, negative is none
}

const (
	runBytes   = 3 << 19 // entries are sorted at the latest when there are so many bytes of them
	runEntries = 1 << 16 // or so many: sorting takes 32 bytes for each
)

// ErrFull: there is more to sort than fits within the limits.
var ErrFull = errors.New("there is more to sort than memory and the temporary file may take")

// A Space is the memory and the file that some Lists share. Its methods, and those of its
// Lists but Merge, are for one goroutine at a time.
type Space struct {
	limits  Limits
	sorts   *ordered.Queue
	lists   []*List
	open    int   // bytes of the lists' entries that are not sorted yet
	memory  int64 // bytes of runs there, and in the file
	disk    int64
	runs    memory
	file    file
	piles   spares[pile]
	benches spares[bench]
}

// New returns a Space, to be closed in the end.
func New(ctx context.Context, limits Limits) *Space {
	if limits.Open == 0 {
		limits.Open = 12 << 20
	}
	switch {
	case limits.Memory == 0 && limits.Disk < 0:
		limits.Memory = 192 << 20
	case limits.Memory == 0:
		limits.Memory = 128 << 20
	}
	if limits.Disk == 0 {
		limits.Disk = 4 << 30
	}
	return &Space{limits: limits, sorts: ordered.NewQueue(ctx, 2)}
}

// Close frees what the lists take. Nothing of them may be in use.
func (s *Space) Close() error {
	_ = s.sorts.Wait() // an error was returned before, or nobody wants to know any more
	s.runs.free()
	return s.file.Close()
}

// A Chunk is entries on their way into a List.
type Chunk struct {
	Data []byte
	Ends []uint32 // of each entry in Data
	keys []uint8  // how long the entries' keys are, up to longKey; 0: nothing is known
}

// End ends an entry that was appended to Data. Its first bytes, as many as key says, are its key:
// no key begins with another, and entries with the same key are added in their order, so that only
// keys have to be sorted. 0 is that nothing is known.
func (c *Chunk) End(key int) {
	c.Ends, c.keys = append(c.Ends, uint32(len(c.Data))), append(c.keys, uint8(min(key, longKey)))
}

// Reset makes c empty.
func (c *Chunk) Reset() { c.Data, c.Ends, c.keys = c.Data[:0], c.Ends[:0], c.keys[:0] }

// A List is entries to be sorted, and then sorted ones.
type List struct {
	space *Space
	open  *pile
	count int64
	runs  []*run // changed by the queue, and complete after Sort
	full  bool   // likewise: there was no room for all of them
}

// NewList returns an empty List.
func (s *Space) NewList() *List {
	l := &List{space: s}
	s.lists = append(s.lists, l)
	return l
}

// Len returns how many entries were added.
func (l *List) Len() int64 { return l.count }

// Add adds the entries of a chunk, which may be used again then. An error may be one of
// entries that were added before.
func (l *List) Add(c *Chunk) error {
	s := l.space
	l.count += int64(len(c.Ends))
	from := uint32(0)
	for ends, keys := c.Ends, c.keys; len(ends) > 0; {
		if l.open == nil {
			l.open = s.piles.get()
		}
		n := l.open.room(from, ends)
		before := l.open.size()
		l.open.add(c.Data[from:ends[n-1]], ends[:n], keys[:n], from)
		s.open += l.open.size() - before
		from, ends, keys = ends[n-1], ends[n:], keys[n:]
		if l.open.full() {
			if err := s.sort(l); err != nil {
				return err
			}
		}
	}
	for s.open > s.limits.Open {
		fullest := s.lists[0]
		for _, l := range s.lists {
			if l.open != nil && (fullest.open == nil || l.open.size() > fullest.open.size()) {
				fullest = l
			}
		}
		if err := s.sort(fullest); err != nil {
			return err
		}
	}
	return nil
}

// sort has what a list has collected sorted.
func (s *Space) sort(l *List) error {
	p := l.open
	if p == nil || len(p.ends) == 0 {
		return nil
	}
	l.open = nil
	s.open -= p.size()
	b := s.benches.get()
	var r *run
	return s.sorts.Go(ordered.Task{
		Prepare: func() error {
			r = newRun(p, b)
			p.reset()
			s.piles.put(p)
			return nil
		},
		Admit: func() error {
			defer s.benches.put(b)
			return s.keep(l, r)
		},
	})
}

// keep adds a run to its list: in memory, or in the file if there is no room.
func (s *Space) keep(l *List, r *run) error {
	switch {
	case l.full:
		return nil
	case s.memory+r.size <= s.limits.Memory:
		s.memory += r.size
		r.data = s.runs.keep(r.data)
	case s.disk+r.size <= s.limits.Disk:
		if _, err := s.file.WriteAt(r.data, s.disk); err != nil {
			return err
		}
		r.file, r.at, r.data = &s.file, s.disk, nil
		s.disk += r.size
	default:
		l.full, l.runs = true, nil
		return nil
	}
	l.runs = append(l.runs, r)
	return nil
}

// Drop forgets the entries, of which no more are to be added. What runs have taken of the memory
// and the file is free only when the Space is closed.
func (l *List) Drop() error {
	if p := l.open; p != nil {
		l.open = nil
		l.space.open -= p.size()
		p.reset()
		l.space.piles.put(p)
	}
	return l.space.sorts.Go(ordered.Task{Admit: func() error {
		l.full, l.runs = true, nil
		return nil
	}})
}

// Sort sorts what is left; then all that was added can be merged. The error is ErrFull if the
// list does not fit, which does not concern the others.
func (l *List) Sort() error {
	if err := l.space.sort(l); err != nil {
		return err
	}
	if err := l.space.sorts.Wait(); err != nil {
		return err
	}
	l.space.piles.drop()
	l.space.benches.drop()
	if l.full {
		return fmt.Errorf("%w: %d MiB and %d MiB", ErrFull, l.space.limits.Memory>>20, max(l.space.limits.Disk, 0)>>20)
	}
	return nil
}
