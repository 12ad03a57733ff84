package extsort

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"
)

// fill adds the entries in chunks of several sizes and sorts the list.
func fill(t testing.TB, l *List, entries [][]byte) error {
	t.Helper()
	var c Chunk
	for i, e := range entries {
		c.Data = append(c.Data, e...)
		c.End(0)
		if i%97 == 0 || len(c.Ends) > 5000 {
			if err := l.Add(&c); err != nil {
				t.Fatal(err)
			}
			c.Reset()
		}
	}
	if err := l.Add(&c); err != nil {
		t.Fatal(err)
	}
	return l.Sort()
}

// read returns what the list holds, in the pieces that it is split into.
func read(t testing.TB, l *List, size int64) (entries [][]byte, pieces int) {
	t.Helper()
	bounds := append(append([][]byte{nil}, l.Split(size)...), nil)
	for i := range bounds[1:] {
		m, err := l.Merge(bounds[i], bounds[i+1])
		if err != nil {
			t.Fatal(err)
		}
		for {
			e, err := m.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e == nil {
				break
			}
			entries = append(entries, bytes.Clone(e))
		}
	}
	return entries, len(bounds) - 1
}

// kinds are sorts of entries that take different ways through the code.
var kinds = []struct {
	name  string
	entry func(r *rand.Rand, i int) []byte
}{
	{"ascending", func(r *rand.Rand, i int) []byte { return fmt.Appendf(nil, "%012d", i) }},
	{"descending", func(r *rand.Rand, i int) []byte { return fmt.Appendf(nil, "%012d", 1e9-i) }},
	{"numbers", func(r *rand.Rand, i int) []byte { return fmt.Appendf(nil, "%d %d", r.Intn(1e6), i) }},
	{"few", func(r *rand.Rand, i int) []byte {
		return fmt.Appendf(nil, "the same to begin with %d %07d", r.Intn(3), i)
	}},
	{"short", func(r *rand.Rand, i int) []byte { return make([]byte, r.Intn(12)) }},
	{"random", func(r *rand.Rand, i int) []byte { return randomBytes(r, 1+r.Intn(20)) }},
	{"alike", func(r *rand.Rand, i int) []byte {
		return append(bytes.Repeat([]byte{7}, r.Intn(400)), randomBytes(r, r.Intn(3))...)
	}},
	{"long", func(r *rand.Rand, i int) []byte {
		if r.Intn(50) > 0 {
			return randomBytes(r, 3)
		}
		return append(bytes.Repeat([]byte("long"), r.Intn(5000)), randomBytes(r, r.Intn(3))...)
	}},
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Intn(3)) * 127
	}
	return b
}

// What goes in comes out in order, wherever it is kept and however it is read.
func TestSorted(t *testing.T) {
	for _, kind := range kinds {
		for _, limits := range []Limits{{}, {Open: 100 << 10}, {Open: 50 << 10, Memory: 200 << 10}, {Open: 64 << 10, Memory: -1}} {
			t.Run(fmt.Sprint(kind.name, limits), func(t *testing.T) {
				r := rand.New(rand.NewSource(1))
				s := New(context.Background(), limits)
				defer s.Close()
				var lists []*List
				var want [][][]byte
				for range 2 {
					var entries [][]byte
					for i := range 20000 {
						entries = append(entries, kind.entry(r, i))
					}
					l := s.NewList()
					if err := fill(t, l, entries); err != nil {
						t.Fatal(err)
					}
					slices.SortFunc(entries, bytes.Compare)
					lists, want = append(lists, l), append(want, entries)
				}
				for i, l := range lists {
					for _, size := range []int64{1 << 40, 10 << 10} {
						got, pieces := read(t, l, size)
						if !slices.EqualFunc(got, want[i], bytes.Equal) {
							t.Fatalf("list %d in %d pieces: %d entries, want %d, or in another order", i, pieces, len(got), len(want[i]))
						}
						if size < 1<<20 && pieces < 2 && kind.name != "short" {
							t.Errorf("list %d is not split", i)
						}
					}
				}
			})
		}
	}
}

func TestEmpty(t *testing.T) {
	s := New(context.Background(), Limits{})
	defer s.Close()
	l := s.NewList()
	if err := l.Sort(); err != nil {
		t.Fatal(err)
	}
	if got, _ := read(t, l, 1); len(got) > 0 {
		t.Errorf("%d entries", len(got))
	}
}

// A list that does not fit says so, and leaves the others alone.
func TestFull(t *testing.T) {
	s := New(context.Background(), Limits{Open: 100 << 10, Memory: 50 << 10, Disk: 100 << 10})
	defer s.Close()
	r := rand.New(rand.NewSource(1))
	var large [][]byte
	for range 100000 {
		e := make([]byte, 8)
		r.Read(e)
		large = append(large, e)
	}
	l, small := s.NewList(), s.NewList()
	if err := fill(t, small, large[:100]); err != nil {
		t.Fatal(err)
	}
	if err := fill(t, l, large); !errors.Is(err, ErrFull) {
		t.Errorf("sorted: %v, want ErrFull", err)
	}
	if got, _ := read(t, small, 1<<40); len(got) != 100 {
		t.Errorf("%d entries of the other list, want 100", len(got))
	}
}

// runsOf returns where a list's runs are.
func runsOf(l *List) (memory, disk int64) {
	for _, r := range l.runs {
		if r.file == nil {
			memory += r.size
		} else {
			disk += r.size
		}
	}
	return memory, disk
}

// Limits are met to the byte: in memory as long as there is room, then in the file, and beyond that
// there is more than fits.
func TestLimitsToTheByte(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var entries [][]byte
	for i := range 5000 {
		entries = append(entries, kinds[2].entry(r, i))
	}
	sorted := func(limits Limits) (memory, disk int64, err error) {
		limits.Open = 1 << 30 // in one run
		s := New(context.Background(), limits)
		defer s.Close()
		l := s.NewList()
		err = fill(t, l, entries)
		memory, disk = runsOf(l)
		return memory, disk, err
	}
	size, _, err := sorted(Limits{})
	if err != nil || size == 0 {
		t.Fatal(size, err)
	}
	for _, test := range []struct {
		memory, disk     int64
		inMemory, inFile int64
		full             bool
	}{
		{size, -1, size, 0, false},
		{size - 1, -1, 0, 0, true},
		{size - 1, size, 0, size, false},
		{-1, size, 0, size, false},
		{-1, size - 1, 0, 0, true},
	} {
		memory, disk, err := sorted(Limits{Memory: test.memory, Disk: test.disk})
		if memory != test.inMemory || disk != test.inFile || errors.Is(err, ErrFull) != test.full || err != nil && !test.full {
			t.Errorf("%d bytes with %d of memory and %d of the file: %d and %d, %v", size, test.memory, test.disk, memory, disk, err)
		}
	}
}

// What is not sorted yet is bounded, over all lists, to the byte; of a list that is full, nothing is
// kept that comes later.
func TestOpenIsBounded(t *testing.T) {
	const entry, most = 10 + 5, 100 // bytes of an entry and of its end
	s := New(context.Background(), Limits{Open: most * entry, Memory: 500})
	defer s.Close()
	lists := []*List{s.NewList(), s.NewList(), s.NewList()}
	for i := range 1000 {
		var c Chunk
		c.Data = fmt.Appendf(c.Data, "%010d", i)
		c.End(0)
		if err := lists[i%len(lists)].Add(&c); err != nil {
			t.Fatal(err)
		}
		if s.open > most*entry || i < most && s.open != (i+1)*entry {
			t.Fatalf("%d bytes are not sorted after %d entries, at most %d", s.open, i+1, most*entry)
		}
	}
	if err := s.sorts.Wait(); err != nil {
		t.Fatal(err)
	}
	s.limits.Disk = -1 // from now on there is no room
	for i := range 10_000 {
		var c Chunk
		c.Data = fmt.Appendf(c.Data, "%010d", i)
		c.End(0)
		if err := lists[0].Add(&c); err != nil {
			t.Fatal(err)
		}
	}
	if err := lists[0].Sort(); !errors.Is(err, ErrFull) {
		t.Errorf("sorted: %v", err)
	}
	if err := s.sorts.Wait(); err != nil {
		t.Fatal(err)
	}
	s.limits.Memory = 1 << 20
	for range 2 * most {
		var c Chunk
		c.Data = append(c.Data, "0123456789"...)
		c.End(0)
		if err := lists[0].Add(&c); err != nil {
			t.Fatal(err)
		}
	}
	if err := lists[0].Sort(); !errors.Is(err, ErrFull) || len(lists[0].runs) > 0 {
		t.Errorf("with room for what came later: %v, %d runs", err, len(lists[0].runs))
	}
}

func BenchmarkSort(b *testing.B) {
	for _, kind := range kinds[:4] {
		b.Run(kind.name, func(b *testing.B) {
			r := rand.New(rand.NewSource(1))
			var entries [][]byte
			for i := range 1 << 20 {
				entries = append(entries, kind.entry(r, i))
			}
			b.ReportAllocs()
			for b.Loop() {
				s := New(context.Background(), Limits{})
				l := s.NewList()
				if err := fill(b, l, entries); err != nil {
					b.Fatal(err)
				}
				m, err := l.Merge(nil, nil)
				if err != nil {
					b.Fatal(err)
				}
				for {
					if e, err := m.Next(); err != nil {
						b.Fatal(err)
					} else if e == nil {
						break
					}
				}
				s.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(entries)), "ns/entry")
		})
	}
}

// Entries whose keys are known are sorted as others are.
func TestKeys(t *testing.T) {
	for _, most := range []int{1, 4, 9, 30, 31, 300, 501} {
		r := rand.New(rand.NewSource(int64(most)))
		unknown := []int{20, 1 << 40}[most%2]
		s := New(context.Background(), Limits{Open: 200 << 10})
		l := s.NewList()
		var want [][]byte
		var c Chunk
		for i := range 30000 {
			key := bytes.Repeat([]byte("k"), min(most/2, 1+r.Intn(6)))
			for range 1 + r.Intn(most) {
				key = append(key, byte(1+r.Intn(3)*127))
			}
			key = append(key, 0)
			entry := fmt.Appendf(key, "%06d", i)
			c.Data = append(c.Data, entry...)
			c.End(len(key) * min(1, r.Intn(unknown))) // of some, nothing is known
			want = append(want, entry)
			if r.Intn(500) == 0 {
				if err := l.Add(&c); err != nil {
					t.Fatal(err)
				}
				c.Reset()
			}
		}
		if err := l.Add(&c); err != nil {
			t.Fatal(err)
		}
		if err := l.Sort(); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(want, bytes.Compare)
		if got, _ := read(t, l, 10<<10); !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("keys of up to %d bytes: %d entries, want %d, or in another order", most, len(got), len(want))
		}
		s.Close()
	}
}
